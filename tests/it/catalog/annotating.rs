//! What a client may edit comes back as it went in, or is refused; nothing is bent.

use serde_json::{Map, Value, json};
use tintype::catalog::{CatalogError, Change, Edit, IdempotencyClaim, Record, Reserve, Sha256};

use crate::support::catalogs::{Fresh, at, pending, ready, record};

fn object(value: Value) -> Map<String, Value> {
    serde_json::from_value(value).unwrap()
}

fn everything() -> Map<String, Value> {
    object(json!({
        "": "an empty name",
        "text": "Grüße, 世界 👨‍👩‍👧 \u{1} \u{7f} \u{2028} \\u0000 \"quoted\" \\ /",
        "größe": [0, -1, 1.5, 1e-7, u64::MAX, i64::MIN, true, false, null],
        "nested": {"a": {"b": [{"c": {}}, []]}},
        "sql": "'; DROP TABLE images; --",
    }))
}

pub(super) async fn a_record_comes_back_as_it_went_in(fresh: &Fresh) {
    let record = Record {
        filename: None,
        caption: Some("Ünïcödé ✓\r\n\t‏ end".to_owned()),
        alt: Some(String::new()),
        metadata: everything(),
        ..record(at(0))
    };
    pending(&fresh.catalog, &record).await;
    fresh.catalog.commit(record.id, at(1), None).await.unwrap();
    assert_eq!(fresh.catalog.find(record.id).await.unwrap(), Some(record));
}

pub(super) async fn the_largest_numbers_are_kept(fresh: &Fresh) {
    let record = Record {
        size: i64::MAX.unsigned_abs(),
        width: u32::MAX,
        height: u32::MAX,
        frames: u32::MAX,
        ..record(at(0))
    };
    pending(&fresh.catalog, &record).await;
    fresh.catalog.commit(record.id, at(1), None).await.unwrap();
    assert_eq!(fresh.catalog.find(record.id).await.unwrap(), Some(record));
}

pub(super) async fn an_edit_keeps_clears_or_sets(fresh: &Fresh) {
    let catalog = &fresh.catalog;
    let before = ready(catalog, at(0)).await;

    let change = Change {
        caption: Edit::Set("new".to_owned()),
        metadata: Edit::Set(everything()),
        ..Change::default()
    };
    let after = catalog.annotate(before.id, &change, at(1)).await.unwrap().unwrap();
    let expected =
        Record { caption: Some("new".to_owned()), metadata: everything(), ..before.clone() };
    assert_eq!(after, expected);

    let change = Change { alt: Edit::Clear, metadata: Edit::Clear, ..Change::default() };
    let after = catalog.annotate(before.id, &change, at(2)).await.unwrap().unwrap();
    let expected = Record { alt: None, metadata: Map::new(), ..expected };
    assert_eq!(after, expected);

    let after = catalog.annotate(before.id, &Change::default(), at(3)).await.unwrap().unwrap();
    assert_eq!(after, expected);
    assert_eq!(catalog.find(before.id).await.unwrap(), Some(expected));
}

pub(super) async fn the_character_nul_is_refused(fresh: &Fresh) {
    let catalog = &fresh.catalog;
    let nul = || "a\0b".to_owned();
    let records = [
        ("filename", Record { filename: Some(nul()), ..record(at(0)) }),
        ("caption", Record { caption: Some(nul()), ..record(at(0)) }),
        ("alt", Record { alt: Some(nul()), ..record(at(0)) }),
        ("metadata", Record { metadata: object(json!({"a": [{"b": nul()}]})), ..record(at(0)) }),
        ("metadata", Record { metadata: object(json!({"a": {nul(): 1}})), ..record(at(0)) }),
    ];
    for (field, record) in records {
        let plan = Reserve { sweep_at: at(60), idempotency: None, now: at(0) };
        refused_for(field, catalog.reserve(&record, &plan).await);
    }

    let claim =
        IdempotencyClaim { principal: nul(), key: nul(), fingerprint: Sha256::new([0; 32]) };
    let plan = Reserve { sweep_at: at(60), idempotency: Some(claim), now: at(0) };
    refused_for("principal", catalog.reserve(&record(at(0)), &plan).await);

    let id = ready(catalog, at(0)).await.id;
    let changes = [
        ("caption", Change { caption: Edit::Set(nul()), ..Change::default() }),
        ("alt", Change { alt: Edit::Set(nul()), ..Change::default() }),
        (
            "metadata",
            Change { metadata: Edit::Set(object(json!({nul(): 1}))), ..Change::default() },
        ),
    ];
    for (field, change) in changes {
        refused_for(field, catalog.annotate(id, &change, at(1)).await);
    }
}

fn refused_for<T: std::fmt::Debug>(field: &str, result: Result<T, CatalogError>) {
    match result {
        Err(CatalogError::Unstorable(unstorable)) => assert_eq!(unstorable.field, field),
        other => panic!("{field}: {other:?}"),
    }
}
