//! A browser plays what is stored, and asks for the parts that it needs.

use std::sync::{Arc, Mutex};

use axum::extract::{Request, State};
use axum::middleware::{Next, from_fn_with_state};
use axum::response::Response;
use serde_json::{Value, json};

use crate::browser;
use crate::support::app::TestApp;
use crate::support::films::{MP4, TURNED_MOV, WEBM};
use crate::support::photos::atom;

/// The ranges that were asked for and the statuses of their answers.
type Asked = Arc<Mutex<Vec<(String, u16)>>>;

/// Of an MP4 whose index stands at its end, far from its beginning: a player has to ask for it.
fn with_far_index() -> Vec<u8> {
    let index = MP4.windows(4).position(|kind| kind == b"moov").unwrap() - 4;
    let (front, index) = MP4.split_at(index);
    [front, &atom(*b"free", &vec![0; 3 << 20]), index].concat()
}

async fn note(State(asked): State<Asked>, request: Request, next: Next) -> Response {
    let range = request.headers().get("range").map(|range| range.to_str().unwrap().to_owned());
    let answer = next.run(request).await;
    if let Some(range) = range {
        asked.lock().unwrap().push((range, answer.status().as_u16()));
    }
    answer
}

/// What a browser makes of a film, and what it asked for.
async fn played(film: &[u8]) -> (Value, Vec<(String, u16)>) {
    let accepted = "video/mp4, video/quicktime, video/webm".parse().unwrap();
    let app = TestApp::start_with(|setup| setup.app.image.accepted = accepted).await;
    let image = app.uploaded(film).await;
    let url = image["url"].as_str().unwrap();
    let path = &url[url.find("/i/").unwrap()..];
    let asked = Asked::default();
    let routes = app.routes().layer(from_fn_with_state(Arc::clone(&asked), note));
    let answer = browser::answer_of(&app, routes, "films.html", json!(path)).await;
    app.finish().await;
    let asked = std::mem::take(&mut *asked.lock().unwrap());
    (answer, asked)
}

#[tokio::test]
async fn a_browser_plays_a_film_and_seeks_in_it() {
    let films = [
        ("MP4", with_far_index(), (32, 16)),
        ("QuickTime", TURNED_MOV.to_vec(), (16, 32)),
        ("WebM", WEBM.to_vec(), (32, 16)),
    ];
    for (name, film, (width, height)) in films {
        let (answer, asked) = played(&film).await;
        let expected = json!({
            "duration": 1.5, "width": width, "height": height, "sought": 1, "ended": true,
        });
        assert_eq!(answer, expected, "{name}: {asked:?}");
        assert!(asked.iter().all(|(_, status)| *status == 206), "{name}: {asked:?}");
        assert!(!asked.is_empty(), "{name}");
        if name == "MP4" {
            let far = asked.iter().filter(|(range, _)| !range.starts_with("bytes=0-"));
            assert!(far.count() > 0, "{name}: {asked:?}");
        }
    }
}
