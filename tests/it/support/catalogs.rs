//! Fresh catalogs: a SQLite file in a directory of its own, or a schema of its own on the PostgreSQL
//! server that `TINTYPE_TEST_POSTGRES` names. Both are gone when the test is.

use std::io::Write as _;
use std::sync::Once;

use jiff::Timestamp;
use secrecy::ExposeSecret as _;
use serde_json::json;
use sqlx::{AssertSqlSafe, Connection as _, PgConnection};
use tempfile::TempDir;
use tintype::catalog::{
    Catalog, Location, Record, Reserve, Reserved, Settings, Sha256, VARIANTS_PER_IMAGE, Variant,
    VariantReserved,
};
use tintype::image::{Format, ImageId};
use tintype::strip::Kind;
use uuid::Uuid;

/// The server's URL, such as `postgres://postgres@127.0.0.1:15432/postgres`.
const SERVER: &str = "TINTYPE_TEST_POSTGRES";

/// Set to 1 where a test that cannot run must fail.
const REQUIRE_ALL: &str = "TINTYPE_TEST_REQUIRE_ALL";

/// A catalog that nobody else uses.
pub(crate) struct Fresh {
    pub(crate) catalog: Catalog,
    pub(crate) settings: Settings,
    _place: Place,
}

enum Place {
    Directory(#[expect(dead_code, reason = "held for its Drop")] TempDir),
    Schema(#[expect(dead_code, reason = "held for its Drop")] Schema),
}

impl Fresh {
    pub(crate) async fn sqlite() -> Self {
        let directory = tempfile::tempdir().unwrap();
        let path = directory.path().join("catalog.db");
        let settings = Settings::new(Location::Sqlite { path });
        Self::open(settings, Place::Directory(directory)).await
    }

    /// `None`, with a word about it, when no server is named.
    pub(crate) async fn postgres() -> Option<Self> {
        let schema = Schema::create(&postgres_server()?).await;
        let location = schema.url().parse().unwrap();
        Some(Self::open(Settings::new(location), Place::Schema(schema)).await)
    }

    async fn open(settings: Settings, place: Place) -> Self {
        let catalog = Catalog::open(&settings).await.unwrap();
        Self { catalog, settings, _place: place }
    }

    /// The same catalog as another process would open it.
    pub(crate) async fn again(&self) -> Catalog {
        Catalog::open(&self.settings).await.unwrap()
    }

    /// What `location` says without hiding anything, for a connection of the test's own.
    pub(crate) fn url(&self) -> String {
        match &self.settings.location {
            Location::Sqlite { path } => format!("sqlite://{}", path.display()),
            Location::Postgres { url } => url.expose_secret().to_owned(),
        }
    }
}

/// The URL of the server to test on.
pub(crate) fn postgres_server() -> Option<String> {
    static SAY_IT_ONCE: Once = Once::new();
    let server = environment(SERVER);
    if server.is_none() {
        assert!(environment(REQUIRE_ALL).as_deref() != Some("1"), "{SERVER} is not set");
        // Past libtest, which would swallow it: a test that did not run must not look like one that
        // passed.
        SAY_IT_ONCE.call_once(|| {
            let _ =
                std::io::stderr().write_all(format!("not run: {SERVER} is not set\n").as_bytes());
        });
    }
    server
}

#[expect(clippy::disallowed_methods, reason = "the tests have no other configuration")]
pub(crate) fn environment(name: &str) -> Option<String> {
    std::env::var(name).ok().filter(|value| !value.is_empty())
}

/// A schema that is dropped at the end, also of a test that fails.
pub(crate) struct Schema {
    server: String,
    name: String,
}

impl Schema {
    pub(crate) async fn create(server: &str) -> Self {
        let name = format!("tintype_test_{}", Uuid::new_v4().simple());
        execute(server, format!("CREATE SCHEMA {name}")).await;
        Self { server: server.to_owned(), name }
    }

    /// The schema's name on the server.
    pub(crate) fn name(&self) -> &str {
        &self.name
    }

    /// Sessions bear the schema's name, so that a test can find its own among all of the server's.
    pub(crate) fn url(&self) -> String {
        let joint = if self.server.contains('?') { '&' } else { '?' };
        let Self { server, name } = self;
        format!("{server}{joint}options=-csearch_path%3D{name}&application_name={name}")
    }
}

impl Drop for Schema {
    fn drop(&mut self) {
        let (server, statement) =
            (self.server.clone(), format!("DROP SCHEMA {} CASCADE", self.name));
        // The test's own runtime cannot be waited for from inside it.
        let cleaner = std::thread::spawn(move || block_on(execute(&server, statement)));
        if cleaner.join().is_err() && !std::thread::panicking() {
            panic!("the schema {} was left behind", self.name);
        }
    }
}

async fn execute(server: &str, statement: String) {
    let mut connection = PgConnection::connect(server).await.unwrap();
    sqlx::raw_sql(AssertSqlSafe(statement)).execute(&mut connection).await.unwrap();
    connection.close().await.unwrap();
}

/// Runs a test to its end on a runtime of its own.
pub(crate) fn block_on<T>(test: impl Future<Output = T>) -> T {
    tokio::runtime::Builder::new_multi_thread()
        .worker_threads(2)
        .enable_all()
        .build()
        .unwrap()
        .block_on(test)
}

/// `second` seconds into the tests' own time.
pub(crate) fn at(second: i64) -> Timestamp {
    Timestamp::from_second(1_800_000_000 + second).unwrap()
}

/// A record of an upload at `now`.
pub(crate) fn record(now: Timestamp) -> Record {
    let id = ImageId::generate(now);
    Record {
        id,
        key: format!("photos/3f9a/{id}/original.jpg"),
        filename: Some("Löwe 🦁.jpg".to_owned()),
        format: Format::Jpeg,
        size: 4_812_345,
        width: 4032,
        height: 3024,
        frames: 1,
        duration: None,
        sha256: Sha256::new([7; 32]),
        stripped: [Kind::Gps, Kind::Exif].into_iter().collect(),
        placeholder: None,
        color: None,
        caption: None,
        alt: Some("a lion".to_owned()),
        metadata: json!({"album": "zoo", "stars": 5}).as_object().unwrap().clone(),
        created_at: now,
    }
}

/// Reserves a row for `record` that may be swept a minute after its upload.
pub(crate) async fn pending(catalog: &Catalog, record: &Record) {
    let now = record.created_at;
    let sweep_at = now + jiff::SignedDuration::from_secs(60);
    let reserve = Reserve { sweep_at, idempotency: None, now };
    assert_eq!(catalog.reserve(record, &reserve).await.unwrap(), Reserved::New);
}

/// A ready image, uploaded at `now`.
pub(crate) async fn ready(catalog: &Catalog, now: Timestamp) -> Record {
    let record = record(now);
    pending(catalog, &record).await;
    assert!(catalog.commit(record.id, now, None).await.unwrap());
    record
}

/// A variant of `image`, made when that was uploaded, under a key of its own.
pub(crate) fn variant(image: &Record, name: &str) -> Variant {
    Variant {
        image: image.id,
        name: name.parse().unwrap(),
        key: format!("photos/3f9a/{}/{}-{name}", image.id, Uuid::new_v4().simple()),
        format: Format::Webp,
        size: 12_345,
        width: 320,
        height: 240,
        sha256: Sha256::new([9; 32]),
        created_at: image.created_at,
    }
}

/// Reserves a row for a variant that may be swept a minute after it was made.
pub(crate) async fn pending_variant(catalog: &Catalog, image: &Record, name: &str) -> Variant {
    let variant = variant(image, name);
    let sweep_at = variant.created_at + jiff::SignedDuration::from_secs(60);
    let reserved = catalog.reserve_variant(&variant, sweep_at, VARIANTS_PER_IMAGE).await.unwrap();
    assert_eq!(reserved, VariantReserved::New);
    variant
}

/// A ready variant of `image`.
pub(crate) async fn ready_variant(catalog: &Catalog, image: &Record, name: &str) -> Variant {
    let variant = pending_variant(catalog, image, name).await;
    assert!(catalog.commit_variant(&variant, variant.created_at).await.unwrap());
    variant
}
