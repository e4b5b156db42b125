//! What an earlier `setup` stored in the file of settings, for the commands that go on from there.

use clap::ArgMatches;

use super::super::Failure;
use super::arguments::target;
use super::session::Session;
use crate::bucket::{self, Endpoint};
use crate::config::{ADDRESSINGS, CHECKSUMS};
use crate::env_file::EnvFile;
use crate::iam::{ADDRESSING, AccessKeyId, CHECKSUM, Env, InvalidTarget, Target};

/// What is stored.
pub(super) struct Stored {
    /// The bucket, as it was typed or else as it is stored.
    pub(super) target: Target,
    env: Env,
    /// The file's name, for people.
    file: String,
    /// Whether the service was typed, which then counts.
    has_endpoint: bool,
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

/// A word in the file is none of those that the service knows.
#[derive(Debug, thiserror::Error)]
#[error("{name} in {file} cannot be {word:?}")]
struct UnknownWord {
    name: &'static str,
    file: String,
    word: String,
}

impl Stored {
    /// What the file says, and what was typed in its stead.
    pub(super) fn of(
        (file, name): &(EnvFile, String),
        matches: &ArgMatches,
    ) -> Result<Self, Failure> {
        let (env, file) = (Env::of(file), name);
        let target = match (target(matches)?, &env.bucket) {
            (Some(typed), _) => typed,
            (None, Some(stored)) => {
                stored.parse().map_err(|source| NoBucket::NotOne { file: file.clone(), source })?
            }
            (None, None) if env.is_there => {
                return Err(NoBucket::Nowhere { file: file.clone() }.into());
            }
            (None, None) => return Err(NoBucket::NoFile { file: file.clone() }.into()),
        };
        let has_endpoint = matches.get_one::<Endpoint>("endpoint-url").is_some();
        Ok(Self { target, env, file: file.clone(), has_endpoint })
    }

    /// The service's key.
    pub(super) fn key(&self) -> Option<&AccessKeyId> {
        self.env.key.as_ref()
    }

    /// How the service will reach its bucket: as the administrator does, but for what is stored.
    ///
    /// # Errors
    /// What is stored cannot be used.
    pub(super) fn service(&self, session: &Session) -> Result<bucket::Settings, Failure> {
        let Env { region, endpoint, provider, addressing, checksum, .. } = &self.env;
        let region = region.as_deref().unwrap_or_else(|| session.region());
        let mut service = session.service(&self.target, region);
        if let Some(endpoint) = endpoint.as_ref().filter(|_| !self.has_endpoint) {
            service.s3.endpoint = Some(endpoint.parse()?);
        }
        service.s3.provider = provider.as_ref().map(|text| text.parse()).transpose()?;
        service.s3.addressing = self.word(ADDRESSING, addressing.as_ref(), &ADDRESSINGS)?;
        service.s3.checksum = self.word(CHECKSUM, checksum.as_ref(), &CHECKSUMS)?;
        Ok(service)
    }

    /// What a word means, in the file under this name; the default where there is none.
    fn word<T: Copy + Default>(
        &self,
        name: &'static str,
        text: Option<&String>,
        words: &[(&str, T)],
    ) -> Result<T, UnknownWord> {
        let Some(text) = text else { return Ok(T::default()) };
        let found = words.iter().find(|(word, _)| *word == text.trim());
        let unknown = || UnknownWord { name, file: self.file.clone(), word: text.clone() };
        found.map(|(_, meaning)| *meaning).ok_or_else(unknown)
    }
}
