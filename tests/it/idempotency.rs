//! A retry makes no second image.

use futures_util::future::{join, join_all};
use reqwest::Method;
use reqwest::multipart::Form;

use crate::support::app::{Answer, TestApp, file, form};
use crate::support::fault_proxy::{Outcome, put};
use crate::support::photos;
use crate::support::requests::{NOTHING, record_of, until};

async fn post(app: &TestApp, key: &str, form: Form) -> Answer {
    let request = app.request(Method::POST, "/v1/images").header("idempotency-key", key);
    app.send(request.multipart(form)).await
}

fn pixel() -> Form {
    form(photos::gif(1, 1))
}

#[tokio::test]
async fn the_first_answer_comes_again() {
    let app = TestApp::start().await;
    let first = post(&app, "k", pixel()).await;
    assert_eq!((first.status, first.header("idempotency-replayed")), (201, ""));
    let second = post(&app, "k", pixel()).await;
    assert_eq!((second.status, second.header("idempotency-replayed")), (201, "true"));
    assert_eq!(second.json(), first.json());
    assert_eq!(second.header("location"), first.header("location"));
    assert_eq!(app.world().await, "1 ready, 0 pending, 0 deleting; 1 object");
    app.finish().await;
}

#[tokio::test]
async fn the_first_answer_comes_again_as_it_was() {
    let app = TestApp::start().await;
    let first = post(&app, "k", pixel()).await.json();
    app.patch(&record_of(&first), "{\"caption\":\"later\"}").await;
    assert_eq!(post(&app, "k", pixel()).await.json(), first);
    assert_eq!(app.delete(&record_of(&first)).await.outcome(), "204");
    let replay = post(&app, "k", pixel()).await;
    assert_eq!((replay.status, replay.header("idempotency-replayed")), (201, "true"));
    assert_eq!(replay.json(), first);
    assert_eq!(app.world().await, NOTHING);
    app.finish().await;
}

#[tokio::test]
async fn a_key_stands_for_one_content() {
    let app = TestApp::start().await;
    assert_eq!(post(&app, "k", pixel()).await.status, 201);
    let others = [
        ("other bytes", form(photos::gif(2, 2))),
        ("another caption", pixel().text("caption", "c")),
        ("another alt", pixel().text("alt", "a")),
        ("other metadata", pixel().text("metadata", "{\"a\":1}")),
        ("another name", Form::new().part("f", file(photos::gif(1, 1)).file_name("other.jpg"))),
    ];
    for (fact, other) in others {
        let answer = post(&app, "k", other).await;
        assert_eq!(answer.outcome(), "422 IDEMPOTENCY_MISMATCH", "{fact}");
    }
    let under_another_field = Form::new().part("other", file(photos::gif(1, 1)));
    assert_eq!(post(&app, "k", under_another_field).await.header("idempotency-replayed"), "true");
    assert_eq!(post(&app, "other key", form(photos::gif(2, 2))).await.status, 201);
    assert_eq!(app.world().await, "2 ready, 0 pending, 0 deleting; 2 objects");
    app.finish().await;
}

#[tokio::test]
async fn an_upload_that_is_under_way_is_not_begun_again() {
    let app = TestApp::behind_faults().await;
    app.faults().script([put(Outcome::Hang)]);
    let second = async {
        until("the first upload is at the bucket", async || app.faults().unread().is_empty()).await;
        let second = post(&app, "k", pixel()).await;
        // The first upload is let go: it tries again, and passes.
        app.faults().take_down();
        app.faults().restore();
        second
    };
    let (first, second) = join(post(&app, "k", pixel()), second).await;
    assert_eq!(
        (first.outcome(), second.outcome().as_str()),
        ("201".into(), "409 IDEMPOTENCY_CONFLICT")
    );
    assert_ne!(second.header("retry-after"), "");
    let third = post(&app, "k", pixel()).await;
    assert_eq!((third.header("idempotency-replayed"), third.json()), ("true", first.json()));
    app.finish().await;
}

#[tokio::test]
async fn a_failed_upload_frees_its_key() {
    let app = TestApp::behind_faults().await;
    app.faults().take_down();
    assert_eq!(post(&app, "k", pixel()).await.outcome(), "503 BUCKET_UNAVAILABLE");
    app.faults().restore();
    let again = post(&app, "k", pixel()).await;
    assert_eq!((again.status, again.header("idempotency-replayed")), (201, ""));
    for (bytes, refused) in [(photos::SVG.to_vec(), 415), (b"\xFF\xD8\xFF".to_vec(), 422)] {
        assert_eq!(post(&app, "other", form(bytes)).await.status, refused);
    }
    assert_eq!(post(&app, "other", pixel()).await.outcome(), "201");
    assert_eq!(app.world().await, "2 ready, 1 pending, 0 deleting; 2 objects");
    app.finish().await;
}

#[tokio::test]
async fn a_key_is_visible_ascii() {
    let app = TestApp::start().await;
    for key in ["", " ", "ключ", &"k".repeat(256)] {
        let answer = post(&app, key, pixel()).await;
        assert_eq!(answer.outcome(), "400 INVALID_REQUEST", "{key:?}");
    }
    assert_eq!(app.world().await, NOTHING);
    for key in ["k", "8e03978e-40d5-43e8-bc93-6894a57f9324", &"k".repeat(255), "\"quoted; key\""] {
        assert_eq!(post(&app, key, pixel()).await.outcome(), "201", "{key:?}");
    }
    app.finish().await;
}

#[tokio::test]
async fn many_posts_at_once_with_one_key_make_one_image() {
    let app = TestApp::start().await;
    let all = join_all((0..16).map(|_| post(&app, "k", pixel()))).await;
    let (stored, waiting): (Vec<_>, Vec<_>) = all.iter().partition(|answer| answer.status == 201);
    let new = stored.iter().filter(|answer| answer.header("idempotency-replayed").is_empty());
    assert_eq!(new.count(), 1);
    for answer in waiting {
        assert_eq!(answer.outcome(), "409 IDEMPOTENCY_CONFLICT");
    }
    let image = post(&app, "k", pixel()).await.json();
    assert!(stored.iter().all(|answer| answer.json() == image));
    assert_eq!(app.world().await, "1 ready, 0 pending, 0 deleting; 1 object");
    app.finish().await;
}

#[tokio::test]
async fn metadata_is_no_deeper_than_a_first_answer_can_carry() {
    let app = TestApp::start().await;
    for (levels, outcome) in
        [(64, "201"), (65, "400 INVALID_REQUEST"), (127, "400 INVALID_REQUEST")]
    {
        let (open, close) = ("[".repeat(levels - 1), "]".repeat(levels - 1));
        let form = || pixel().text("metadata", format!("{{\"deep\":{open}1{close}}}"));
        let key = levels.to_string();
        assert_eq!(post(&app, &key, form()).await.outcome(), outcome, "{levels}");
        assert_eq!(post(&app, &key, form()).await.outcome(), outcome, "{levels}, again");
    }
    app.finish().await;
}
