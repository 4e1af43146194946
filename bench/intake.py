"""Durable filings through HTTP beside the same work done by PostgreSQL with PostGIS."""
import time

import bench
import machine
from figures import Figures
from postgres import Postgres

TITLE = "Intake: durable filing with everything, 256 clients"
CLIENTS = 256


def projector_thread(before, after_load, after_all):
    """The thread that makes the views: by its name, else the one that worked most while the others only waited for it."""
    for tid, (name, _) in after_all.items():
        if "project" in name or "views" in name:
            return tid
    work = {t: after_all[t][1] - after_load[t][1] for t in after_all if t in after_load}
    tid = max(work, key=work.get, default=None)
    rest = sum(work.values()) - work.get(tid, 0)
    return tid if tid and work[tid] > 0.05 and work[tid] > 3 * rest else None


def file_burst(b, server, seconds, clients=CLIENTS, rate=0, seed=[100]):
    """One run of the load; CPU and times until acknowledged, and until the views have caught up."""
    seed[0] += 1
    b.wait_views(server)
    pid = server.process.pid
    threads0, cpu0, begin = machine.threads_cpu_s(pid), machine.tree_cpu_s(pid), time.time()
    r = b.run("load", "--port", server.port, "--city", bench.JINTAN, "--clients", clients, "--seconds", seconds,
              "--seed", seed[0], "--rate", rate)
    threads1 = machine.threads_cpu_s(pid)
    b.wait_views(server)
    threads2, cpu2, end = machine.threads_cpu_s(pid), machine.tree_cpu_s(pid), time.time()
    n = max(r["acknowledged"], 1)
    tid = projector_thread(threads0, threads1, threads2)
    views = threads2[tid][1] - threads0.get(tid, ("", 0))[1] if tid else None
    r["cpu_all_us"] = (cpu2 - cpu0) / n * 1e6
    r["cpu_us"] = (cpu2 - cpu0 - views) / n * 1e6 if views is not None else None
    r["sustained_per_s"] = n / (end - begin)
    if r["failed"]:
        raise SystemExit(f"bench: {r['failed']} filings failed: {r}")
    return r


def file_peer(b, peer, seconds, clients, steps, seed=[1]):
    seed[0] += 1
    cpu0 = machine.tree_cpu_s(peer.process.pid)
    r = b.run("peer_intake", "--where", peer.where, "--city", bench.JINTAN, "--clients", clients, "--seconds", seconds,
              "--steps", steps, "--seed", seed[0])
    r["cpu_us"] = (machine.tree_cpu_s(peer.process.pid) - cpu0) / max(r["acknowledged"], 1) * 1e6
    if r["failed"]:
        raise SystemExit(f"bench: {r['failed']} filings of the peer failed")
    return r


def best_clients(b, peer, seconds):
    rates = {n: file_peer(b, peer, seconds, n, 5)["per_s"] for n in (8, 16, 32)}
    return max(rates, key=rates.get)


def run(b):
    cases, seconds = b.by_scale(2000, 100000, 1000000), b.by_scale(2, 8, 20)
    f = Figures("intake", TITLE)
    server = b.serve(b.fill(cases))
    peer = Postgres(b)
    peer.load_cases(cases)
    clients = best_clients(b, peer, b.by_scale(1, 3, 5))
    f.setting = f"{cases} cases in both stores; the peer with {clients} clients, the best of 8, 16, 32."
    found = b.pairs({
        "ours": lambda: file_burst(b, server, seconds),
        "peer in five steps": lambda: file_peer(b, peer, seconds, clients, 5),
        "peer in one statement": lambda: file_peer(b, peer, seconds, clients, 1),
    })
    slow = [b.careful("2 000 a second", lambda: file_burst(b, server, seconds, rate=b.by_scale(500, 2000, 2000)))
            for _ in range(b.rounds)]
    flush = machine.quantile(machine.flush_ms(b.folder), 0.99)
    add_rows(f, found, slow, flush, b.contended)
    peer.close()
    b.end(server)
    return f


def add_rows(f, found, slow, flush, contended):
    ours, peer, single = found["ours"], found["peer in five steps"], found["peer in one statement"]

    def take(runs, key):
        return [r[key] for r in runs]

    separate = all(r["cpu_us"] is not None for r in ours)
    if separate:
        f.ratio("CPU per filing, until acknowledged", "µs", take(ours, "cpu_us"), take(peer, "cpu_us"), 5, contended=contended)
    else:
        f.note("the thread that makes the views could not be told from the others: no CPU until acknowledged")
    f.ratio("CPU per filing, views and search caught up", "µs", take(ours, "cpu_all_us"), take(peer, "cpu_us"), 2, contended=contended)
    f.ratio("the same against one statement per filing", "µs", take(ours, "cpu_all_us"), take(single, "cpu_us"))
    f.ratio("acknowledged", "1/s", take(ours, "per_s"), take(peer, "per_s"), 5, less_is_better=False, contended=contended)
    f.ratio("sustained, views and search caught up", "1/s", take(ours, "sustained_per_s"), take(peer, "per_s"), 2, less_is_better=False, contended=contended)
    f.ratio("acknowledged, against one statement per filing", "1/s", take(ours, "per_s"), take(single, "per_s"), less_is_better=False)
    f.value("p99 at 256 clients", "ms", [r["p99_us"] / 1000 for r in ours])
    limit = 10 if flush < 1 else 10 + 3 * flush
    f.value(f"p99 at the offered rate, flush p99 {flush:.2f} ms", "ms", [r["p99_us"] / 1000 for r in slow], limit, contended)
    f.value("refused with 503 while the views caught up", "share", [r["refused"] / max(r["acknowledged"] + r["refused"], 1) for r in ours])
    f.note("the peer does without HTTP, JSON, classification, routing, clocks, hash chain, signature and encryption")
    f.note("ours always keeps its full text; the figure for views without it is not measured apart")
