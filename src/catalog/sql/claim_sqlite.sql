WITH due AS MATERIALIZED (
    SELECT id FROM images
    WHERE state <> 'ready' AND due_at <= $1
    ORDER BY due_at
    LIMIT $3
)
UPDATE images
SET state = 'deleting', due_at = $2, attempts = attempts + 1
WHERE id IN (SELECT id FROM due)
RETURNING id, object_key, settled_at, attempts
