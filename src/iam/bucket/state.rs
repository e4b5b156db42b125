//! What a bucket is like, and what is to be done about it. Pure.

use std::fmt;

use serde::Serialize;

use super::change::BucketChange;

/// What a bucket is like.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct BucketState {
    /// Whether it is there; only ever one that is ours.
    pub(crate) exists: bool,
    /// Each of its settings.
    pub(crate) settings: Vec<(BucketChange, Finding)>,
}

/// How one setting was found.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "snake_case")]
pub(crate) enum Finding {
    /// As it should be.
    Good,
    /// Not set.
    Missing,
    /// Set by its owner to something else, which stays: to what.
    Different(String),
    /// The service knows no such setting.
    Unsupported,
    /// Requests go to the service without TLS, so that requiring TLS would lock everybody out, the
    /// service of images and its administrator.
    PlainHttp,
    /// Its owner opened it to everybody by a policy, which the block would undo.
    OpenOnPurpose,
}

/// What is to be done. Once it is done, there is nothing more to do.
pub(crate) fn plan(state: &BucketState) -> Vec<BucketChange> {
    let create = (!state.exists).then_some(BucketChange::Create);
    let missing = state.settings.iter().filter(|(_, finding)| *finding == Finding::Missing);
    create.into_iter().chain(missing.map(|(change, _)| *change)).collect()
}

impl BucketState {
    /// A sentence about each setting that is left as it is though it is not as it should be.
    pub(crate) fn remarks(&self) -> Vec<String> {
        let remark = |(change, finding): &(BucketChange, Finding)| match finding {
            Finding::Good | Finding::Missing => None,
            Finding::Different(_)
            | Finding::Unsupported
            | Finding::PlainHttp
            | Finding::OpenOnPurpose => Some(format!("{change} is left out: {finding}")),
        };
        self.settings.iter().filter_map(remark).collect()
    }
}

impl fmt::Display for Finding {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Good => f.write_str("it is there"),
            Self::Missing => f.write_str("it is not set"),
            Self::Different(what) => write!(f, "the bucket has {what}, which is kept"),
            Self::Unsupported => f.write_str("the service does not have it"),
            Self::PlainHttp => f.write_str(
                "the endpoint is http://, and a bucket that requires TLS would lock everybody out",
            ),
            Self::OpenOnPurpose => {
                f.write_str("the bucket's policy lets everybody in, which the block would end")
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn plans_what_is_missing_and_leaves_what_its_owner_decided() {
        use BucketChange::{
            AbortUnfinishedUploads, BlockPublicAccess, Create, Encrypt, RequireTls,
        };
        let mut state = BucketState {
            exists: false,
            settings: BucketChange::SETTINGS.map(|change| (change, Finding::Missing)).into(),
        };
        let all = [Create, BlockPublicAccess, Encrypt, RequireTls, AbortUnfinishedUploads];
        assert_eq!(plan(&state), all);
        assert_eq!(state.remarks(), [""; 0]);
        state.exists = true;
        let findings =
            [Finding::OpenOnPurpose, Finding::Different("aws:kms".to_owned()), Finding::Good];
        for ((_, setting), finding) in state.settings.iter_mut().zip(findings) {
            *setting = finding;
        }
        assert_eq!(plan(&state), [AbortUnfinishedUploads]);
        let remarks = state.remarks();
        assert!(remarks.len() == 2 && remarks[1].contains("has aws:kms, which is kept"));
    }
}
