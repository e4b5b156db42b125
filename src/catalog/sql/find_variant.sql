SELECT image_id, name, variants.object_key, variants.state, variants.format, variants.size,
       variants.width, variants.height, variants.sha256, variants.created_at, variants.settled_at,
       variants.due_at
FROM variants
JOIN images ON images.id = image_id
WHERE image_id = $1 AND name = $2 AND variants.state = 'ready' AND images.state = 'ready'
