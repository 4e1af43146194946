-- The peer's tables: one wide row per case, its history beside it, as a web framework would lay them out.
CREATE TABLE grids_in (area text, town text, shape text);
CREATE TABLE grids (area text PRIMARY KEY, town text NOT NULL, geom geometry(Geometry, 4326) NOT NULL);
CREATE TABLE cases (
  id bigserial,
  number text NOT NULL,
  procedure text NOT NULL,
  state text NOT NULL,
  category text NOT NULL,
  condition text NOT NULL,
  area text NOT NULL,
  unit text NOT NULL,
  channel text NOT NULL,
  filed timestamptz NOT NULL,
  updated timestamptz NOT NULL,
  due timestamptz NOT NULL,
  is_over boolean NOT NULL DEFAULT false,
  rating smallint NOT NULL DEFAULT 0,
  text text NOT NULL,
  address text NOT NULL,
  phone text NOT NULL,
  place geometry(Point, 4326) NOT NULL
);
CREATE TABLE history (
  case_id bigint NOT NULL,
  n integer NOT NULL,
  kind text NOT NULL,
  recorded timestamptz NOT NULL,
  actor text NOT NULL,
  facts jsonb NOT NULL
);
