WITH due AS MATERIALIZED (
    SELECT image_id, name, object_key FROM variants
    WHERE state <> 'ready' AND due_at <= $1
    ORDER BY due_at
    LIMIT $3
    FOR UPDATE SKIP LOCKED
)
UPDATE variants
SET state = 'deleting', due_at = $2, attempts = attempts + 1
WHERE (image_id, name, object_key) IN (SELECT image_id, name, object_key FROM due)
RETURNING image_id AS id, object_key, settled_at, attempts
