//! Variants: smaller renditions of an image, made when somebody asks for them.

mod asking; // how they are asked for, and what is refused
mod keeping; // memory, bucket, and nowhere once the image is deleted
mod pictures; // what comes out: sizes, formats, orientation
mod programs; // the library
mod serving; // headers, ranges, conditions
mod work; // who works, who waits, who is turned away

use image::DynamicImage;
use serde_json::Value;

use crate::support::app::{Answer, TestApp};
use crate::support::requests::until;

/// The address of an image's bytes, with a query.
fn address(image: &Value, query: &str) -> String {
    format!("/i/{}?{query}", image["id"].as_str().unwrap())
}

/// Gets a variant that has to be there, and what it shows.
async fn shown(app: &TestApp, image: &Value, query: &str) -> (Answer, DynamicImage) {
    let answer = app.get(&address(image, query)).await;
    assert_eq!(answer.status, 200, "{query}: {}", answer.text());
    let picture = image::load_from_memory(&answer.body);
    let picture = picture.unwrap_or_else(|error| panic!("{query}: {error}"));
    (answer, picture)
}

/// The sample of a counter of variants, such as `tintype_variants_total{outcome="made"}`.
async fn count(app: &TestApp, sample: &str) -> u64 {
    let metrics = app.get("/metrics").await.text();
    let line = metrics.lines().find(|line| line.starts_with(sample));
    let line = line.unwrap_or_else(|| panic!("no {sample} in {metrics}"));
    line.rsplit(' ').next().unwrap().parse().unwrap()
}

/// How many variants have been made since the start.
async fn made(app: &TestApp) -> u64 {
    count(app, "tintype_variants_total{outcome=\"made\"}").await
}

/// Waits until so many variants are stored since the start.
async fn stored(app: &TestApp, number: u64) {
    until("the variants are stored", async || {
        count(app, "tintype_variants_kept_total{outcome=\"stored\"}").await == number
    })
    .await;
}
