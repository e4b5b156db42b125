//! Who asks, where, and what a proxy in between may answer.

use super::front::{Act, Front};
use super::{Asking, objects};
use crate::support::photos::PIXEL;

const SECRET: &str = "hunter2";

#[tokio::test]
async fn headers_go_with_every_request_and_are_never_shown() {
    let asking = Asking::start().await;
    asking.site.write("a.gif", PIXEL);
    asking.site.write("headers", format!("Authorization: Bearer {SECRET}\n\nX-Team:  photos\n"));
    let (front, url, _server) = Front::before(asking.service.address, [], Act::Pass).await;
    let header = format!("Authorization: Bearer {SECRET}");
    let image = asking.lines(&["upload", "a.gif", "--url", &url, "--header", &header]).await;
    for command in [&["list"][..], &["show", &image[0]], &["delete", &image[0]]] {
        let flags = ["--url", &url, "--header", "@headers"];
        asking.lines(&[command, &flags[..]].concat()).await;
    }
    let seen = front.seen();
    let expected = format!("Bearer {SECRET}");
    assert!(seen.iter().all(|seen| seen.headers["authorization"] == expected.as_str()));
    assert!(seen[1..].iter().all(|seen| seen.headers["x-team"] == "photos"));
    let version = concat!("tintype/", env!("CARGO_PKG_VERSION"));
    assert!(seen.iter().all(|seen| seen.headers["user-agent"] == version));

    let refusing = Act::Answer(401, &[]);
    let (_, url, _server) = Front::before(asking.service.address, [], refusing).await;
    for wrong in [
        format!("Authorization Bearer {SECRET}"),
        format!("Authorization: {SECRET}\nX: y"),
        format!("Content-Length: {SECRET}"),
        format!("Authorization: {SECRET}"),
    ] {
        let ended = asking.run(&["list", "--url", &url, "--header", &wrong]).await;
        assert_eq!((ended.code, ended.stdout.as_str()), (Some(2), ""), "{ended}");
        assert!(!ended.stderr.contains(SECRET), "{ended}");
    }
    let ended = asking.run(&["list", "--header", "@nowhere"]).await;
    assert!(ended.stderr.starts_with("tintype: --header: nowhere cannot be read"), "{ended}");
    asking.finish(0).await;
}

#[tokio::test]
async fn a_password_in_the_address_is_sent_and_not_shown() {
    let mut asking = Asking::start().await;
    let (front, url, _server) = Front::before(asking.service.address, [], Act::Pass).await;
    let with_password = url.replace("http://", &format!("http://me:{SECRET}@"));
    asking.site.set("TINTYPE_URL", &with_password);
    asking.lines(&["list"]).await;
    // `me:hunter2` in base64.
    assert_eq!(front.seen()[0].headers["authorization"], "Basic bWU6aHVudGVyMg==");
    for wrong in [format!("http://me:{SECRET}@127.0.0.1:1"), format!("ftp://me:{SECRET}@h")] {
        asking.site.set("TINTYPE_URL", &wrong);
        for command in [&["list"][..], &["list", "--help"]] {
            let ended = asking.run(command).await;
            assert!(!ended.to_string().contains(SECRET), "{ended}");
        }
    }
    asking.finish(0).await;
}

#[tokio::test]
async fn a_service_may_live_below_a_path() {
    let asking = Asking::start().await;
    asking.site.write("a.gif", PIXEL);
    let empty = Act::Answer(404, &[]);
    let (front, url, _server) = Front::before(asking.service.address, [], empty).await;
    for base in ["/photos", "/photos/"] {
        let url = format!("{url}{base}");
        let ended = asking.run(&["upload", "a.gif", "--url", &url]).await;
        assert_eq!(ended.code, Some(2), "{ended}");
        assert!(ended.stderr.contains("/photos answers 404, but not as Tintype does"), "{ended}");
        asking.run(&["list", "--url", &url]).await;
    }
    let lines: Vec<_> = front.seen().into_iter().map(|seen| seen.line).collect();
    let expected = ["POST /photos/v1/images", "GET /photos/v1/images?limit=50"];
    assert_eq!(lines, [expected, expected].concat());
    for wrong in ["localhost:8080", "127.0.0.1", "http://h/?q", "file:///etc"] {
        let ended = asking.run(&["list", "--url", wrong]).await;
        assert_eq!(ended.code, Some(2), "{ended}");
        assert!(ended.stderr.contains("--url (TINTYPE_URL): "), "{ended}");
    }
    asking.finish(0).await;
}

#[tokio::test]
async fn a_redirect_is_told_and_not_followed() {
    let asking = Asking::start().await;
    asking.site.write("a.gif", PIXEL);
    let moved = Act::Answer(301, &[("location", "https://photos.example.com/")]);
    let (front, url, _server) = Front::before(asking.service.address, [], moved).await;
    let ended = asking.run(&["upload", "a.gif", "--json", "--url", &url]).await;
    assert_eq!((ended.code, front.seen().len()), (Some(2), 1), "{ended}");
    let error = &objects(&ended.stdout.lines().collect::<Vec<_>>())[0]["error"];
    assert_eq!((&error["code"], &error["status"]), (&"HTTP_301".into(), &301.into()));
    let detail = "the server redirects to https://photos.example.com/: name that one with --url";
    assert_eq!(error["detail"], detail);
    asking.finish(0).await;
}

#[tokio::test]
async fn what_is_no_service_is_told() {
    let asking = Asking::start().await;
    let page = Act::Answer(200, &[]);
    let (_, url, _server) = Front::before(asking.service.address, [], page).await;
    let ended = asking.run(&["list", "--url", &url]).await;
    assert_eq!(ended.code, Some(2), "{ended}");
    let told =
        format!("tintype: {url} answers 200, but not as Tintype does: is the address right?");
    assert_eq!(ended.stderr.trim_end(), told);
    asking.finish(0).await;
}
