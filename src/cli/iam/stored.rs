//! What an earlier `setup` stored in the file of settings, for the commands that go on from there.

use clap::ArgMatches;

use super::super::Failure;
use super::arguments::target;
use crate::bucket::{Endpoint, Provider};
use crate::env_file::EnvFile;
use crate::iam::{AccessKeyId, Env, InvalidTarget, Target};

/// What is stored.
pub(super) struct Stored {
    /// The bucket, as it was typed or else as it is stored.
    pub(super) target: Target,
    /// The service's key.
    pub(super) key: Option<AccessKeyId>,
    /// The bucket's region.
    pub(super) region: Option<String>,
    /// The bucket's service, unless it was typed.
    pub(super) endpoint: Option<Endpoint>,
    /// Which service that is.
    pub(super) provider: Option<Provider>,
}

/// Nobody says which bucket is meant.
#[derive(Debug, thiserror::Error)]
enum NoBucket {
    /// There is no file.
    #[error("there is no {file}: name the service's file with --env-file, or say which --bucket")]
    NoFile {
        /// The file.
        file: String,
    },
    /// The file does not.
    #[error("say which bucket with --bucket, since {file} has no TINTYPE_BUCKET")]
    Nowhere {
        /// The file.
        file: String,
    },
    /// The file does, and it is not in S3.
    #[error("TINTYPE_BUCKET in {file} cannot be used; say which bucket with --bucket")]
    NotOne {
        /// The file.
        file: String,
        /// What is wrong with it.
        source: InvalidTarget,
    },
}

impl Stored {
    /// What the file says, and what was typed in its stead.
    pub(super) fn of(
        (file, name): &(EnvFile, String),
        matches: &ArgMatches,
    ) -> Result<Self, Failure> {
        let (env, file) = (Env::of(file), name.clone());
        let target = match (target(matches)?, &env.bucket) {
            (Some(typed), _) => typed,
            (None, Some(stored)) => {
                stored.parse().map_err(|source| NoBucket::NotOne { file, source })?
            }
            (None, None) if env.is_there => return Err(NoBucket::Nowhere { file }.into()),
            (None, None) => return Err(NoBucket::NoFile { file }.into()),
        };
        let typed = matches.get_one::<Endpoint>("endpoint-url").is_some();
        let endpoint = env.endpoint.filter(|_| !typed);
        let endpoint = endpoint.map(|text| text.parse()).transpose()?;
        let provider = env.provider.map(|text| text.parse()).transpose()?;
        Ok(Self { target, key: env.key, region: env.region, endpoint, provider })
    }
}
