//! How a variant is asked for, and what is refused.

use image::GenericImageView as _;
use tintype::derive::{AutoFormats, Mode};

use super::{address, shown};
use crate::support::app::TestApp;
use crate::support::photos;

const RUNGS: [u32; 14] = [64, 96, 128, 160, 240, 320, 480, 640, 800, 960, 1280, 1600, 1920, 2560];

#[tokio::test]
async fn what_is_not_on_the_ladder_is_refused_with_the_ladder() {
    let app = TestApp::start().await;
    let image = app.uploaded(photos::jpeg(80, 60)).await;
    for query in [
        "w=65",
        "w=0",
        "w=-64",
        "w=64px",
        "w=",
        "w=064",
        "h=99999999999",
        "w=64&w=64",
        "w=64&h=",
        "fit=cover",
        "format=webp",
        "q=80",
        "w=64&fit=fill",
        "w=64&format=gif",
        "w=64&format=",
        "w=64&q=81",
        "w=64&q=0",
        "variant=thumb",
        "variant=&w=64",
    ] {
        let answer = app.get(&address(&image, query)).await;
        assert_eq!(answer.outcome(), "400 INVALID_VARIANT", "{query}");
        assert_eq!(answer.json()["widths"], serde_json::json!(RUNGS), "{query}");
        let formats = serde_json::json!(["jpeg", "webp", "png", "avif", "auto"]);
        assert_eq!(answer.json()["formats"], formats, "{query}");
    }
    app.finish().await;
}

#[tokio::test]
async fn words_that_are_not_ours_are_for_caches() {
    let app = TestApp::start().await;
    let bytes = photos::jpeg(80, 60);
    let image = app.uploaded(bytes.clone()).await;
    for query in ["", "v=2", "width=64", "W=64", "download&x=1&x=2", "%ff=1", "=64", "&&"] {
        let answer = app.get(&address(&image, query)).await;
        assert_eq!((answer.status, &answer.body[..]), (200, &bytes[..]), "{query}");
    }
    let (_, picture) = shown(&app, &image, "v=2&w=64&utm_source=feed&v=3").await;
    assert_eq!(picture.dimensions(), (64, 48));
    app.finish().await;
}

#[tokio::test]
async fn a_named_variant_is_what_its_setting_says() {
    let app = TestApp::start_with(|setup| {
        let named = "thumb=33x33,cover;wide=90x,png;small=x20,webp,q40".parse();
        setup.app.variants.rules.named = named.unwrap();
    })
    .await;
    let image = app.uploaded(photos::jpeg(160, 80)).await;
    let table = [
        ("thumb", (33, 33), "image/jpeg"),
        ("wide", (90, 45), "image/png"),
        ("small", (40, 20), "image/webp"),
    ];
    for (name, size, content_type) in table {
        let (answer, picture) = shown(&app, &image, &format!("variant={name}&v=1")).await;
        assert_eq!(picture.dimensions(), size, "{name}");
        assert_eq!(answer.header("content-type"), content_type, "{name}");
    }
    for query in ["variant=other", "variant=thumb&w=64", "variant=thumb&variant=thumb"] {
        let answer = app.get(&address(&image, query)).await;
        assert_eq!(answer.outcome(), "400 INVALID_VARIANT", "{query}");
        let names = serde_json::json!(["small", "thumb", "wide"]);
        assert_eq!(answer.json()["variants"], names, "{query}");
    }
    app.finish().await;
}

#[tokio::test]
async fn the_operator_may_offer_named_ones_alone() {
    let app = TestApp::start_with(|setup| {
        setup.app.variants.rules.mode = Mode::Named;
        setup.app.variants.rules.named = "thumb=33x33,cover".parse().unwrap();
    })
    .await;
    let image = app.uploaded(photos::jpeg(80, 60)).await;
    let answer = app.get(&address(&image, "w=64")).await;
    assert_eq!(answer.outcome(), "400 INVALID_VARIANT");
    assert_eq!(answer.json()["variants"], serde_json::json!(["thumb"]));
    assert_eq!(answer.json()["widths"], serde_json::Value::Null);
    shown(&app, &image, "variant=thumb").await;
    app.finish().await;
}

#[tokio::test]
async fn the_operator_may_offer_none() {
    let app = TestApp::start_with(|setup| setup.app.variants.rules.mode = Mode::Off).await;
    let bytes = photos::jpeg(80, 60);
    let image = app.uploaded(bytes.clone()).await;
    for query in ["w=64", "w=65", "variant=thumb", "format=auto"] {
        let answer = app.get(&address(&image, query)).await;
        assert_eq!((answer.status, &answer.body[..]), (200, &bytes[..]), "{query}");
        assert_eq!(answer.header("vary"), "");
    }
    app.finish().await;
}

#[tokio::test]
async fn auto_gives_what_the_client_takes_and_says_that_it_depends() {
    let app = TestApp::start().await;
    let jpeg = app.uploaded(photos::jpeg(80, 60)).await;
    let png = app.uploaded(photos::png(80, 60)).await;
    let gif = app.uploaded(photos::animated_gif(80, 60, 2)).await;
    let webp = app.uploaded(photos::webp(80, 60)).await;
    let chrome = "image/avif,image/webp,image/apng,image/svg+xml,image/*,*/*;q=0.8";
    let table = [
        (&jpeg, chrome, "image/webp"),
        (&jpeg, "image/*,*/*;q=0.5", "image/jpeg"),
        (&jpeg, "image/webp;q=0", "image/jpeg"),
        (&png, chrome, "image/webp"),
        (&png, "*/*", "image/png"),
        (&gif, chrome, "image/webp"),
        (&gif, "image/gif,*/*", "image/png"),
        (&gif, "image/webp;q=0.5,image/png", "image/png"),
        (&webp, chrome, "image/webp"),
        (&webp, "image/webp;q=0.1", "image/webp"),
        (&webp, "image/png,image/*;q=0.8,*/*;q=0.5", "image/png"),
        (&webp, "image/webp;q=0,image/*", "image/png"),
    ];
    for (image, accept, content_type) in table {
        let path = address(image, "w=64&format=auto");
        let answer = app.get_with(&path, &[("accept", accept)]).await;
        assert_eq!((answer.status, answer.header("vary")), (200, "accept"), "{accept}");
        assert_eq!(answer.header("content-type"), content_type, "{accept}");
        let known = [("accept", accept), ("if-none-match", answer.header("etag"))];
        let again = app.get_with(&path, &known).await;
        assert_eq!((again.status, again.header("vary")), (304, "accept"), "{accept}");
        let beyond = [("accept", accept), ("range", "bytes=9999999-")];
        let beyond = app.get_with(&path, &beyond).await;
        assert_eq!((beyond.status, beyond.header("vary")), (416, "accept"), "{accept}");
    }
    let gone = "/i/0192f0c1-2f6a-7c3e-8d11-5a0c9b7e4d20?w=64&format=auto";
    let gone = app.get(gone).await;
    assert_eq!((gone.outcome().as_str(), gone.header("vary")), ("404 NOT_FOUND", "accept"));
    let plain = app.get(&address(&jpeg, "w=64")).await;
    assert_eq!(plain.header("vary"), "");
    app.finish().await;
}

#[tokio::test]
async fn avif_is_chosen_where_the_operator_says_so() {
    let app = TestApp::start_with(|setup| {
        setup.app.variants.rules.auto = AutoFormats { webp: true, avif: true };
    })
    .await;
    let image = app.uploaded(photos::jpeg(80, 60)).await;
    let path = address(&image, "w=64&format=auto");
    let answer = app.get_with(&path, &[("accept", "image/avif,image/webp")]).await;
    assert_eq!((answer.status, answer.header("content-type")), (200, "image/avif"));
    assert_eq!(&answer.body[4..12], b"ftypavif");
    let explicit = app.get(&address(&image, "w=64&format=avif")).await;
    assert_eq!(explicit.header("etag"), answer.header("etag"));
    let refused = app.get(&address(&image, "w=64&format=gif")).await.json();
    assert_eq!(refused["formats"], serde_json::json!(["jpeg", "webp", "png", "avif", "auto"]));
    app.finish().await;
}

#[tokio::test]
async fn avif_has_a_name_where_strangers_may_not_ask_for_it() {
    let app = TestApp::start_with(|setup| {
        setup.app.variants.rules.named = "thumb=64x,avif".parse().unwrap();
        setup.app.variants.rules.avif = false;
    })
    .await;
    let image = app.uploaded(photos::jpeg(80, 60)).await;
    let named = app.get(&address(&image, "variant=thumb")).await;
    assert_eq!((named.status, named.header("content-type")), (200, "image/avif"));
    let stranger = app.get(&address(&image, "w=64&format=avif")).await;
    assert_eq!(stranger.outcome(), "400 INVALID_VARIANT");
    app.finish().await;
}

#[tokio::test]
async fn what_cannot_be_decoded_is_shown_as_it_is() {
    let app = TestApp::start_with(|setup| {
        setup.app.image.accepted = setup.app.image.accepted.and(tintype::Format::Mp4);
    })
    .await;
    let originals =
        [(photos::AVIF.to_vec(), "image/avif"), (crate::support::films::MP4.to_vec(), "video/mp4")];
    for (bytes, content_type) in originals {
        let image = app.uploaded(bytes).await;
        let original = app.get(&address(&image, "")).await;
        for query in ["w=64", "w=64&format=webp", "h=64&format=auto"] {
            let answer = app.get(&address(&image, query)).await;
            assert_eq!((answer.status, answer.header("content-type")), (200, content_type));
            assert_eq!(answer.body, original.body);
            let vary = if query.ends_with("auto") { "accept" } else { "" };
            assert_eq!(answer.header("vary"), vary);
        }
    }
    app.finish().await;
}
