//! SeaweedFS: master, volume, filer and S3 in one process, with one administrator and
//! one identity that may do what the service does.

use std::path::Path;

use anyhow::Result;
use rustix::process::Signal;

use crate::project::Project;
use crate::servers::ports::{Ports, grpc};
use crate::servers::server::{Server, answers_ok, command};
use crate::servers::{ACCESS_KEY, BUCKET_NAME, SECRET_KEY, UPLOADER_KEY, UPLOADER_SECRET, bucket};

/// What does not depend on the run: loopback only, nothing sent home, no server beside S3, and
/// volumes that are small enough for many buckets.
const FLAGS: [&str; 14] = [
    "-logtostderr=true",
    "server",
    "-ip=127.0.0.1",
    "-ip.bind=127.0.0.1",
    "-master.telemetry=false",
    "-master.volumeSizeLimitMB=64",
    "-volume.max=200",
    "-volume.preStopSeconds=0",
    "-filer",
    "-s3",
    "-s3.port.iceberg=0",
    "-s3.port.lance=0",
    "-s3.autoCreateBucket=false",
    "-s3.iam.readOnly=false",
];

/// The running server.
#[derive(Debug)]
pub(crate) struct Seaweedfs {
    /// Its S3 endpoint.
    pub(crate) url: String,
    pub(crate) server: Server,
    port: u16,
    _sockets: Sockets,
}

impl Seaweedfs {
    /// Starts it.
    pub(crate) fn start(project: &Project, folder: &Path, ports: &mut Ports) -> Result<Self> {
        let folder = folder.join("seaweedfs");
        std::fs::create_dir(&folder)?;
        std::fs::write(folder.join("s3.json"), identities())?;
        let mut weed = command(&project.python_tool("weed"), &folder, None, "KILL");
        weed.args(FLAGS).arg("-dir=.").arg("-s3.config=s3.json");
        let mut taken = Vec::new();
        for part in ["master", "volume", "filer", "s3"] {
            let port = ports.take()?;
            weed.arg(format!("-{part}.port={port}"));
            taken.push(port);
        }
        let port = taken.last().copied().unwrap_or_default();
        // It takes ten seconds to end at SIGTERM, and there is nothing of it to keep.
        let server = Server::start(project, "seaweedfs", weed, Signal::KILL)?;
        let url = format!("http://127.0.0.1:{port}");
        Ok(Self { url, server, port, _sockets: Sockets(taken) })
    }

    /// Waits until the bucket is there and takes an object.
    pub(crate) fn wait_until_ready(&mut self, project: &Project) -> Result<()> {
        self.server.wait_until(project, || answers_ok(self.port, "/healthz"))?;
        self.server.wait_until(project, || bucket::is_made(project, &self.url))
    }
}

fn identities() -> String {
    format!(
        r#"{{"identities": [{{
            "name": "admin",
            "credentials": [{{"accessKey": "{ACCESS_KEY}", "secretKey": "{SECRET_KEY}"}}],
            "actions": ["Admin", "Read", "List", "Tagging", "Write"]
        }}, {{
            "name": "uploader",
            "credentials": [{{"accessKey": "{UPLOADER_KEY}", "secretKey": "{UPLOADER_SECRET}"}}],
            "actions": ["Read:{BUCKET_NAME}", "Write:{BUCKET_NAME}"]
        }}]}}"#
    )
}

/// The sockets that it makes in /tmp, named after its ports, and leaves there when it is killed.
#[derive(Debug)]
struct Sockets(Vec<u16>);

impl Drop for Sockets {
    fn drop(&mut self) {
        for entry in std::fs::read_dir("/tmp").into_iter().flatten().flatten() {
            let name = entry.file_name();
            let name = name.to_string_lossy();
            let port = name
                .strip_prefix("seaweedfs-")
                .and_then(|rest| rest.strip_suffix(".sock"))
                .and_then(|rest| rest.rsplit('-').next()?.parse::<u16>().ok());
            if port
                .is_some_and(|port| self.0.iter().any(|ours| [*ours, grpc(*ours)].contains(&port)))
            {
                let _ = std::fs::remove_file(entry.path());
            }
        }
    }
}
