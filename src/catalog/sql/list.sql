SELECT id, state, object_key, filename, format, size, width, height, frames, sha256,
       caption, alt, metadata, created_at, settled_at, due_at, attempts
FROM images
WHERE state = 'ready' AND id < $1
ORDER BY id DESC
LIMIT $2
