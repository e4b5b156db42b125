//! What the tests stand on: the service in this process, fresh catalogs and buckets, photographs, and
//! doubles of foreign services with what stands between them and us.

pub(crate) mod app; // the whole service in this process
pub(crate) mod avif; // AVIF files with metadata
pub(crate) mod catalogs; // fresh catalogs of both kinds
pub(crate) mod examination; // what `tintype doctor` says
pub(crate) mod fault_proxy; // breaks the way to a service, by a script
pub(crate) mod films; // films as a common program writes them
pub(crate) mod forms; // forms written by hand, byte by byte
pub(crate) mod hostile; // files that are made to hurt
pub(crate) mod library; // the library in this process, as a program holds it
pub(crate) mod photos; // images made by code, and the hostile family
pub(crate) mod process; // the real binary as a process of its own
pub(crate) mod requests; // what a client may ask, in few words
pub(crate) mod s3_double; // an S3 service in this process
pub(crate) mod variants; // variants made by hand, step by step
pub(crate) mod wire; // a client that writes HTTP itself
