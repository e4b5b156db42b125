//! Help, and the service from nothing.

use std::os::unix::fs::PermissionsExt;

use reqwest::Method;

use super::pixel;
use crate::support::app::{Answer, form};
use crate::support::photos::PIXEL;
use crate::support::process::{Service, Site};

const COMMANDS: [&str; 13] = [
    "serve",
    "reconcile",
    "check",
    "doctor",
    "settings",
    "iam",
    "upload",
    "list",
    "show",
    "get",
    "delete",
    "completions",
    "man",
];

#[tokio::test]
async fn alone_it_shows_help() {
    let site = Site::embedded();
    let alone = site.run(&[]).await;
    let asked = site.run(&["--help"]).await;
    assert_eq!((alone.code, asked.code), (Some(2), Some(0)));
    for command in COMMANDS {
        assert!(alone.stderr.contains(command) && asked.stdout.contains(command), "{alone}");
    }
    let version = site.run(&["--version"]).await;
    assert_eq!(version.stdout, concat!("tintype ", env!("CARGO_PKG_VERSION"), "\n"));
    assert_eq!(site.names(), [""; 0]);
}

#[tokio::test]
async fn every_command_has_help_with_its_settings() {
    let site = Site::embedded();
    for command in COMMANDS {
        let help = site.run(&[command, "--help"]).await;
        assert_eq!(help.code, Some(0), "{help}");
        let takes_storage = ["serve", "reconcile", "check", "doctor"].contains(&command);
        assert_eq!(help.stdout.contains("TINTYPE_BUCKET"), takes_storage, "{help}");
        let asks = ["upload", "list", "show", "get", "delete"].contains(&command);
        assert_eq!(help.stdout.contains("TINTYPE_URL"), asks, "{help}");
        let serves = ["serve", "doctor"].contains(&command);
        assert_eq!(help.stdout.contains("TINTYPE_LISTEN"), serves, "{help}");
    }
    let nonsense = site.run(&["serve", "--nonsense"]).await;
    assert_eq!(nonsense.code, Some(2), "{nonsense}");
}

#[tokio::test]
async fn the_page_of_settings_is_up_to_date() {
    let page = Site::embedded().run(&["settings", "--markdown"]).await;
    let path = concat!(env!("CARGO_MANIFEST_DIR"), "/docs/configuration.md");
    let committed = std::fs::read_to_string(path).unwrap();
    assert!(page.stdout == committed, "run `tintype settings --markdown > docs/configuration.md`");
}

#[tokio::test]
async fn the_line_that_it_prints_uploads_a_photo() {
    let site = Site::embedded();
    site.write("photo.jpg", PIXEL);
    let service = site.serve().await;
    let line = service.line("curl").await;
    let image = do_as_curl(&service, &site, &line).await;
    let place = std::fs::canonicalize(site.path()).unwrap().join("tintype-data");
    let images = service.line("images  ").await;
    assert!(images.ends_with(&format!("file://{}", place.join("bucket").display())), "{images}");
    let records = service.line("records").await;
    let database = format!("sqlite://{}", place.join("catalog.db").display());
    assert!(records.ends_with(&database), "{records}");
    assert_eq!(std::fs::metadata(&place).unwrap().permissions().mode() & 0o777, 0o700);

    // What one process stored, the next one serves.
    assert_eq!(service.stop().await.code, Some(0));
    let service = site.serve().await;
    let path = format!("/i/{}", image["id"].as_str().unwrap());
    assert_eq!(service.get(&path).await.body, PIXEL);
    assert_eq!(service.stop().await.code, Some(0));
    assert_eq!(site.names(), ["photo.jpg", "tintype-data"]);
}

/// Does what the line says in the way of curl, which not every machine has.
async fn do_as_curl(service: &Service, site: &Site, line: &str) -> serde_json::Value {
    let words: Vec<_> = line.split(' ').collect();
    let ["curl", "-F", "image=@photo.jpg", url] = words[..] else { panic!("{line}") };
    assert_eq!(url, format!("http://{}/v1/images", service.address));
    let photo = std::fs::read(site.path().join("photo.jpg")).unwrap();
    let request = service.client.request(Method::POST, url).multipart(form(photo));
    let answer = Answer::read(request.send().await.unwrap()).await;
    assert_eq!(answer.status, 201, "{}", answer.text());
    answer.json()
}

#[tokio::test]
async fn an_address_in_use_is_told() {
    let mut site = Site::embedded();
    let taken = std::net::TcpListener::bind("127.0.0.1:0").unwrap();
    let address = taken.local_addr().unwrap().to_string();
    site.set("TINTYPE_LISTEN", &address);
    let ended = site.run(&["serve"]).await;
    assert_eq!((ended.code, ended.stdout.as_str()), (Some(2), ""), "{ended}");
    let told = format!("tintype: cannot listen on {address}: Address already in use");
    assert!(ended.stderr.contains(&told), "{ended}");
}

#[tokio::test]
async fn beyond_loopback_it_listens_only_when_told_that_everybody_may() {
    let mut site = Site::embedded();
    site.set("TINTYPE_LISTEN", "0.0.0.0:0");
    let ended = site.run(&["serve"]).await;
    assert_eq!((ended.code, ended.stdout.as_str()), (Some(2), ""), "{ended}");
    for part in ["--listen (TINTYPE_LISTEN)", "0.0.0.0:0", "--allow-anonymous"] {
        assert!(ended.stderr.contains(part), "{ended}");
    }
    assert_eq!(site.names(), [""; 0]);

    for (value, flags) in [("", &["--allow-anonymous"][..]), ("true", &[])] {
        if !value.is_empty() {
            site.set("TINTYPE_ALLOW_ANONYMOUS", value);
        }
        let service = site.serve_with(flags).await;
        assert!(service.address.ip().is_unspecified());
        service.uploaded(pixel()).await;
        service.stop().await;
    }
}
