SELECT images.id, object_key, filename, format, size, width, height, frames, sha256, caption, alt,
       metadata, stripped, duration, placeholder, color, created_at
FROM json_each($1) AS asked CROSS JOIN images ON images.id = unhex(asked.value)
WHERE state = 'ready'
