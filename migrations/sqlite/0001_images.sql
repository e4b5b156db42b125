-- One row an image; see src/catalog/mod.rs for the life of a row.
-- The id is a UUIDv7, so the table itself (WITHOUT ROWID) is the listing in order of time.
-- Times are microseconds since 1970 in UTC. Only rows that are not ready have a meaningful due_at.
CREATE TABLE images (
    id         BLOB    NOT NULL PRIMARY KEY CHECK (length(id) = 16),
    state      TEXT    NOT NULL CHECK (state IN ('pending', 'ready', 'deleting')),
    object_key TEXT    NOT NULL,
    filename   TEXT,
    format     TEXT    NOT NULL,
    size       INTEGER NOT NULL CHECK (size >= 0),
    width      INTEGER NOT NULL CHECK (width >= 0),
    height     INTEGER NOT NULL CHECK (height >= 0),
    frames     INTEGER NOT NULL CHECK (frames >= 0),
    sha256     BLOB    NOT NULL CHECK (length(sha256) = 32),
    caption    TEXT,
    alt        TEXT,
    metadata   TEXT    NOT NULL CHECK (json_valid(metadata) AND json_type(metadata) = 'object'),
    created_at INTEGER NOT NULL,
    changed_at INTEGER NOT NULL,
    settled_at INTEGER NOT NULL,
    due_at     INTEGER NOT NULL,
    attempts   INTEGER NOT NULL
) STRICT, WITHOUT ROWID;

-- What the reconciler reads: its cost grows with what is unfinished, never with what is stored.
CREATE INDEX images_unfinished ON images (due_at) WHERE state <> 'ready';

-- The answer is NULL while the first request runs, then the record as JSON.
-- There is no foreign key: an answer outlives the image that it describes.
CREATE TABLE idempotency_keys (
    principal   TEXT    NOT NULL,
    key         TEXT    NOT NULL,
    fingerprint BLOB    NOT NULL CHECK (length(fingerprint) = 32),
    image_id    BLOB    NOT NULL CHECK (length(image_id) = 16),
    answer      TEXT,
    created_at  INTEGER NOT NULL,
    PRIMARY KEY (principal, key)
) STRICT, WITHOUT ROWID;

CREATE INDEX idempotency_keys_age ON idempotency_keys (created_at);
CREATE INDEX idempotency_keys_image ON idempotency_keys (image_id);
