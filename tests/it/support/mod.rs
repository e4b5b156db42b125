//! What the tests stand on: the service in this process, fresh catalogs and buckets, photographs, and
//! doubles of foreign services with what stands between them and us.

pub(crate) mod app; // the whole service in this process
pub(crate) mod catalogs; // fresh catalogs of both kinds
pub(crate) mod fault_proxy; // breaks the way to a service, by a script
pub(crate) mod s3_double; // an S3 service in this process
