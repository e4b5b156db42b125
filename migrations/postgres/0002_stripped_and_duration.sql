-- What was taken out of the file before it was stored, a bit for each kind; see src/strip/stripped.rs.
-- The default lets a process of the version before this one go on inserting while others are replaced.
ALTER TABLE images ADD COLUMN stripped BIGINT NOT NULL DEFAULT 0;

-- How long a film runs, in milliseconds, where it says so.
ALTER TABLE images ADD COLUMN duration BIGINT CHECK (duration >= 0);
