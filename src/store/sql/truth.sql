-- The truth: entries of one jurisdiction in one dense sequence, and what proves them.

-- name: schema
CREATE TABLE IF NOT EXISTS meta(
  name TEXT PRIMARY KEY,
  value BLOB NOT NULL
) WITHOUT ROWID, STRICT;
-- slot: the case's id in the order of filing (casenumber.h), so that the index grows at its end.
CREATE TABLE IF NOT EXISTS entry(
  seq INTEGER PRIMARY KEY,
  slot INTEGER NOT NULL,
  n INTEGER NOT NULL,
  header BLOB NOT NULL,
  facts BLOB NOT NULL,
  words BLOB,
  salt BLOB,
  contact BLOB
) STRICT;
CREATE UNIQUE INDEX IF NOT EXISTS entry_case ON entry(slot, n);
-- One row per commit: the signed head after it. keys: fingerprints of the idempotency keys of the batch.
CREATE TABLE IF NOT EXISTS head(
  size INTEGER PRIMARY KEY,
  recorded INTEGER NOT NULL,
  root BLOB NOT NULL,
  signature BLOB NOT NULL,
  keys BLOB
) STRICT;
-- Roots of complete subtrees of 256^level leaves. id = level << 48 | index.
CREATE TABLE IF NOT EXISTS node(
  id INTEGER PRIMARY KEY,
  hash BLOB NOT NULL
) STRICT;
CREATE TABLE IF NOT EXISTS erasure(
  seq INTEGER PRIMARY KEY,
  slot INTEGER NOT NULL,
  n INTEGER NOT NULL
) STRICT;
-- Contact data of a response that was destroyed at its end: the keys of the case's contacts before entry n; words stay.
CREATE TABLE IF NOT EXISTS contacts_gone(
  seq INTEGER PRIMARY KEY,
  slot INTEGER NOT NULL,
  n INTEGER NOT NULL
) STRICT;
-- Blobs that entries cite.
CREATE TABLE IF NOT EXISTS cited(
  id BLOB PRIMARY KEY,
  seq INTEGER NOT NULL
) WITHOUT ROWID, STRICT;
CREATE INDEX IF NOT EXISTS cited_seq ON cited(seq);

-- name: meta_get
SELECT value FROM meta WHERE name = ?1;

-- name: meta_put
INSERT OR REPLACE INTO meta(name, value) VALUES(?1, ?2);

-- name: append_entry
INSERT INTO entry(seq, slot, n, header, facts, words, salt, contact) VALUES(?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8);

-- name: append_head
INSERT INTO head(size, recorded, root, signature, keys) VALUES(?1, ?2, ?3, ?4, ?5);

-- name: append_node
INSERT INTO node(id, hash) VALUES(?1, ?2);

-- name: append_erasure
INSERT INTO erasure(seq, slot, n) VALUES(?1, ?2, ?3);

-- name: append_contacts_gone
INSERT INTO contacts_gone(seq, slot, n) VALUES(?1, ?2, ?3);

-- name: append_cited
INSERT OR IGNORE INTO cited(id, seq) VALUES(?1, ?2);

-- name: last_head
SELECT size, recorded, root, signature FROM head ORDER BY size DESC LIMIT 1;

-- name: heads_from
SELECT size, recorded, root, signature, keys FROM head WHERE size >= ?1 ORDER BY size LIMIT ?2;

-- name: heads_back
SELECT size, recorded, keys FROM head ORDER BY size DESC;

-- name: last_seq
SELECT max(seq) FROM entry;

-- name: last_slot
SELECT max(slot) FROM entry WHERE slot >= ?1 AND slot < ?2;

-- name: entries_from
SELECT seq, slot, n, header, facts, words, salt, contact FROM entry WHERE seq >= ?1 ORDER BY seq LIMIT ?2;

-- Backwards, of the kinds whose numbers are the bytes of ?3 (the kind is the second byte of a header).
-- name: entries_back
SELECT seq, slot, n, header, facts, words, salt, contact FROM entry
WHERE seq < ?1 AND seq >= ?2 AND instr(?3, substr(header, 2, 1)) > 0 ORDER BY seq DESC LIMIT ?4;

-- name: headers_from
SELECT seq, header FROM entry WHERE seq >= ?1 ORDER BY seq LIMIT ?2;

-- name: case_entries
SELECT seq, slot, n, header, facts, words, salt, contact FROM entry WHERE slot = ?1 ORDER BY n;

-- name: case_entry
SELECT seq, slot, n, header, facts, words, salt, contact FROM entry WHERE slot = ?1 AND n = ?2;

-- name: case_last
SELECT seq, slot, n, header, facts, words, salt, contact FROM entry WHERE slot = ?1 ORDER BY n DESC LIMIT 1;

-- name: nodes_from
SELECT id, hash FROM node WHERE id >= ?1 ORDER BY id LIMIT ?2;

-- name: erasures_from
SELECT seq, slot, n FROM erasure WHERE seq > ?1 ORDER BY seq;

-- Every erasure by which keys of contacts are destroyed.
-- name: destroyed_from
SELECT seq, slot, n FROM erasure WHERE seq > ?1
UNION ALL SELECT seq, slot, n FROM contacts_gone WHERE seq > ?1 ORDER BY seq;

-- name: erase_words
UPDATE entry SET words = NULL, salt = NULL, contact = substr(contact, 1, 8) WHERE slot = ?1 AND n < ?2;

-- name: cited_get
SELECT seq FROM cited WHERE id = ?1;

-- name: cited_drop
DELETE FROM cited WHERE id = ?1;

-- name: range_entry
SELECT seq, slot, n, header, facts, words, salt, contact FROM entry WHERE seq >= ?1 AND seq <= ?2;

-- name: range_head
SELECT size, recorded, root, signature, keys FROM head WHERE size >= ?1 AND size <= ?2;

-- name: range_erasure
SELECT seq, slot, n FROM erasure WHERE seq >= ?1 AND seq <= ?2;

-- name: range_contacts_gone
SELECT seq, slot, n FROM contacts_gone WHERE seq >= ?1 AND seq <= ?2;

-- name: range_cited
SELECT id, seq FROM cited WHERE seq >= ?1 AND seq <= ?2;

-- name: range_node
SELECT id, hash FROM node WHERE id >= ?1 AND id <= ?2;

-- name: entries_before_first
SELECT count(*) FROM entry WHERE seq < 1;

-- name: last_size
SELECT max(size) FROM head;

-- name: count_nodes
SELECT count(*) FROM node;
