SELECT id, object_key, filename, format, size, width, height, frames, sha256, caption, alt,
       metadata, stripped, duration, placeholder, color, created_at
FROM images
WHERE id = ANY($1) AND state = 'ready'
