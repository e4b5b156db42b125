//! The bucket that the tests use, made by a client that is not ours, so that a fault of ours shows
//! in the tests and not here.

use std::process::Command;

use crate::project::Project;
use crate::servers::{ACCESS_KEY, BUCKET_NAME, SECRET_KEY};

/// Whether the bucket at `endpoint` is there, after trying to make it, and does what a bucket does.
pub(crate) fn is_made(project: &Project, endpoint: &str) -> bool {
    let script = include_str!("bucket.py");
    let made = Command::new(project.python_tool("python"))
        .args(["-c", script, endpoint, BUCKET_NAME])
        .env_clear()
        .env("AWS_ACCESS_KEY_ID", ACCESS_KEY)
        .env("AWS_SECRET_ACCESS_KEY", SECRET_KEY)
        .env("AWS_DEFAULT_REGION", "us-east-1")
        .env("AWS_EC2_METADATA_DISABLED", "true")
        .output();
    made.is_ok_and(|output| output.status.success())
}
