-- What is neither derived nor history: credentials, sessions, marks of delivery.

-- name: schema
CREATE TABLE IF NOT EXISTS account(
  staff INTEGER PRIMARY KEY,
  login TEXT NOT NULL UNIQUE,
  role TEXT NOT NULL,
  unit TEXT NOT NULL,
  area TEXT NOT NULL,
  label TEXT NOT NULL,
  password TEXT NOT NULL,
  failures INTEGER NOT NULL,
  locked_until INTEGER NOT NULL,
  disabled INTEGER NOT NULL
) STRICT;
CREATE TABLE IF NOT EXISTS session(
  secret BLOB PRIMARY KEY,
  kind TEXT NOT NULL,
  staff INTEGER NOT NULL,
  csrf TEXT NOT NULL,
  expires INTEGER NOT NULL
) WITHOUT ROWID, STRICT;
CREATE INDEX IF NOT EXISTS session_expires ON session(expires);
CREATE TABLE IF NOT EXISTS peer(
  code TEXT PRIMARY KEY,
  confirmed INTEGER NOT NULL,
  tried INTEGER NOT NULL,
  succeeded INTEGER NOT NULL,
  failure TEXT NOT NULL
) WITHOUT ROWID, STRICT;

-- name: account_put
INSERT INTO account(staff, login, role, unit, area, label, password, failures, locked_until, disabled)
VALUES(?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9, ?10)
ON CONFLICT(staff) DO UPDATE SET login = ?2, role = ?3, unit = ?4, area = ?5, label = ?6, password = ?7, failures = ?8,
  locked_until = ?9, disabled = ?10;

-- name: account_by_login
SELECT staff, login, role, unit, area, label, password, failures, locked_until, disabled FROM account WHERE login = ?1;

-- name: account_by_id
SELECT staff, login, role, unit, area, label, password, failures, locked_until, disabled FROM account WHERE staff = ?1;

-- name: accounts
SELECT staff, login, role, unit, area, label, password, failures, locked_until, disabled FROM account ORDER BY login;

-- name: session_put
INSERT OR REPLACE INTO session(secret, kind, staff, csrf, expires) VALUES(?1, ?2, ?3, ?4, ?5);

-- name: session_get
SELECT staff, csrf FROM session WHERE secret = ?1 AND kind = ?2 AND expires > ?3;

-- name: session_drop
DELETE FROM session WHERE secret = ?1;

-- name: session_expire
DELETE FROM session WHERE expires <= ?1;

-- name: session_drop_staff
DELETE FROM session WHERE staff = ?1;

-- Logins of people ('s'); the tokens of machines stay.
-- name: session_drop_others
DELETE FROM session WHERE staff = ?1 AND kind = 's' AND secret <> ?2;

-- name: peer_put
INSERT OR REPLACE INTO peer(code, confirmed, tried, succeeded, failure) VALUES(?1, ?2, ?3, ?4, ?5);

-- name: peer_get
SELECT confirmed, tried, succeeded, failure FROM peer WHERE code = ?1;
