//! Tintype itself, with its default settings.

use std::net::SocketAddr;

use anyhow::Result;
use tempfile::TempDir;
use tokio::process::Command;

use super::Service;
use super::service::{Launch, free_address, pinned};
use crate::setup::Setup;

/// Starts it with its catalog at `database`, or in its data directory.
pub(super) async fn start(setup: &Setup, database: Option<String>) -> Result<Service> {
    let (mut command, address, folder) = serve(setup).await?;
    command.args(["--bucket", "s3://bench"]);
    command.args(database.iter().flat_map(|database| ["--database", database]));
    command.env("AWS_ENDPOINT_URL_S3", format!("http://{}", setup.sink.address()));
    command.env("AWS_ACCESS_KEY_ID", "bench").env("AWS_SECRET_ACCESS_KEY", "bench");
    command.env("AWS_REGION", "us-east-1").env("AWS_EC2_METADATA_DISABLED", "true");
    Launch { name: "tintype", command, address, ready: "/healthz", folder }.start().await
}

/// Starts it with its embedded catalog and bucket, for what needs an object as it was put.
pub(crate) async fn start_embedded(setup: &Setup) -> Result<Service> {
    let (command, address, folder) = serve(setup).await?;
    Launch { name: "tintype", command, address, ready: "/healthz", folder }.start().await
}

async fn serve(setup: &Setup) -> Result<(Command, SocketAddr, TempDir)> {
    let folder = setup.folder()?;
    let address = free_address().await?;
    let mut command = pinned(&setup.tintype, folder.path());
    command.args(["serve", "--data-dir", "data", "--listen"]).arg(address.to_string());
    Ok((command, address, folder))
}
