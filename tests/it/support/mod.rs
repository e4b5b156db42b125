//! Doubles of foreign services, and what stands between them and us.

pub(crate) mod fault_proxy; // breaks the way to a service, by a script
pub(crate) mod s3_double; // an S3 service in this process
