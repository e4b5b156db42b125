-- One row a variant; src/catalog/mod.rs has the life of a row.
-- The name is what readers ask for; of the rows of one name at most one is not 'deleting'. The key is
-- new with each making, so that nothing that comes late meets the object of another.
-- The foreign key keeps the image's row until the last of its variants is gone, also from a process of
-- the version before this one, which knows nothing of variants.
CREATE TABLE variants (
    image_id   UUID   NOT NULL REFERENCES images (id),
    name       TEXT   COLLATE "C" NOT NULL,
    object_key TEXT   COLLATE "C" NOT NULL,
    state      TEXT   NOT NULL CHECK (state IN ('pending', 'ready', 'deleting')),
    format     TEXT   NOT NULL,
    size       BIGINT NOT NULL CHECK (size >= 0),
    width      BIGINT NOT NULL CHECK (width >= 0),
    height     BIGINT NOT NULL CHECK (height >= 0),
    sha256     BYTEA  NOT NULL CHECK (octet_length(sha256) = 32),
    created_at BIGINT NOT NULL,
    settled_at BIGINT NOT NULL,
    due_at     BIGINT NOT NULL,
    attempts   BIGINT NOT NULL,
    PRIMARY KEY (image_id, name, object_key)
);

-- What the reconciler reads, as for images.
CREATE INDEX variants_unfinished ON variants (due_at) WHERE state <> 'ready';

-- A ThumbHash, and the colour that is most of the picture: red, green, blue. Unknown until the pixels
-- were seen.
ALTER TABLE images ADD COLUMN placeholder BYTEA CHECK (octet_length(placeholder) <= 64);
ALTER TABLE images ADD COLUMN color BYTEA CHECK (octet_length(color) = 3);
