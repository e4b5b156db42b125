//! Tintype receives a photo from an HTTP form, holds it in memory and never on disk, proves that it
//! is an image, puts it in a bucket, records it, serves it and deletes it. Whatever a crash leaves half
//! done is finished later, so that bucket and catalog agree.
//!
//! The modules are listed in the order in which an upload travels through them.

#[cfg(feature = "cli")]
pub mod cli;
#[cfg(feature = "cli")]
mod client;
#[cfg(feature = "cli")]
pub mod config;

pub mod app;
pub mod clock;

pub mod http;
pub mod memory;
pub mod multipart;
pub mod upload;
pub mod inspect;
pub mod catalog;
pub mod bucket;

pub mod delete;
pub mod reconcile;
pub mod check;
mod causes;
mod digest;
mod probe;

pub mod image;

/// Compiles the examples of the README.
#[cfg(doctest)]
#[doc = include_str!("../README.md")]
pub struct ReadmeExamples;
