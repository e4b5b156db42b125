SELECT id, object_key, filename, format, size, width, height, frames, sha256,
       caption, alt, metadata, stripped, duration, placeholder, color, created_at
FROM images
WHERE state = 'ready' AND id < $1
ORDER BY id DESC
LIMIT $2
