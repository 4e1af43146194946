-- Cases as numbers, as facts.c writes them; days and months are kept so that no time zone is computed in a count.
CREATE TABLE facts (
  area integer, town integer, unit integer, category integer, state smallint, channel smallint, filed bigint, day integer,
  month integer, is_over boolean, missed boolean, rating smallint, x integer, y integer
);
