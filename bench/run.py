#!/usr/bin/env python3
"""Benchmarks: ratios of paired runs against what a user would use instead. See README.md.

usage: bench/run.py [NAME …] [--scale smoke|small|full] [--rounds N] [--report] [--accept-contended] [--build DIR]
       [--as-built] [--folder DIR]
"""
import argparse
import datetime
import os
import subprocess
import sys
import time

sys.path.insert(0, os.path.dirname(os.path.abspath(__file__)))

import bench  # noqa: E402
import faces  # noqa: E402
import facts  # noqa: E402
import growth  # noqa: E402
import intake  # noqa: E402
import jsonread  # noqa: E402
import locate  # noqa: E402
import machine  # noqa: E402
import read  # noqa: E402
import sensors  # noqa: E402
import sse  # noqa: E402
import start  # noqa: E402

ALL = {"intake": intake, "growth": growth, "read": read, "facts": facts, "locate": locate, "sse": sse, "sensors": sensors, "start": start, "json": jsonread, "faces": faces}
REPORT = os.path.join(bench.ROOT, "docs", "figures.md")


def arguments():
    p = argparse.ArgumentParser(usage=__doc__)
    p.add_argument("names", nargs="*")
    p.add_argument("--scale", choices=bench.SCALES, default="small")
    p.add_argument("--rounds", type=int, default=0)
    p.add_argument("--report", action="store_true")
    p.add_argument("--accept-contended", action="store_true")
    p.add_argument("--build", default=os.path.join(bench.ROOT, "build"))
    p.add_argument("--as-built", action="store_true")
    p.add_argument("--folder", default=None)
    o = p.parse_args()
    unknown = [n for n in o.names if n not in ALL]
    if unknown:
        p.error(f"there is no benchmark {unknown[0]}; there are {', '.join(ALL)}")
    o.names = o.names or list(ALL)
    return o


def run_one(name, o):
    """One benchmark in a folder of its own. out: its figures, and the flush probe around it."""
    b = bench.Bench(o.build, o.scale, o.rounds, o.accept_contended, o.folder)
    print(f"{name}: {ALL[name].TITLE}", file=sys.stderr, flush=True)
    try:
        before = machine.flush_ms(b.folder)
        begin = time.time()
        figures = ALL[name].run(b)
        after = machine.flush_ms(b.folder)
    finally:
        stop_left_over(b)
        b.close()
    probe = ", ".join(f"{machine.quantile(p, 0.5):.2f} / {machine.quantile(p, 0.99):.2f}" for p in (before, after))
    figures.note(f"{o.scale} scale, {b.rounds} rounds, {time.time() - begin:.0f} s; flush p50 / p99 in ms before and after: {probe}")
    if b.contended:
        figures.note("CONTENDED: others used the machine; these figures say nothing")
    return figures


def stop_left_over(b):
    """After a failure: the servers that this benchmark started."""
    for pid in b.roots:
        try:
            os.kill(pid, 15)
            os.waitpid(pid, 0)
        except (ProcessLookupError, ChildProcessError):
            pass


def commit():
    r = subprocess.run(["git", "-C", bench.ROOT, "describe", "--always", "--dirty"], capture_output=True, text=True, check=False)
    return r.stdout.strip() or "unknown"


HEAD = """# Figures

Made by `make bench` (bench/README.md). Median (least–greatest) of paired runs A B A B on one machine; a ratio says how many
times better ours is. CPU is that of the whole server, or of PostgreSQL with all its processes; the clients' is not counted on
either side. Runs during which others used the machine were thrown away.
"""


def write_report(done):
    """Puts the new sections in place of the old ones of the same title; the others stay."""
    sections = {}
    if os.path.exists(REPORT):
        with open(REPORT, encoding="utf-8") as f:
            for part in f.read().split("\n## ")[1:]:
                sections[part.split("\n", 1)[0]] = "## " + part.rstrip("\n") + "\n"
    for figures in done:
        figures.note(f"{datetime.date.today()}, commit {commit()}, {machine.description()}")
        sections[figures.title] = figures.markdown()
    titles = [m.TITLE for m in ALL.values()]
    ordered = sorted(sections, key=lambda t: titles.index(t) if t in titles else len(titles))
    with open(REPORT, "w", encoding="utf-8") as f:
        f.write(HEAD + "".join("\n" + sections[t] for t in ordered))


def main():
    o = arguments()
    if not o.as_built and subprocess.run(["ninja", "-C", o.build, "yiwang", "bench"], stdout=subprocess.DEVNULL, check=False).returncode != 0:
        sys.exit("bench: the programs could not be built; ninja says why")
    done = []
    for name in o.names:
        done.append(run_one(name, o))
        print(done[-1].text(), flush=True)
    if o.report:
        write_report(done)
    missed = [r.what for f in done for r in f.rows if r.verdict() == "MISSED"]
    sys.exit(1 if missed else 0)


main()
