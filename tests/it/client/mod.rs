//! The commands that ask a running service: the real binary on both ends.

mod bars; // what a terminal shows
mod front; // what stands before a service, and misbehaves by a script
mod proxies; // who asks, where, and what a proxy may answer
mod records; // list, show, delete
mod reading; // get
mod surviving; // a service that is killed, silent, busy or not there
mod uploading; // files and folders become images

use std::path::Path;

use serde_json::Value;

use crate::support::photos::pixel;
use crate::support::process::{Ended, Service, Site};

/// A site, its service, and the commands that ask it.
struct Asking {
    site: Site,
    service: Service,
}

impl Asking {
    async fn start() -> Self {
        let mut site = Site::under_test().await;
        let service = site.serve().await;
        site.set("TINTYPE_URL", &format!("http://{}", service.address));
        Self { site, service }
    }

    /// Runs a command to its end.
    async fn run(&self, arguments: &[&str]) -> Ended {
        self.site.run(arguments).await
    }

    /// Runs a command that must do all it was asked; the lines that it printed.
    async fn lines(&self, arguments: &[&str]) -> Vec<String> {
        let ended = self.run(arguments).await;
        assert_eq!(ended.code, Some(0), "{ended}");
        ended.stdout.lines().map(str::to_owned).collect()
    }

    /// Every image, as `list --all --json` tells it.
    async fn images(&self) -> Vec<Value> {
        objects(&self.lines(&["list", "--all", "--json"]).await)
    }

    /// Ends the service; bucket and catalog must agree on so many images.
    async fn finish(self, images: usize) {
        assert_eq!(self.service.stop().await.code, Some(0));
        let (ended, report) = self.site.check(&["--deep"]).await;
        assert_eq!((ended.code, &report["records"]), (Some(0), &images.into()), "{ended}");
    }
}

/// JSON, one object a line.
fn objects<S: AsRef<str>>(lines: &[S]) -> Vec<Value> {
    lines.iter().map(|line| serde_json::from_str(line.as_ref()).unwrap()).collect()
}

/// Writes so many photos into `folder`, all different: `0000.gif` and so on.
fn write_photos(folder: &Path, number: u32) {
    std::fs::create_dir_all(folder).unwrap();
    for index in 0..number {
        std::fs::write(folder.join(format!("{index:04}.gif")), pixel(index)).unwrap();
    }
}

/// The id at the end of a URL.
fn id_of(url: &str) -> &str {
    let name = url.rsplit('/').next().unwrap();
    name.split('.').next().unwrap()
}
