-- One row an image; see src/catalog/mod.rs for the life of a row.
-- The id is a UUIDv7, so the primary key is also the listing in order of time.
-- Times are microseconds since 1970 in UTC. Only rows that are not ready have a meaningful due_at.
CREATE TABLE images (
    id         UUID   NOT NULL PRIMARY KEY,
    state      TEXT   NOT NULL CHECK (state IN ('pending', 'ready', 'deleting')),
    object_key TEXT   NOT NULL,
    filename   TEXT,
    format     TEXT   NOT NULL,
    size       BIGINT NOT NULL CHECK (size >= 0),
    width      BIGINT NOT NULL CHECK (width >= 0),
    height     BIGINT NOT NULL CHECK (height >= 0),
    frames     BIGINT NOT NULL CHECK (frames >= 0),
    sha256     BYTEA  NOT NULL CHECK (octet_length(sha256) = 32),
    caption    TEXT,
    alt        TEXT,
    metadata   JSONB  NOT NULL CHECK (jsonb_typeof(metadata) = 'object'),
    created_at BIGINT NOT NULL,
    changed_at BIGINT NOT NULL,
    settled_at BIGINT NOT NULL,
    due_at     BIGINT NOT NULL,
    attempts   BIGINT NOT NULL
);

-- What the reconciler reads: its cost grows with what is unfinished, never with what is stored.
CREATE INDEX images_unfinished ON images (due_at) WHERE state <> 'ready';

-- The answer is NULL while the first request runs, then the record as JSON.
-- There is no foreign key: an answer outlives the image that it describes.
CREATE TABLE idempotency_keys (
    principal   TEXT   NOT NULL,
    key         TEXT   NOT NULL,
    fingerprint BYTEA  NOT NULL CHECK (octet_length(fingerprint) = 32),
    image_id    UUID   NOT NULL,
    answer      TEXT,
    created_at  BIGINT NOT NULL,
    PRIMARY KEY (principal, key)
);

CREATE INDEX idempotency_keys_age ON idempotency_keys (created_at);
CREATE INDEX idempotency_keys_image ON idempotency_keys (image_id);
