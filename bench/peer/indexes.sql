-- Six indexes beside the primary keys.
CREATE INDEX ON grids USING gist (geom);
ALTER TABLE cases ADD PRIMARY KEY (id);
CREATE UNIQUE INDEX ON cases (number);
CREATE INDEX ON cases (filed);
CREATE INDEX ON cases (filed) WHERE NOT is_over;
CREATE INDEX ON cases (unit, due) WHERE NOT is_over;
CREATE INDEX ON cases (area, filed);
CREATE INDEX ON cases USING gist (place);
ALTER TABLE history ADD PRIMARY KEY (case_id, n);
ALTER TABLE history ADD FOREIGN KEY (case_id) REFERENCES cases;
