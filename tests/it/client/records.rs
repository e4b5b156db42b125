//! list, show, delete.

use std::collections::HashSet;

use serde_json::json;

use super::front::{Act, Front};
use super::{Asking, id_of, objects, write_photos};
use crate::support::photos::jpeg;

/// More than the service puts on a page.
const PHOTOS: u32 = 205;

#[tokio::test]
async fn the_list_follows_the_pages_and_says_when_there_is_more() {
    let asking = Asking::start().await;
    write_photos(&asking.site.path().join("photos"), PHOTOS);
    let urls = asking.lines(&["upload", "photos"]).await;
    let images = asking.images().await;
    let listed: HashSet<_> = images.iter().map(|image| image["url"].as_str().unwrap()).collect();
    assert_eq!((listed.len(), listed), (205, urls.iter().map(String::as_str).collect()));
    let ended = asking.run(&["list", "--limit", "203"]).await;
    assert_eq!((ended.code, ended.stdout.lines().count()), (Some(0), 203), "{ended}");
    let more = "There are more: --limit NUMBER lists more of them, --all lists every one.\n";
    assert_eq!(ended.stderr, more);
    for (row, image) in ended.stdout.lines().zip(&images) {
        let [id, size, unit, pixels, created, filename] =
            row.split_whitespace().collect::<Vec<_>>()[..]
        else {
            panic!("{row}")
        };
        assert_eq!((id, pixels), (image["id"].as_str().unwrap(), "1x1"));
        assert_eq!((size, unit, created.len()), ("43", "B", 20));
        assert_eq!(filename, image["filename"].as_str().unwrap());
    }
    assert_eq!(asking.run(&["list"]).await.stdout.lines().count(), 50);
    assert_eq!(asking.run(&["list", "--limit", "0"]).await.code, Some(2));
    asking.finish(205).await;
}

#[tokio::test]
async fn an_image_is_shown_by_its_id_or_its_url() {
    let asking = Asking::start().await;
    asking.site.write("photo.jpg", jpeg(32, 16));
    let url =
        asking.lines(&["upload", "photo.jpg", "--caption", "Rails\u{202e}\n"]).await.remove(0);
    let shown = asking.lines(&["show", &url]).await;
    assert_eq!(asking.lines(&["show", id_of(&url)]).await, shown);
    let bytes = jpeg(32, 16).len();
    for line in [
        format!("url           {url}"),
        "filename      photo.jpg".to_owned(),
        "pixels        32 x 16".to_owned(),
        format!("size          {bytes} bytes"),
        // Nothing that steers the terminal arrives there.
        "caption       Rails\u{FFFD}\u{FFFD}".to_owned(),
    ] {
        assert!(shown.contains(&line), "{line}: {shown:#?}");
    }
    let image = objects(&asking.lines(&["show", &url, "--json"]).await).remove(0);
    let record = asking.service.get(&format!("/v1/images/{}", id_of(&url))).await.json();
    assert_eq!(image, record);
    asking.finish(1).await;
}

#[tokio::test]
async fn images_are_deleted_and_what_is_not_there_is_told() {
    let asking = Asking::start().await;
    write_photos(&asking.site.path().join("photos"), 3);
    let urls = asking.lines(&["upload", "photos"]).await;
    let ids: Vec<_> = urls.iter().map(|url| id_of(url)).collect();
    let ended = asking.run(&["delete", &urls[0], ids[0], ids[1]]).await;
    assert_eq!(ended.code, Some(1), "{ended}");
    assert_eq!(ended.stdout, format!("{} deleted\n{} deleted\n", ids[0], ids[1]));
    let told = format!("tintype: {}: there is no such image (NOT_FOUND, request ", ids[0]);
    assert!(ended.stderr.starts_with(&told), "{ended}");
    assert_eq!(asking.run(&["show", ids[0]]).await.code, Some(1));

    let ended = asking.run(&["delete", "--json", ids[0], ids[2]]).await;
    assert_eq!(ended.code, Some(1), "{ended}");
    let told = objects(&ended.stdout.lines().collect::<Vec<_>>());
    assert_eq!((&told[0]["id"], &told[0]["outcome"]), (&json!(ids[0]), &json!("refused")));
    assert_eq!(told[0]["error"]["code"], "NOT_FOUND");
    assert_eq!(told[1], json!({"id": ids[2], "outcome": "deleted"}));
    asking.finish(0).await;
}

#[tokio::test]
async fn a_deletion_that_goes_on_is_told_so() {
    let asking = Asking::start().await;
    let id = "0192f0c1-2f6a-7c3e-8d11-5a0c9b7e4d20";
    let accepted = Act::Answer(202, &[]);
    let (_, url, _server) = Front::before(asking.service.address, [], accepted).await;
    let told = asking.lines(&["delete", id, "--url", &url]).await;
    assert_eq!(told, [format!("{id} being deleted")]);
    let told = asking.lines(&["delete", "--json", id, "--url", &url]).await;
    assert_eq!(objects(&told), [json!({"id": id, "outcome": "being_deleted"})]);
    asking.finish(0).await;
}

#[tokio::test]
async fn what_is_no_id_is_wrong_usage() {
    let asking = Asking::start().await;
    for command in ["show", "get", "delete"] {
        for wrong in ["", "photo.jpg", "http://127.0.0.1:8080/i/"] {
            let ended = asking.run(&[command, wrong]).await;
            assert_eq!((ended.code, ended.stdout.as_str()), (Some(2), ""), "{ended}");
        }
    }
    asking.finish(0).await;
}

#[tokio::test]
async fn images_that_were_not_tried_are_told() {
    let asking = Asking::start().await;
    write_photos(&asking.site.path().join("photos"), 3);
    let urls = asking.lines(&["upload", "photos"]).await;
    let away = Act::Answer(503, &[]);
    let (_, url, _server) = Front::before(asking.service.address, [Act::Pass], away).await;
    let delete = ["delete", "--json", "--url", &url, &urls[0], &urls[1], &urls[2]];
    let ended = asking.run(&delete).await;
    assert_eq!(ended.code, Some(2), "{ended}");
    let told = objects(&ended.stdout.lines().collect::<Vec<_>>());
    let words: Vec<_> = told.iter().map(|one| one["outcome"].as_str().unwrap()).collect();
    assert_eq!(words, ["deleted", "failed", "not_sent"]);
    assert_eq!(told[2], json!({"id": id_of(&urls[2]), "outcome": "not_sent"}));
    asking.finish(2).await;
}
