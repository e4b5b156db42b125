//! Tintype receives a photo from an HTTP form, holds it in memory and never on disk, proves that it
//! is an image, puts it in a bucket, records it, serves it and deletes it. Whatever a crash leaves half
//! done is finished later, so that bucket and catalog agree.
//!
//! The modules are listed in the order in which an upload travels through them.

#[cfg(feature = "cli")]
pub mod cli;
#[cfg(feature = "cli")]
pub mod config;

pub mod app;
mod clock;

pub mod http;
pub mod memory;
pub mod multipart;
mod upload;
pub mod inspect;
pub mod catalog;
pub mod bucket;

mod listing;
mod read;
mod delete;
pub mod reconcile;
pub mod check;
mod causes;
mod description;
mod digest;
mod probe;

pub mod image;

mod library;

pub use bytes::Bytes;
pub use jiff::Timestamp;

pub use bucket::BucketError;
pub use catalog::{CatalogError, Change, Edit, Sha256};
pub use delete::Deleted;
pub use description::InvalidDescription;
pub use http::Principal;
pub use image::{Format, ImageId};
pub use inspect::InspectError;
pub use library::{
    Builder, ChangeError, Fault, Image, InvalidSettings, Listing, Original, Page, StartError,
    Tintype, Upload, UploadError, router,
};
pub use memory::Overloaded;
pub use read::ReadError;

/// Compiles the examples of the README.
#[cfg(doctest)]
#[doc = include_str!("../README.md")]
pub struct ReadmeExamples;
