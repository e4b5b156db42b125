//! Photos and what the service has stored of them, side by side: as files, for programs that read
//! files, and on one address with pages of the tests, for a browser.

use std::path::PathBuf;
use std::sync::Arc;

use axum::extract::{Path, State};
use axum::response::IntoResponse;
use axum::routing::get;
use serde_json::Value;
use tempfile::TempDir;

use crate::made::Photo;
use crate::support::app::{Setup, TestApp};

/// A photo that was uploaded.
pub(crate) struct Row {
    pub(crate) name: String,
    /// How the upload ended, such as `201`.
    pub(crate) outcome: String,
    /// What the service said of the image; nothing when it was refused.
    pub(crate) image: Value,
    pub(crate) before: PathBuf,
    pub(crate) after: PathBuf,
}

impl Row {
    /// Whether it was stored.
    pub(crate) fn is_stored(&self) -> bool {
        self.outcome == "201"
    }

    /// The address of the stored bytes without the host, which is another one for a browser.
    pub(crate) fn path(&self) -> &str {
        let url = self.image["url"].as_str().unwrap();
        &url[url.find("/i/").unwrap()..]
    }

    /// The kinds of metadata that were taken out.
    pub(crate) fn stripped(&self) -> String {
        let kinds = self.image["stripped"].as_array();
        let kinds = kinds.into_iter().flatten().filter_map(Value::as_str);
        kinds.collect::<Vec<_>>().join(" ")
    }
}

/// All photos of a test, in a running service.
pub(crate) struct Shelf {
    pub(crate) app: TestApp,
    pub(crate) rows: Vec<Row>,
    folder: TempDir,
}

/// The largest photo that is taken, and the memory that the service may use for it.
const MAX_PHOTO: usize = 100 << 20;
const BUDGET: u64 = 400 << 20;

fn for_photos(setup: &mut Setup) {
    setup.app.memory.budget = BUDGET;
    setup.http.max_image_size = u64::try_from(MAX_PHOTO).unwrap();
    setup.http.form.file_bytes = MAX_PHOTO;
    setup.app.image.pixels = 200_000_000;
    setup.app.image.side = 30_000;
}

impl Shelf {
    /// Uploads every photo and reads back what was stored.
    pub(crate) async fn of(photos: impl Iterator<Item = Photo>) -> Self {
        let app = TestApp::start_with(for_photos).await;
        let mut shelf = Self { app, rows: Vec::new(), folder: tempfile::tempdir().unwrap() };
        for photo in photos {
            shelf.put(photo).await;
        }
        shelf
    }

    async fn put(&mut self, photo: Photo) {
        let number = self.rows.len();
        let path = |side: &str| self.folder.path().join(format!("{number}-{side}"));
        let (before, after) = (path("before"), path("after"));
        tokio::fs::write(&before, &photo.bytes).await.unwrap();
        let answer = self.app.upload(photo.bytes).await;
        let outcome = answer.outcome();
        let mut image = Value::Null;
        if answer.status == 201 {
            image = answer.json();
            let stored = self.app.get(image["url"].as_str().unwrap()).await;
            assert_eq!(stored.status, 200);
            tokio::fs::write(&after, &stored.body).await.unwrap();
        }
        self.rows.push(Row { name: photo.name, outcome, image, before, after });
    }

    /// The photos that were stored.
    pub(crate) fn stored(&self) -> impl Iterator<Item = &Row> {
        self.rows.iter().filter(|row| row.is_stored())
    }

    /// The service's own addresses and `/before/{number}`, which has the photo as it came.
    pub(crate) fn routes(&self) -> axum::Router {
        let before = |State(files): State<Arc<Vec<PathBuf>>>, Path(number): Path<usize>| async move {
            tokio::fs::read(&files[number]).await.unwrap().into_response()
        };
        let files = self.rows.iter().map(|row| row.before.clone()).collect();
        let routes = axum::Router::new().route("/before/{number}", get(before));
        routes.with_state(Arc::new(files)).merge(self.app.routes())
    }
}
