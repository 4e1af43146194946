"""Counts by any two dimensions with filters: facts in memory beside PostgreSQL."""
import json

import bench
from figures import Figures
from postgres import Postgres

TITLE = "Facts: counts by two dimensions with filters"
DAY = 20454  # 2026-01-01 as days since 1970
AGGREGATE = "SELECT count(*), sum(n)::bigint, sum(n * n)::bigint FROM (SELECT count(*) AS n FROM facts {where} GROUP BY {by}) g"
STATES = {"handling": 6}  # the first index in facts.c
CHANNELS = {"phone": 0, "web": 1}


def questions(town, town_n):
    """(by, query, the peer's GROUP BY, the peer's WHERE)."""
    return [
        ("unit,category", "", "unit, category", ""),
        ("area:town,month", "", "town, month", ""),
        ("channel,day", "", "channel, day", ""),
        ("unit,month", "status:open", "unit, month", "WHERE NOT is_over"),
        ("category,month", f"area:{town}", "category, month", f"WHERE town = {town_n}"),
        ("area:town,category", "filed:2026-01-01..2026-03-31 -channel:phone", "town, category",
         f"WHERE day BETWEEN {DAY} AND {DAY + 89} AND channel <> 0"),
        ("unit,day", "state:handling or rating:1..2", "unit, day", "WHERE state = 6 OR rating BETWEEN 1 AND 2"),
        ("category,unit", "bbox:119.3,31.5,119.6,31.8", "category, unit",
         "WHERE x BETWEEN 1193000000 AND 1196000000 AND y BETWEEN 315000000 AND 318000000"),
    ]


def ask(process, by, q, repeats):
    process.stdin.write(f"{by}\t{q}\t{repeats}\n")
    process.stdin.flush()
    line = process.stdout.readline()
    if not line:
        raise SystemExit(f"bench: facts did not answer {by} {q}")
    return json.loads(line)


def ask_peer(peer, by, where, repeats):
    sql = AGGREGATE.format(by=by, where=where)
    tried = [peer.query("--sql", sql, "--count", repeats, "--seconds", 600, options=f"-cjit={jit}") for jit in ("off", "on")]
    r = min(tried, key=lambda x: x["p50_us"])
    rows, total, squares = (int(x or 0) for x in r["first"].split("|"))
    return {"p50_us": r["p50_us"], "rows": rows, "sum": total, "squares": squares}


def fill_peer(b, dump):
    peer = Postgres(b)
    peer.psql(file="facts.sql")
    peer.copy("facts", dump)
    peer.psql("CREATE INDEX ON facts (unit, category); CREATE INDEX ON facts (town, month); CREATE INDEX ON facts (day);")
    peer.psql("VACUUM ANALYZE facts;\nCHECKPOINT;")
    return peer


def run(b):
    cases = b.by_scale(200000, 2000000, 10000000)
    f = Figures("facts", TITLE)
    f.setting = f"{cases} made-up cases; the peer with indexes, parallel workers on both cores, its data in memory, and the better of its runs with and without JIT."
    dump = b.path("facts.tsv")
    process = b.start("facts", "--city", bench.JINTAN, "--data", b.path("facts-data"), "--cases", cases, "--dump", dump)
    b.roots.append(process.pid)
    b.say(f"columns filled: {process.stdout.readline().strip()}")
    with open(dump, encoding="utf-8") as lines:
        town_n = next(lines).split("\t")[1]
    peer = fill_peer(b, dump)
    for by, q, peer_by, where in questions(town_code(town_n), town_n):
        found = b.pairs({
            "ours": lambda: ask(process, by, q, b.by_scale(3, 9, 15)),
            "peer": lambda: ask_peer(peer, peer_by, where, b.by_scale(1, 3, 3)),
        })
        compare(by, q, found["ours"][0], found["peer"][0])
        f.ratio(f"{by} {q}".strip() + f" ({found['ours'][0]['rows']} rows)", "ms", [r["p50_us"] / 1000 for r in found["ours"]],
                [r["p50_us"] / 1000 for r in found["peer"]], 50, contended=b.contended)
    f.note("every answer was compared with the peer's: number of rows, sum and sum of squares of the counts")
    f.note("ours answers through query text, rights and sorted rows with their codes; the peer counts and returns one row")
    f.note("DuckDB is not in Debian 12 and was not measured; text terms need an index that made-up columns do not have")
    process.stdin.close()
    process.wait()
    b.roots.remove(process.pid)
    peer.close()
    return f


def compare(by, q, ours, peer):
    for key in ("rows", "sum", "squares"):
        if ours[key] != peer[key]:
            raise SystemExit(f"bench: by {by} of '{q}': ours says {key} {ours[key]}, the peer {peer[key]}")


def town_code(number):
    """The code of an area by its number in tree order: areas.csv lists them so, children by code below their parent."""
    import csv
    import os

    with open(os.path.join(bench.JINTAN, "areas.csv"), encoding="utf-8") as f:
        rows = list(csv.DictReader(f))
    children = {}
    for row in rows:
        children.setdefault(row["parent"], []).append(row["code"])
    ordered, todo = [], list(reversed(children[""]))
    while todo:
        code = todo.pop()
        ordered.append(code)
        todo += reversed(children.get(code, []))
    return ordered[int(number)]
