-- The views: one wide row per case and what hangs on it. Rebuildable, WAL, NORMAL. Every column is NOT NULL: no time is
-- -9223372036854775808, no due time 9223372036854775807 (sorts last), no place -2147483648, no code ''.
-- Names that begin with part_ are pieces of statements that store/views.c puts together.

-- name: schema_cases
CREATE TABLE IF NOT EXISTS cases(
  slot INTEGER PRIMARY KEY,
  id INTEGER NOT NULL,
  seq INTEGER NOT NULL,
  version INTEGER NOT NULL,
  number TEXT NOT NULL,
  procedure TEXT NOT NULL,
  state TEXT NOT NULL,
  category TEXT NOT NULL,
  condition TEXT NOT NULL,
  area TEXT NOT NULL,
  own_area TEXT NOT NULL,
  unit TEXT NOT NULL,
  channel TEXT NOT NULL,
  area_n INTEGER NOT NULL,
  own_area_n INTEGER NOT NULL,
  about INTEGER NOT NULL,
  about_unit TEXT NOT NULL,
  bits INTEGER NOT NULL,
  is_over INTEGER NOT NULL,
  is_provisional INTEGER NOT NULL,
  rating INTEGER NOT NULL,
  filed INTEGER NOT NULL,
  happened INTEGER NOT NULL,
  updated INTEGER NOT NULL,
  ended INTEGER NOT NULL,
  due INTEGER NOT NULL,
  x INTEGER NOT NULL,
  y INTEGER NOT NULL,
  cell INTEGER NOT NULL,
  tasks TEXT NOT NULL,
  text TEXT NOT NULL,
  address TEXT NOT NULL,
  supporters INTEGER NOT NULL,
  point TEXT NOT NULL
) STRICT

-- name: schema_indexes
CREATE UNIQUE INDEX IF NOT EXISTS cases_id ON cases(id);
CREATE INDEX IF NOT EXISTS cases_number ON cases(number);
CREATE INDEX IF NOT EXISTS cases_filed ON cases(filed);
CREATE INDEX IF NOT EXISTS cases_updated ON cases(updated);
CREATE INDEX IF NOT EXISTS cases_open_due ON cases(due) WHERE is_over = 0;
CREATE INDEX IF NOT EXISTS cases_open_filed ON cases(filed) WHERE is_over = 0;
CREATE INDEX IF NOT EXISTS cases_open_cell ON cases(cell, filed) WHERE is_over = 0 AND cell >= 0;
CREATE INDEX IF NOT EXISTS cases_provisional ON cases(id) WHERE is_provisional = 1;
CREATE INDEX IF NOT EXISTS cases_point ON cases(point, ended) WHERE point <> ''

-- name: schema_rest
CREATE TABLE IF NOT EXISTS case_units(
  unit TEXT NOT NULL, slot INTEGER NOT NULL, PRIMARY KEY(unit, slot)
) STRICT, WITHOUT ROWID;
CREATE TABLE IF NOT EXISTS timers(
  id INTEGER NOT NULL, clock INTEGER NOT NULL, due INTEGER NOT NULL, name TEXT NOT NULL, PRIMARY KEY(id, clock)
) STRICT, WITHOUT ROWID;
CREATE INDEX IF NOT EXISTS timers_due ON timers(due);
CREATE INDEX IF NOT EXISTS timers_name ON timers(name, id);
CREATE TABLE IF NOT EXISTS orders(id INTEGER PRIMARY KEY) STRICT;
CREATE TABLE IF NOT EXISTS held(
  number TEXT NOT NULL, id INTEGER NOT NULL, PRIMARY KEY(number, id)
) STRICT, WITHOUT ROWID;
CREATE INDEX IF NOT EXISTS held_id ON held(id);
CREATE TABLE IF NOT EXISTS outbox(
  peer TEXT NOT NULL, no INTEGER NOT NULL, seq INTEGER NOT NULL, case_id INTEGER NOT NULL, at INTEGER NOT NULL, kind TEXT NOT NULL,
  word TEXT NOT NULL, ref INTEGER NOT NULL, due INTEGER NOT NULL, entry BLOB NOT NULL, previous BLOB NOT NULL, hash BLOB NOT NULL,
  PRIMARY KEY(peer, no)
) STRICT, WITHOUT ROWID;
CREATE TABLE IF NOT EXISTS partners(
  peer TEXT NOT NULL, number TEXT NOT NULL, id INTEGER NOT NULL, PRIMARY KEY(peer, number)
) STRICT, WITHOUT ROWID;
CREATE INDEX IF NOT EXISTS partners_number ON partners(number);
CREATE TABLE IF NOT EXISTS meta(name TEXT PRIMARY KEY, value TEXT NOT NULL) STRICT, WITHOUT ROWID

-- name: schema_search
CREATE VIRTUAL TABLE IF NOT EXISTS words USING fts5(t, content='', detail=none, tokenize='ascii');
CREATE TABLE IF NOT EXISTS search_meta(name TEXT PRIMARY KEY, value TEXT NOT NULL) STRICT, WITHOUT ROWID

-- name: meta_get
SELECT value FROM meta WHERE name = ?1

-- name: meta_put
INSERT INTO meta(name, value) VALUES(?1, ?2) ON CONFLICT(name) DO UPDATE SET value = excluded.value

-- name: last_slot
SELECT coalesce(max(slot), 0) FROM cases

-- name: part_row
SELECT c.slot, c.id, c.seq, c.version, c.number, c.procedure, c.state, c.category, c.condition, c.area, c.own_area, c.unit,
  c.channel, c.about, c.about_unit, c.bits, c.rating, c.filed, c.happened, c.updated, c.ended, c.due, c.x, c.y, c.tasks, c.text,
  c.address, c.supporters, c.point FROM cases c

-- name: row_by_id
SELECT c.slot, c.id, c.seq, c.version, c.number, c.procedure, c.state, c.category, c.condition, c.area, c.own_area, c.unit,
  c.channel, c.about, c.about_unit, c.bits, c.rating, c.filed, c.happened, c.updated, c.ended, c.due, c.x, c.y, c.tasks, c.text,
  c.address, c.supporters, c.point FROM cases c WHERE c.id = ?1

-- name: row_by_slot
SELECT c.slot, c.id, c.seq, c.version, c.number, c.procedure, c.state, c.category, c.condition, c.area, c.own_area, c.unit,
  c.channel, c.about, c.about_unit, c.bits, c.rating, c.filed, c.happened, c.updated, c.ended, c.due, c.x, c.y, c.tasks, c.text,
  c.address, c.supporters, c.point FROM cases c WHERE c.slot = ?1

-- name: rows_in_id_order
SELECT c.slot, c.id, c.seq, c.version, c.number, c.procedure, c.state, c.category, c.condition, c.area, c.own_area, c.unit,
  c.channel, c.about, c.about_unit, c.bits, c.rating, c.filed, c.happened, c.updated, c.ended, c.due, c.x, c.y, c.tasks, c.text,
  c.address, c.supporters, c.point FROM cases c ORDER BY c.id

-- name: rows_after_slot
SELECT c.slot, c.id, c.seq, c.version, c.number, c.procedure, c.state, c.category, c.condition, c.area, c.own_area, c.unit,
  c.channel, c.about, c.about_unit, c.bits, c.rating, c.filed, c.happened, c.updated, c.ended, c.due, c.x, c.y, c.tasks, c.text,
  c.address, c.supporters, c.point FROM cases c WHERE c.slot > ?1 ORDER BY c.slot

-- name: insert_row
INSERT INTO cases(slot, id, seq, version, number, procedure, state, category, condition, area, own_area, unit, channel, area_n,
  own_area_n, about, about_unit, bits, is_over, is_provisional, rating, filed, happened, updated, ended, due, x, y, cell, tasks,
  text, address, supporters, point)
VALUES(?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9, ?10, ?11, ?12, ?13, ?14, ?15, ?16, ?17, ?18, ?19, ?20, ?21, ?22, ?23, ?24, ?25, ?26,
  ?27, ?28, ?29, ?30, ?31, ?32, ?33, ?34)

-- The columns that nearly every entry changes; the rest goes through replace_row.
-- name: update_row
UPDATE cases SET seq = ?3, version = ?4, state = ?7, bits = ?18, is_over = ?19, updated = ?24, due = ?26, tasks = ?30
WHERE slot = ?1

-- name: replace_row
UPDATE cases SET id = ?2, seq = ?3, version = ?4, number = ?5, procedure = ?6, state = ?7, category = ?8, condition = ?9,
  area = ?10, own_area = ?11, unit = ?12, channel = ?13, area_n = ?14, own_area_n = ?15, about = ?16, about_unit = ?17,
  bits = ?18, is_over = ?19, is_provisional = ?20, rating = ?21, filed = ?22, happened = ?23, updated = ?24, ended = ?25,
  due = ?26, x = ?27, y = ?28, cell = ?29, tasks = ?30, text = ?31, address = ?32, supporters = ?33, point = ?34
WHERE slot = ?1

-- name: unit_put
INSERT OR IGNORE INTO case_units(unit, slot) VALUES(?1, ?2)

-- name: unit_drop
DELETE FROM case_units WHERE unit = ?1 AND slot = ?2

-- name: timers_drop
DELETE FROM timers WHERE id = ?1

-- name: timer_put
INSERT INTO timers(id, clock, due, name) VALUES(?1, ?2, ?3, ?4)

-- name: timers_due
SELECT id, clock, due FROM timers WHERE due <= ?1 ORDER BY due, id, clock LIMIT ?2

-- Cases with a running clock of the name, in areas ?2 to ?3, of categories that match ?4, without the bits ?5.
-- name: clocks_named
SELECT DISTINCT t.id FROM timers t CROSS JOIN cases c ON c.id = t.id
WHERE t.name = ?1 AND c.own_area_n >= ?2 AND c.own_area_n <= ?3 AND c.category GLOB ?4 AND c.bits & ?5 = 0 AND c.procedure = ?7 LIMIT ?6

-- name: order_put
INSERT OR IGNORE INTO orders(id) VALUES(?1)

-- name: order_drop
DELETE FROM orders WHERE id = ?1

-- name: orders_in_order
SELECT '', id FROM orders ORDER BY id

-- name: orders_all
SELECT id FROM orders WHERE id > ?1 ORDER BY id LIMIT ?2

-- name: held_drop
DELETE FROM held WHERE id = ?1

-- name: held_put
INSERT OR IGNORE INTO held(number, id) VALUES(?1, ?2)

-- name: held_in_order
SELECT '', number, id FROM held ORDER BY number, id

-- name: held_next
SELECT number FROM held WHERE number > ?1 ORDER BY number LIMIT 1

-- name: held_cases
SELECT id FROM held WHERE number = ?1 ORDER BY id LIMIT ?2

-- name: held_count
SELECT count(*) FROM held WHERE number = ?1

-- name: timers_in_order
SELECT id, clock, due FROM timers ORDER BY id, clock

-- name: outbox_put
INSERT INTO outbox(peer, no, seq, case_id, at, kind, word, ref, due, entry, previous, hash)
VALUES(?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9, ?10, ?11, ?12)

-- name: outbox_last
SELECT no, hash FROM outbox WHERE peer = ?1 ORDER BY no DESC LIMIT 1

-- name: outbox_after
SELECT no, seq, case_id, at, kind, word, ref, due, entry, previous, hash FROM outbox WHERE peer = ?1 AND no > ?2 ORDER BY no LIMIT ?3

-- name: outbox_in_order
SELECT 0, peer, no, seq, case_id, at, kind, word, ref, due, entry, previous, hash FROM outbox ORDER BY peer, no

-- name: partner_put
INSERT INTO partners(peer, number, id) VALUES(?1, ?2, ?3) ON CONFLICT(peer, number) DO UPDATE SET id = excluded.id

-- name: partner_case
SELECT id FROM partners WHERE peer = ?1 AND number = ?2

-- name: partners_open
SELECT p.number, p.id FROM partners p JOIN cases c ON c.id = p.id WHERE p.peer = ?1 AND p.number > ?2 AND c.is_over = 0
ORDER BY p.number LIMIT ?3

-- name: outside_cases
SELECT id FROM partners WHERE number = ?1 LIMIT ?2

-- name: partners_in_order
SELECT 0, peer, number, id FROM partners ORDER BY peer, number

-- name: provisional
SELECT id FROM cases WHERE is_provisional = 1 AND id > ?1 ORDER BY id LIMIT ?2

-- Places changed their numbers with the city: area codes in use, and their new numbers.
-- name: areas_in_use
SELECT DISTINCT area FROM cases UNION SELECT DISTINCT own_area FROM cases

-- name: area_renumber
UPDATE cases SET area_n = ?2 WHERE area = ?1 AND area_n <> ?2

-- name: own_area_renumber
UPDATE cases SET own_area_n = ?2 WHERE own_area = ?1 AND own_area_n <> ?2

-- name: similar
SELECT c.slot, c.id, c.seq, c.version, c.number, c.procedure, c.state, c.category, c.condition, c.area, c.own_area, c.unit,
  c.channel, c.about, c.about_unit, c.bits, c.rating, c.filed, c.happened, c.updated, c.ended, c.due, c.x, c.y, c.tasks, c.text,
  c.address, c.supporters, c.point FROM cases c
WHERE c.is_over = 0 AND c.cell >= 0 AND c.cell BETWEEN ?1 AND ?2 AND c.filed >= ?3 AND (?4 = '' OR c.category = ?4)
  AND c.bits & 786432 = 0 LIMIT 500

-- What stands in a register under this code: 2048 is ROW_REGISTER.
-- name: thing_row
SELECT c.slot, c.id, c.seq, c.version, c.number, c.procedure, c.state, c.category, c.condition, c.area, c.own_area, c.unit,
  c.channel, c.about, c.about_unit, c.bits, c.rating, c.filed, c.happened, c.updated, c.ended, c.due, c.x, c.y, c.tasks, c.text,
  c.address, c.supporters, c.point FROM cases c WHERE c.point = ?1 AND c.point <> '' AND c.bits & 2048 <> 0
ORDER BY c.ended LIMIT 1

-- When a patrol point was last looked at: 131072 is ROW_BIT_CLOSED. No time of an open one sorts last.
-- name: point_last
SELECT ended FROM cases WHERE point = ?1 AND point <> '' AND bits & 131072 <> 0 ORDER BY ended DESC LIMIT 1

-- When points were looked at within a period.
-- name: point_visits
SELECT ended FROM cases WHERE point = ?1 AND point <> '' AND bits & 131072 <> 0 AND ended > ?2 AND ended <= ?3 ORDER BY ended

-- What is open in an area, for when it was redrawn.
-- name: open_in_area
SELECT id FROM cases WHERE is_over = 0 AND own_area = ?1 AND id > ?2 ORDER BY id LIMIT ?3

-- name: search_seq_get
SELECT value FROM search_meta WHERE name = 'seq'

-- name: search_seq_put
INSERT INTO search_meta(name, value) VALUES('seq', ?1) ON CONFLICT(name) DO UPDATE SET value = excluded.value

-- name: search_has
SELECT 1 FROM words_docsize WHERE id = ?1

-- name: search_put
INSERT INTO words(rowid, t) VALUES(?1, ?2)

-- name: search_drop
INSERT INTO words(words, rowid, t) VALUES('delete', ?1, ?2)

-- Moves what was deleted out of the index a step at a time; changes nothing when all is merged.
-- name: search_merge
INSERT INTO words(words, rank) VALUES('merge', ?1)

-- name: search_clear
INSERT INTO words(words) VALUES('delete-all')

-- name: search_slots
SELECT count(*) FROM words_docsize

-- name: areas_by_slot
SELECT slot, area, own_area FROM cases ORDER BY slot

-- name: search_rows
SELECT rowid FROM words WHERE words MATCH ?1

-- name: search_rows_newest
SELECT rowid FROM words WHERE words MATCH ?1 ORDER BY rowid DESC

-- name: part_slots
SELECT c.slot FROM cases c WHERE
