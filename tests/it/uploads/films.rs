//! Films, where the operator accepts them: stored as they come, told by their bytes.

use reqwest::Method;
use serde_json::json;

use crate::support::app::{Answer, TestApp};
use crate::support::films::{LIVE_WEBM, MP4, TURNED_MOV, WEBM};

const ALL: &str = "video/mp4, video/quicktime, video/webm";

async fn accepting(formats: &str) -> TestApp {
    let accepted = formats.parse().unwrap();
    TestApp::start_with(|setup| setup.app.image.accepted = accepted).await
}

#[tokio::test]
async fn films_are_refused_unless_they_are_accepted_by_name() {
    let app = TestApp::start().await;
    for film in [MP4, TURNED_MOV, WEBM] {
        assert_eq!(app.upload(film).await.outcome(), "415 UNSUPPORTED_TYPE");
    }
    app.finish().await;
    let app = accepting("webm").await;
    assert_eq!(app.upload(WEBM).await.outcome(), "201");
    let refused = app.upload(MP4).await.json();
    let detail = "the file is an MP4 video; accepted are JPEG, PNG, GIF, WebP and AVIF images, and \
                  WebM films. Send a still of the film";
    assert_eq!(refused["detail"], detail);
    app.finish().await;
}

#[tokio::test]
async fn a_film_is_stored_as_it_comes_with_its_size_and_duration() {
    let app = accepting(ALL).await;
    for (film, content_type, (width, height), duration) in [
        (MP4, "video/mp4", (32, 16), json!(1.5)),
        (TURNED_MOV, "video/quicktime", (16, 32), json!(1.5)),
        (WEBM, "video/webm", (32, 16), json!(1.5)),
        (LIVE_WEBM, "video/webm", (32, 16), json!(null)),
    ] {
        let image = app.uploaded(film).await;
        assert_eq!(image["content_type"], content_type);
        assert_eq!((&image["width"], &image["height"]), (&json!(width), &json!(height)));
        assert_eq!((&image["duration"], &image["stripped"]), (&duration, &json!([])));
        let answer = app.get(image["url"].as_str().unwrap()).await;
        assert_eq!((answer.header("content-type"), &*answer.body), (content_type, film));
    }
    app.finish().await;
}

#[tokio::test]
async fn a_player_reads_a_film_in_parts() {
    let app = accepting(ALL).await;
    let image = app.uploaded(MP4).await;
    let url = image["url"].as_str().unwrap();
    for (range, expected) in [("bytes=0-99", &MP4[..100]), ("bytes=1000-", &MP4[1000..])] {
        let answer = app.request(Method::GET, url).header("range", range).send().await.unwrap();
        let answer = Answer::read(answer).await;
        assert_eq!((answer.status, &*answer.body), (206, expected), "{range}");
    }
    app.finish().await;
}

#[tokio::test]
async fn a_film_that_is_cut_off_is_refused() {
    let app = accepting(ALL).await;
    for film in [MP4, TURNED_MOV, WEBM] {
        for length in [40, film.len() / 2, film.len() - 1] {
            let outcome = app.upload(&film[..length]).await.outcome();
            assert_eq!(outcome, "422 CORRUPT_IMAGE", "{length} of {}", film.len());
        }
    }
    app.finish().await;
}
