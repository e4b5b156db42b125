SELECT count(*) FILTER (WHERE state = 'pending'),
       count(*) FILTER (WHERE state = 'deleting'),
       min(CASE WHEN settled_at > changed_at THEN settled_at ELSE changed_at END)
FROM (
    SELECT state, settled_at, changed_at FROM images
    WHERE state <> 'ready'
    ORDER BY due_at
    LIMIT $1
) AS due_first
