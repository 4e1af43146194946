"""The point lookup beside GEOS (prepared geometry behind an STR tree) and PostGIS (GiST)."""
import os

import bench
from figures import Figures
from postgres import Postgres

TITLE = "Locate: the area that holds a point"
JOIN = "SELECT count(*), sum(g.id) FROM points p JOIN areas g ON ST_Contains(g.geom, p.geom)"
ONE = "SELECT id FROM areas WHERE ST_Contains(geom, ST_SetSRID(ST_MakePoint($1, $2), 4326))"


def load_peer(peer, folder):
    peer.psql("DROP TABLE IF EXISTS areas, points_in, points; CREATE TABLE areas (id integer PRIMARY KEY, geom geometry(Polygon, 4326));"
              "CREATE TABLE points_in (x float8, y float8);")
    peer.copy("areas", os.path.join(folder, "grids.tsv"))
    peer.copy("points_in", os.path.join(folder, "points.tsv"))
    peer.psql("CREATE INDEX ON areas USING gist (geom);"
              "CREATE TABLE points AS SELECT ST_SetSRID(ST_MakePoint(x, y), 4326) AS geom FROM points_in;")
    peer.psql("VACUUM ANALYZE areas, points;")


def run(b):
    f = Figures("locate", TITLE)
    points = b.by_scale(20000, 200000, 200000)
    peer = Postgres(b)
    for label, which, held in (("Jintan's leaf areas", ("--city", bench.JINTAN), False), ("400 grids", ("--grids", 400), False),
                               ("20 000 grids", ("--grids", 20000), True)):
        folder = b.path("locate" + label.replace(" ", "").replace("'", ""))
        os.mkdir(folder)
        os.chmod(folder, 0o755)
        arguments = (*which, "--points", points)
        ours = b.careful(f"{label}, GEOS", lambda: b.run("locate", *arguments, "--rounds", max(b.rounds, 2), "--dump", folder))
        if ours["agree"] != points:
            raise SystemExit(f"bench: {points - ours['agree']} of {points} points are located otherwise than by GEOS")
        load_peer(peer, folder)
        found = b.pairs({
            "join": lambda: peer.query("--sql", JOIN, "--count", 2, "--seconds", 600),
            "one": lambda: peer.query("--sql", ONE, "--values", os.path.join(folder, "points.tsv"), "--seconds", b.by_scale(1, 3, 5)),
        })
        peer.psql("CREATE INDEX ON points USING gist (geom); ANALYZE points;")
        found.update(b.pairs({"join both": lambda: peer.query("--sql", JOIN, "--count", 2, "--seconds", 600)}))
        add_rows(f, label, ours, found, points, held, b.contended)
    f.note("100 points a border, 49 in Jintan; all answers of GEOS and the sum of PostGIS's agree with ours")
    f.note("ours and GEOS in CPU time of one thread; PostGIS in elapsed time, with parallel workers where it wants them")
    peer.close()
    return f


def add_rows(f, label, ours, found, points, held, contended):
    count, total = (int(x or 0) for x in found["join"][0]["first"].split("|"))
    if (count, total) != (ours["found"], ours["sum"]):
        raise SystemExit(f"bench: PostGIS found {count} points (sum {total}), ours {ours['found']} ({ours['sum']})")
    rounds = ours["ours_ns"]
    f.ratio(f"{label}: GEOS", "ns", rounds, ours["geos_ns"], 1 if held else None, contended=contended)
    f.ratio(f"{label}: PostGIS, join of all points", "ns", rounds, [r["p50_us"] * 1000 / points for r in found["join"]], 20 if held else None, contended=contended)
    f.ratio(f"{label}: PostGIS, join with the points indexed too", "ns", rounds, [r["p50_us"] * 1000 / points for r in found["join both"]])
    f.ratio(f"{label}: PostGIS, one prepared query each", "ns", rounds, [r["p50_us"] * 1000 for r in found["one"]])
    f.value(f"{label}: build", "ms", [ours["ours_build_ms"]], peer=[ours["geos_build_ms"]])
