"""What the machine says: flush times, who uses the processors, memory of processes. Linux's /proc only."""
import os
import resource
import time

TICK = os.sysconf("SC_CLK_TCK")
CORES = os.cpu_count()
FLUSHES = 200
FLUSH_CONTENDED_MS = 1.0  # a flush waits for a scheduler tick when the cores are full
FOREIGN_CONTENDED = 0.15  # share of all cores that others used during a run


def flush_ms(folder, count=FLUSHES):
    """Times of fdatasync after writing 4 KiB in place, in milliseconds, sorted."""
    path = os.path.join(folder, "flush-probe")
    times = []
    fd = os.open(path, os.O_RDWR | os.O_CREAT, 0o600)
    try:
        block = os.urandom(4096)
        os.pwrite(fd, block * 64, 0)
        os.fsync(fd)
        for i in range(count):
            os.pwrite(fd, block, 4096 * (i % 64))
            begin = time.perf_counter()
            os.fdatasync(fd)
            times.append((time.perf_counter() - begin) * 1000)
    finally:
        os.close(fd)
        os.unlink(path)
    return sorted(times)


def quantile(ordered, share):
    return ordered[min(len(ordered) - 1, int(share * len(ordered)))]


def stat_fields(pid):
    """Fields of /proc/PID/stat from the third on; None if the process is gone."""
    try:
        with open(f"/proc/{pid}/stat") as f:
            return f.read().rsplit(")", 1)[1].split()
    except OSError:
        return None


def tree(root):
    """A process and all its descendants."""
    children = {}
    for name in os.listdir("/proc"):
        fields = stat_fields(name) if name.isdigit() else None
        if fields:
            children.setdefault(int(fields[1]), []).append(int(name))
    found, todo = [], [root]
    while todo:
        pid = todo.pop()
        found.append(pid)
        todo += children.get(pid, [])
    return found


def tree_cpu_s(root):
    """Processor time of a process, its descendants, and those of them that have ended and were waited for."""
    total = 0
    for pid in tree(root):
        fields = stat_fields(pid)
        if fields:
            total += sum(int(x) for x in fields[11:15])
    return total / TICK


def threads_cpu_s(pid):
    """Processor time by thread: {thread id: (name, seconds)}."""
    found = {}
    for tid in os.listdir(f"/proc/{pid}/task"):
        try:
            with open(f"/proc/{pid}/task/{tid}/comm") as f:
                name = f.read().strip()
            with open(f"/proc/{pid}/task/{tid}/schedstat") as f:
                found[int(tid)] = (name, int(f.read().split()[0]) / 1e9)
        except OSError:
            continue
    return found


def memory_bytes(pid):
    """Resident memory that is the process's own (not pages of files that it shares with the page cache)."""
    anonymous = 0
    with open(f"/proc/{pid}/smaps_rollup") as f:
        for line in f:
            if line.startswith("Anonymous:"):
                anonymous = int(line.split()[1]) * 1024
    return anonymous


def resident_bytes(pid):
    with open(f"/proc/{pid}/statm") as f:
        return int(f.read().split()[1]) * os.sysconf("SC_PAGE_SIZE")


def busy_s():
    """Time that all cores together were not idle, the neighbours' share of a virtual machine included."""
    with open("/proc/stat") as f:
        fields = [int(x) for x in f.readline().split()[1:9]]
    return (sum(fields) - fields[3] - fields[4]) / TICK


class Watch:
    """Who used the processors between two moments: ours (the given process trees, this program and what it waited for)
    or others."""

    def __init__(self, roots):
        self.roots = list(roots)
        self.begin, self.busy, self.ours = time.time(), busy_s(), self.own_s()

    def own_s(self):
        self_and_ended = sum(sum(resource.getrusage(who)[:2]) for who in (resource.RUSAGE_SELF, resource.RUSAGE_CHILDREN))
        return self_and_ended + sum(tree_cpu_s(r) for r in self.roots)

    def foreign_share(self):
        wall = max(time.time() - self.begin, 0.1)
        return max(0.0, (busy_s() - self.busy - (self.own_s() - self.ours)) / (wall * CORES))


def description():
    model = "unknown processor"
    with open("/proc/cpuinfo") as f:
        for line in f:
            if line.startswith("model name"):
                model = line.split(":", 1)[1].strip()
    with open("/proc/meminfo") as f:
        memory = int(f.readline().split()[1]) / 1e6
    return f"{CORES} cores ({model}), {memory:.0f} GB"
