"""Live streams: processor time, memory and latency of a message a second on each."""
import json

import bench
import machine
from figures import Figures

TITLE = "Live feed: a message a second on each stream"
QUERIES = 50


def feed(b, server, token, streams, seconds):
    """One run. out: CPU share of a core while messages flow, bytes of memory a stream, latencies."""
    pid = server.process.pid
    empty = machine.memory_bytes(pid)
    process = b.start("streams", "--port", server.port, "--city", bench.JINTAN, "--token", token, "--streams", streams,
                      "--queries", QUERIES, "--seconds", seconds)
    opened = process.stdout.readline()
    if not opened or json.loads(opened)["failed"]:
        raise SystemExit(f"bench: not all streams could be opened: {opened}")
    stood = machine.memory_bytes(pid)
    cpu0 = machine.tree_cpu_s(pid)
    out, _ = process.communicate("\n")
    cpu = machine.tree_cpu_s(pid) - cpu0
    if process.returncode != 0:
        raise SystemExit("bench: streams failed")
    r = json.loads(out)
    r["cpu_share"], r["memory"] = cpu / seconds, (stood - empty) / max(streams, 1)
    r["memory_after"] = (machine.memory_bytes(pid) - empty) / max(streams, 1)
    if r["failed"] or r["received"] < 0.99 * r["expected"]:
        raise SystemExit(f"bench: messages were lost: {r}")
    return r


def run(b):
    streams, seconds = b.by_scale(100, 1000, 5000), b.by_scale(3, 10, 20)
    f = Figures("sse", TITLE)
    f.setting = f"{streams} streams on {QUERIES} queries (one leaf area each), {QUERIES} filings a second."
    server = b.serve(b.path("data"))
    token = server.staff("watcher", "supervisor", "centre").token
    feed(b, server, token, 0, 2)  # memory of the first filings and threads is not the streams'
    found = b.pairs({
        "without streams": lambda: feed(b, server, token, 0, seconds),
        "with streams": lambda: feed(b, server, token, streams, seconds),
    })
    busy, bare = found["with streams"], found["without streams"]
    scaled = 5000 / streams
    extra = [100 * max(0, x["cpu_share"] - y["cpu_share"]) for x, y in zip(busy, bare)]
    f.value("CPU of the streams, filings taken off", "% of a core", extra)
    f.value("the same for 5 000 streams" + ("" if streams == 5000 else ", in proportion"), "% of a core", [x * scaled for x in extra], 8, b.contended)
    f.value("CPU of the filings alone", "% of a core", [100 * x["cpu_share"] for x in bare])
    first = [busy[0]["memory"]]
    f.value("memory a stream, opened", "bytes", first, 6144, b.contended)
    f.value("latency p50 from commit", "ms", [x["from_commit"]["p50_us"] / 1000 for x in busy])
    f.value("latency p99 from commit", "ms", [x["from_commit"]["p99_us"] / 1000 for x in busy], 200, b.contended)
    f.value("latency p99 from sending the report", "ms", [x["from_sending"]["p99_us"] / 1000 for x in busy])
    f.note("memory: anonymous pages of the server before and after the streams were first opened; the kernel's sockets are not in it")
    b.end(server)
    return f
