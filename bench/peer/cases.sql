-- Made-up cases: :n of them, 2 % open, the others over a thousand days; each with its first line of history.
INSERT INTO grids SELECT area, town, ST_SetSRID(ST_GeomFromGeoJSON(shape), 4326) FROM grids_in;
CREATE TEMP TABLE points AS
  SELECT row_number() OVER () - 1 AS i, area, geom
  FROM (SELECT area, (ST_Dump(ST_GeneratePoints(geom, 50, 1))).geom FROM grids) p;
CREATE UNIQUE INDEX ON points (i);
ANALYZE points;
INSERT INTO cases (number, procedure, state, category, condition, area, unit, channel, filed, updated, due, is_over, text,
  address, phone, place)
SELECT 'P' || g, 'report', CASE WHEN over THEN 'closed' ELSE 'filed' END, 'm' || k, 'm' || k || '.1', p.area, 'unit' || g % 54,
  'web', t, t, t + interval '30 minutes', over,
  '路灯不亮，晚上看不清楚很容易出事，老人和小孩走路都要绕开，已经好几天了没有人管，请在周末之前解决。' || g,
  '东门大街 ' || g % 900 || ' 号', '0519-' || g, p.geom
FROM (SELECT g, (random() * 300)::int + 1000 AS k, g <= :n * 0.98 AS over,
        CASE WHEN g <= :n * 0.98 THEN now() - interval '1000 days' * (1 - g::float8 / :n)
             ELSE now() - interval '5 minutes' * (1 - g::float8 / :n) END AS t
      FROM generate_series(1, :n) g) s
JOIN points p ON p.i = (s.g::bigint * 7919) % (SELECT count(*) FROM points)
ORDER BY g;
INSERT INTO history
SELECT id, 1, 'filed', filed, 'reporter',
  jsonb_build_object('number', number, 'category', category, 'area', area, 'unit', unit, 'state', 'filed')
FROM cases;
