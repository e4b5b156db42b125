//! The file `.env`, as a document with secrets in it: what is not changed stays as it was, and a
//! change is there whole or not at all, at no instant readable by others.

mod exposure;
mod values;

#[cfg(feature = "iam")]
mod document;
#[cfg(feature = "iam")]
mod error;
#[cfg(feature = "iam")]
mod file;
#[cfg(feature = "iam")]
mod folder;
#[cfg(feature = "iam")]
mod git;
#[cfg(feature = "iam")]
pub(crate) mod quoting;
#[cfg(test)]
#[cfg(feature = "iam")]
mod tests;

#[cfg(feature = "iam")]
pub(crate) use self::error::EnvFileError;
pub(crate) use self::exposure::exposure;
#[cfg(feature = "iam")]
pub(crate) use self::file::{EnvFile, Written};
pub(crate) use self::values::values;

/// The file of the working directory, which every command reads but those of an administrator.
pub(crate) const NAME: &str = ".env";
