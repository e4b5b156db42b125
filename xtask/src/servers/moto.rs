//! moto: an S3 that answers like AWS, in one Python process.

use std::path::Path;

use anyhow::Result;
use rustix::process::Signal;

use crate::project::Project;
use crate::servers::bucket;
use crate::servers::ports::Ports;
use crate::servers::server::{Server, answers_ok, command};

/// The running server.
#[derive(Debug)]
pub(crate) struct Moto {
    /// Its endpoint.
    pub(crate) url: String,
    pub(crate) server: Server,
    port: u16,
}

impl Moto {
    /// Starts it.
    pub(crate) fn start(project: &Project, folder: &Path, ports: &mut Ports) -> Result<Self> {
        let port = ports.take()?;
        let mut moto = command(&project.python_tool("moto_server"), folder, None, "KILL");
        moto.args(["-H", "127.0.0.1", "-p"]).arg(port.to_string());
        moto.env("AWS_EC2_METADATA_DISABLED", "true");
        let server = Server::start(project, "moto", moto, Signal::KILL)?;
        Ok(Self { url: format!("http://127.0.0.1:{port}"), server, port })
    }

    /// Waits until the bucket is there and takes an object.
    pub(crate) fn wait_until_ready(&mut self, project: &Project) -> Result<()> {
        self.server.wait_until(project, || answers_ok(self.port, "/moto-api/"))?;
        self.server.wait_until(project, || bucket::is_made(project, &self.url))
    }
}
