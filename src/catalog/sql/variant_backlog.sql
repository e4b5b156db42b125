SELECT count(*), min(settled_at)
FROM (
    SELECT settled_at FROM variants
    WHERE state <> 'ready'
    ORDER BY due_at
    LIMIT $1
) AS due_first
