-- Secrets: the pool of contact keys, the keys of track codes, the key that signs heads.

-- name: schema
CREATE TABLE IF NOT EXISTS meta(
  name TEXT PRIMARY KEY,
  value BLOB NOT NULL
) WITHOUT ROWID, STRICT;
-- 128 keys of 32 bytes each; key number = id * 128 + position; a destroyed key is 32 zero bytes.
CREATE TABLE IF NOT EXISTS block(
  id INTEGER PRIMARY KEY AUTOINCREMENT,
  keys BLOB NOT NULL
) STRICT;
CREATE TABLE IF NOT EXISTS track(
  id INTEGER PRIMARY KEY,
  key BLOB NOT NULL
) STRICT;

-- name: meta_get
SELECT value FROM meta WHERE name = ?1;

-- name: meta_put
INSERT OR REPLACE INTO meta(name, value) VALUES(?1, ?2);

-- name: block_add
INSERT INTO block(keys) VALUES(?1);

-- name: block_get
SELECT keys FROM block WHERE id = ?1;

-- name: block_put
UPDATE block SET keys = ?2 WHERE id = ?1;

-- name: track_add
INSERT INTO track(key) VALUES(?1);

-- name: track_all
SELECT id, key FROM track ORDER BY id DESC;
