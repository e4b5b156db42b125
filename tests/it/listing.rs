//! Pages of records, newest first, and what may be changed in a record.

use serde_json::{Value, json};

use crate::support::app::TestApp;
use crate::support::photos;
use crate::support::requests::record_of;

async fn upload(app: &TestApp, count: usize) -> Vec<String> {
    let mut ids = Vec::new();
    for _ in 0..count {
        ids.push(id(&app.uploaded(photos::gif(1, 1)).await));
    }
    newest_first(ids)
}

/// Ids sort by time. Two of one millisecond have no order that a client could know.
fn newest_first(mut ids: Vec<String>) -> Vec<String> {
    ids.sort_unstable_by(|one, other| other.cmp(one));
    ids
}

fn id(image: &Value) -> String {
    image["id"].as_str().unwrap().to_owned()
}

/// The ids of a page, and the cursor of the next.
async fn page(app: &TestApp, query: &str) -> (Vec<String>, Option<String>) {
    let answer = app.get(&format!("/v1/images{query}")).await;
    assert_eq!(answer.status, 200, "{}", answer.text());
    let page = answer.json();
    let ids = page["images"].as_array().unwrap().iter().map(id).collect();
    (ids, page["next_cursor"].as_str().map(str::to_owned))
}

#[tokio::test]
async fn the_newest_image_comes_first() {
    let app = TestApp::start().await;
    assert_eq!(page(&app, "").await, (vec![], None));
    let ids = upload(&app, 5).await;
    assert_eq!(page(&app, "").await, (ids.clone(), None));
    let listed = app.get("/v1/images?limit=1").await.json();
    let shown = app.get(&format!("/v1/images/{}", ids[0])).await.json();
    assert_eq!(listed["images"][0], shown, "a listed image is the image");
    app.finish().await;
}

#[tokio::test]
async fn a_cursor_leads_to_the_next_page_until_there_is_none() {
    let app = TestApp::start().await;
    let ids = upload(&app, 5).await;
    for limit in [1, 2, 4, 5, 6, 200] {
        let (mut seen, mut next) = page(&app, &format!("?limit={limit}")).await;
        while let Some(cursor) = next {
            let (more, after) = page(&app, &format!("?limit={limit}&cursor={cursor}")).await;
            assert!(!more.is_empty(), "an empty page after a cursor, limit {limit}");
            seen.extend(more);
            next = after;
        }
        assert_eq!(seen, ids, "limit {limit}");
    }
    app.finish().await;
}

#[tokio::test]
async fn pages_stay_in_place_while_others_upload_and_delete() {
    let app = TestApp::start().await;
    let ids = upload(&app, 6).await;
    let (first, next) = page(&app, "?limit=2").await;
    assert_eq!(first, ids[..2]);
    upload(&app, 2).await;
    // The image that the cursor stands on, and one that was not seen yet.
    for gone in [&ids[1], &ids[3]] {
        assert_eq!(app.delete(&format!("/v1/images/{gone}")).await.outcome(), "204");
    }
    let (second, next) = page(&app, &format!("?limit=2&cursor={}", next.unwrap())).await;
    assert_eq!(second, [ids[2].clone(), ids[4].clone()]);
    let (third, next) = page(&app, &format!("?limit=2&cursor={}", next.unwrap())).await;
    assert_eq!((third, next), (vec![ids[5].clone()], None));
    app.finish().await;
}

#[tokio::test]
async fn only_what_is_ready_is_listed() {
    let app = TestApp::behind_faults().await;
    let ids = upload(&app, 2).await;
    app.faults().take_down();
    assert_eq!(app.upload(photos::gif(1, 1)).await.outcome(), "503 BUCKET_UNAVAILABLE");
    assert_eq!(app.delete(&format!("/v1/images/{}", ids[0])).await.status, 202);
    assert_eq!(page(&app, "").await, (vec![ids[1].clone()], None));
    app.faults().restore();
    app.finish().await;
}

#[tokio::test]
async fn a_page_that_cannot_be_had_is_said_to_be_so() {
    let app = TestApp::start().await;
    let queries = [
        "limit=0",
        "limit=201",
        "limit=-1",
        "limit=a",
        "limit=",
        "limit=1.5",
        "limit=99999999999",
        "cursor=",
        "cursor=x",
        "cursor=%00",
        "cursor=AAAA",
        "limit=1&limit=2",
        "cursor=a&cursor=b",
    ];
    for query in queries {
        let answer = app.get(&format!("/v1/images?{query}")).await;
        assert_eq!(answer.outcome(), "400 INVALID_REQUEST", "{query}");
    }
    assert_eq!(page(&app, "?limit=200&unknown=1").await, (vec![], None));
    app.finish().await;
}

#[tokio::test]
async fn a_change_touches_only_what_it_names() {
    let app = TestApp::start().await;
    let form = crate::support::app::form(photos::gif(1, 1)).text("caption", "old");
    let mut image = app.post(form).await.json();
    let record = record_of(&image);
    let changes = [
        json!({"alt": "a pixel"}),
        json!({"caption": "new", "metadata": {"a": 1, "b": [2]}}),
        json!({}),
        json!({"caption": null}),
        json!({"metadata": {"c": {"d": null}}}),
        json!({"alt": "", "metadata": null}),
    ];
    for change in changes {
        for (name, value) in change.as_object().unwrap() {
            image[name] = value.clone();
        }
        if change.get("metadata").is_some_and(Value::is_null) {
            image["metadata"] = json!({});
        }
        assert_eq!(app.patch(&record, change.to_string()).await.json(), image, "{change}");
        assert_eq!(app.get(&record).await.json(), image, "{change}");
    }
    app.finish().await;
}

#[tokio::test]
async fn a_change_that_makes_no_sense_changes_nothing() {
    let app = TestApp::start().await;
    let image = app.uploaded(photos::gif(1, 1)).await;
    let record = record_of(&image);
    let long = json!({"caption": "x".repeat((64 << 10) + 1)}).to_string();
    let longer = json!({"metadata": {"x": "x".repeat(256 << 10)}}).to_string();
    let changes = [
        "",
        "{",
        "[]",
        "null",
        "1",
        "\"caption\"",
        "{\"caption\":1}",
        "{\"alt\":[]}",
        "{\"metadata\":[]}",
        "{\"metadata\":\"{}\"}",
        "{\"filename\":\"a\"}",
        "{\"id\":null}",
        "{\"caption\":\"a\",\"caption\":\"b\"}",
        "{\"caption\":\"a\\u0000\"}",
        "{\"metadata\":{\"a\\u0000\":1}}",
        "{\"alt\":\"a\"} x",
        &long,
        &longer,
    ];
    for change in changes {
        let answer = app.patch(&record, change.to_owned()).await;
        assert_eq!(answer.outcome(), "400 INVALID_REQUEST", "{:.60}", change);
    }
    assert_eq!(app.get(&record).await.json(), image);
    let largest = json!({"caption": "x".repeat(64 << 10)}).to_string();
    assert_eq!(app.patch(&record, largest).await.status, 200);
    app.finish().await;
}

#[tokio::test]
async fn what_is_not_there_cannot_be_changed() {
    let app = TestApp::start().await;
    let image = app.uploaded(photos::gif(1, 1)).await;
    let record = record_of(&image);
    app.delete(&record).await;
    for path in [&record, "/v1/images/0192f0c1-2f6a-7c3e-8d11-5a0c9b7e4d20", "/v1/images/x"] {
        assert_eq!(app.patch(path, "{\"alt\":\"a\"}").await.outcome(), "404 NOT_FOUND", "{path}");
    }
    app.finish().await;
}

#[tokio::test]
async fn a_page_of_long_texts_holds_fewer_images() {
    fills_its_page(&json!({"caption": "x".repeat(60_000), "alt": "y".repeat(60_000)})).await;
}

#[tokio::test]
async fn a_page_of_many_values_holds_fewer_images() {
    fills_its_page(&json!({"metadata": {"list": vec![json!({}); 500]}})).await;
}

/// Two dozen images with this change do not fit on one page, and every one is on some page.
async fn fills_its_page(long: &Value) {
    let app = TestApp::start().await;
    let ids = upload(&app, 24).await;
    for id in &ids {
        assert_eq!(app.patch(&format!("/v1/images/{id}"), long.to_string()).await.status, 200);
    }
    let (mut seen, mut cursor) = page(&app, "?limit=200").await;
    assert!(seen.len() < ids.len() && cursor.is_some(), "{} on one page", seen.len());
    while let Some(next) = cursor {
        let (more, then) = page(&app, &format!("?limit=200&cursor={next}")).await;
        seen.extend(more);
        cursor = then;
    }
    assert_eq!(seen, ids);
    app.finish().await;
}

#[tokio::test]
async fn metadata_is_bounded_by_its_values_too() {
    let app = TestApp::start().await;
    let id = upload(&app, 1).await.remove(0);
    let path = format!("/v1/images/{id}");
    for (values, outcome) in [(511, "200"), (512, "400 INVALID_REQUEST")] {
        let change = json!({"metadata": {"list": vec![json!({}); values]}});
        assert_eq!(
            app.patch(&path, change.to_string()).await.outcome(),
            outcome,
            "{values} and the list"
        );
    }
    app.finish().await;
}
