//! get: the bytes, whole or not at all.

use std::fs;

use super::front::{Act, Front};
use super::{Asking, id_of};
use crate::support::photos::{PIXEL, jpeg};

#[tokio::test]
async fn the_bytes_come_as_they_were_uploaded() {
    let mut asking = Asking::start().await;
    let photo = jpeg(900, 700);
    asking.site.write("photo.jpg", &photo);
    let url = asking.lines(&["upload", "photo.jpg"]).await.remove(0);
    let got = |name: &str| fs::read(asking.site.path().join(name)).unwrap();

    asking.lines(&["get", id_of(&url), "-o", "got.jpg"]).await;
    assert_eq!(got("got.jpg"), photo);
    // What is there stays, unless it may go.
    asking.site.write("got.jpg", "mine");
    let ended = asking.run(&["get", &url, "-o", "got.jpg"]).await;
    assert_eq!((ended.code, got("got.jpg")), (Some(2), b"mine".to_vec()), "{ended}");
    assert!(ended.stderr.contains("got.jpg is there already: --force"), "{ended}");
    asking.lines(&["get", &url, "-o", "got.jpg", "--force"]).await;
    assert_eq!(got("got.jpg"), photo);
    fs::create_dir(asking.site.path().join("folder")).unwrap();
    for wrong in [".", "..", "/", "folder", "missing/got.jpg"] {
        assert_eq!(asking.run(&["get", &url, "-o", wrong]).await.code, Some(2), "{wrong}");
    }

    asking.site.run_under(&["sh", "-c", "exec \"$@\" > stdout.jpg", "sh"]);
    for flags in [&[][..], &["-o", "-"]] {
        assert_eq!(asking.run(&[&["get", &url], flags].concat()).await.code, Some(0));
        assert_eq!(fs::read(asking.site.path().join("stdout.jpg")).unwrap(), photo);
    }
    let names = asking.site.names();
    let left: Vec<_> = names.iter().filter(|name| name.starts_with('.')).collect();
    assert_eq!(left, [""; 0]);
}

#[tokio::test]
async fn an_image_that_is_not_there_leaves_no_file() {
    let asking = Asking::start().await;
    let id = "0192f0c1-2f6a-7c3e-8d11-5a0c9b7e4d20";
    let ended = asking.run(&["get", id, "-o", "got.gif"]).await;
    assert_eq!(ended.code, Some(1), "{ended}");
    assert!(ended.stderr.contains("(NOT_FOUND, request "), "{ended}");
    assert!(!asking.site.names().iter().any(|name| name.contains("got.gif")));
    asking.finish(0).await;
}

#[tokio::test]
async fn bytes_that_are_not_the_image_are_thrown_away() {
    let asking = Asking::start().await;
    asking.site.write("photo.gif", PIXEL);
    let image = asking.lines(&["upload", "photo.gif"]).await.remove(0);
    let (_, url, _server) = Front::before(asking.service.address, [], Act::Damage).await;
    let ended = asking.run(&["get", &image, "-o", "got.gif", "--url", &url]).await;
    assert_eq!(ended.code, Some(1), "{ended}");
    assert!(ended.stderr.contains("their SHA-256 is another"), "{ended}");
    assert!(!asking.site.names().iter().any(|name| name.contains("got.gif")));
    asking.finish(1).await;
}

#[tokio::test]
async fn a_device_is_written_and_not_replaced() {
    let asking = Asking::start().await;
    asking.site.write("photo.gif", PIXEL);
    let url = asking.lines(&["upload", "photo.gif"]).await.remove(0);
    for (device, code) in [("null", 0), ("full", 2)] {
        let path = asking.site.path().join(device);
        std::os::unix::fs::symlink(format!("/dev/{device}"), &path).unwrap();
        assert_eq!(asking.run(&["get", &url, "-o", device]).await.code, Some(2), "{device}");
        let ended = asking.run(&["get", &url, "-o", device, "--force"]).await;
        assert_eq!(ended.code, Some(code), "{ended}");
        assert!(path.is_symlink(), "{device}");
    }
    asking.finish(1).await;
}
