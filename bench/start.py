"""Start with views and the snapshot of the facts present; memory when idle."""
import os
import time

import machine
from figures import Figures

TITLE = "Start and idle memory"


def start(b, data):
    """Starts, waits until ready, rests, stops. out: seconds, bytes."""
    begin = time.time()
    server = b.serve(data)
    seconds = time.time() - begin
    time.sleep(b.by_scale(0.5, 2, 3))
    r = {"seconds": seconds, "own": machine.memory_bytes(server.process.pid), "resident": machine.resident_bytes(server.process.pid)}
    b.end(server)
    return r


def cold(data):
    """Asks the kernel to forget the files of a directory."""
    for folder, _, names in os.walk(data):
        for name in names:
            path = os.path.join(folder, name)
            if os.path.isfile(path):
                fd = os.open(path, os.O_RDONLY)
                os.fsync(fd)
                os.posix_fadvise(fd, 0, 0, os.POSIX_FADV_DONTNEED)
                os.close(fd)


def run(b):
    cases = b.by_scale(5000, 200000, 5000000)
    f = Figures("start", TITLE)
    f.setting = f"{cases} cases, 2 % open; peer = a new, empty data directory."
    data, empty = b.fill(cases), b.path("empty")
    size = sum(os.path.getsize(os.path.join(d, n)) for d, _, names in os.walk(data) for n in names)

    def from_cold():
        cold(data)
        return start(b, data)

    found = b.pairs({"empty": lambda: start(b, empty), "full": lambda: start(b, data), "cold": from_cold})
    os.unlink(os.path.join(data, "facts.snapshot"))
    bare = b.careful("without snapshot", lambda: start(b, data))
    f.value("start to ready", "s", [r["seconds"] for r in found["full"]], 5, b.contended, peer=[r["seconds"] for r in found["empty"]])
    f.value("start to ready, files not in memory", "s", [r["seconds"] for r in found["cold"]], 5, b.contended)
    f.value("start to ready, facts read from the views", "s", [bare["seconds"]])
    limit = 100 + 60 * cases / 1e6
    f.value("memory when idle (anonymous)", "MB", [r["own"] / 1e6 for r in found["full"]], limit, b.contended,
            peer=[r["own"] / 1e6 for r in found["empty"]])
    f.value("resident when idle, pages of files included", "MB", [r["resident"] / 1e6 for r in found["full"]])
    f.value("memory a case", "bytes", [(x["own"] - y["own"]) / cases for x, y in zip(found["full"], found["empty"])])
    f.value("on disk a case", "bytes", [size / cases])
    return f
