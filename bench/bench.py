"""What all benchmarks share: where things are, careful runs, our server and its data."""
import json
import os
import resource
import shutil
import subprocess
import sys
import tempfile
import time

import machine

ROOT = os.path.dirname(os.path.dirname(os.path.abspath(__file__)))
JINTAN = os.path.join(ROOT, "city", "jintan")
SCALES = ("smoke", "small", "full")


class Bench:
    """One call of run.py."""

    def __init__(self, build, scale, rounds, accept, folder):
        self.build, self.scale, self.accept = build, scale, accept
        self.rounds = rounds or {"smoke": 1, "small": 3, "full": 5}[scale]
        self.folder = tempfile.mkdtemp(prefix="yiwang-bench-", dir=folder)
        os.chmod(self.folder, 0o711)  # the peer runs as another user below it
        self.roots, self.contended = [], False
        self.program = self.find_program()
        os.environ["YIWANG"] = self.program
        sys.path.insert(0, os.path.join(ROOT, "tests", "blackbox"))
        import fixture

        self.fixture = fixture
        soft, hard = resource.getrlimit(resource.RLIMIT_NOFILE)
        resource.setrlimit(resource.RLIMIT_NOFILE, (hard, hard))

    def find_program(self):
        for path in (os.environ.get("YIWANG"), os.path.join(self.build, "yiwang"), os.path.join(self.build, "src/cli/yiwang")):
            if path and os.path.isfile(path):
                return path
        raise SystemExit(f"bench: there is no yiwang in {self.build}; run make first")

    def by_scale(self, smoke, small, full):
        return {"smoke": smoke, "small": small, "full": full}[self.scale]

    def path(self, *names):
        return os.path.join(self.folder, *names)

    def close(self):
        shutil.rmtree(self.folder, ignore_errors=True)

    # --- programs ---

    def start(self, name, *arguments, **more):
        command = [os.path.join(self.build, "bench", name), *map(str, arguments)]
        return subprocess.Popen(command, stdout=subprocess.PIPE, stdin=subprocess.PIPE, text=True, **more)

    def run(self, name, *arguments):
        """Runs a benchmark program to its end; its JSON."""
        process = self.start(name, *arguments)
        out, _ = process.communicate()
        if process.returncode != 0:
            raise SystemExit(f"bench: {name} failed with {process.returncode}")
        return json.loads(out)

    # --- careful runs ---

    def say(self, text):
        print(f"   {text}", file=sys.stderr, flush=True)

    def trouble(self, watch):
        """Why what was just measured is not to be trusted; empty if it is."""
        flush = machine.quantile(machine.flush_ms(self.folder), 0.5)
        foreign = watch.foreign_share()
        if flush > machine.FLUSH_CONTENDED_MS:
            return f"a flush took {flush:.1f} ms"
        return f"others used {foreign:.0%} of the cores" if foreign > machine.FOREIGN_CONTENDED else ""

    def wait_quiet(self):
        """Waits up to a minute for the others on this machine."""
        for _ in range(1 if self.accept else 30):
            watch = machine.Watch(self.roots)
            time.sleep(0.5)
            if not self.trouble(watch):
                return
            time.sleep(0 if self.accept else 1.5)

    def careful(self, what, work):
        """Runs work(); a contended run is thrown away and repeated, up to three times. out: its result; what stayed contended
        marks the whole benchmark."""
        for attempt in range(1 if self.accept else 4):
            self.wait_quiet()
            watch = machine.Watch(self.roots)
            result = work()
            trouble = self.trouble(watch)
            if not trouble:
                return result
            self.say(f"{what}: contended, {trouble}" + ("" if self.accept or attempt == 3 else "; thrown away, once more"))
        self.contended = True
        return result

    def pairs(self, sides):
        """A B A B …: each round runs every side once. in: {name: work}. out: {name: [result by round]}."""
        found = {name: [] for name in sides}
        for i in range(self.rounds):
            for name, work in sides.items():
                found[name].append(self.careful(f"{name}, round {i + 1}", work))
        return found

    # --- our server ---

    def fill(self, cases, name="data"):
        """A data directory with so many cases and views."""
        data = self.path(name)
        begin = time.time()
        filled = self.run("fill", "--city", JINTAN, "--data", data, "--cases", cases)
        made = time.time()
        subprocess.run([self.program, "rebuild", "--city", JINTAN, "--data", data], check=True, stdout=subprocess.DEVNULL)
        self.say(f"{cases} cases filed in {made - begin:.1f} s ({filled['cpu_s'] / max(cases, 1) * 1e6:.0f} µs of CPU each), "
                 f"views made in {time.time() - made:.1f} s")
        return data

    def serve(self, data):
        os.makedirs(data, mode=0o700, exist_ok=True)
        server = self.fixture.Server(city=JINTAN, data=data)
        server.wait_ready(timeout=600)
        self.roots.append(server.process.pid)
        return server

    def end(self, server):
        self.roots.remove(server.process.pid)
        server.close()

    def metric(self, server, name):
        for line in server.client().get("/metrics").body.decode().split("\n"):
            if line.startswith(name + " "):
                return float(line.split()[1])
        raise SystemExit(f"bench: the server has no metric {name}")

    def wait_views(self, server, timeout=600):
        end = time.time() + timeout
        while self.metric(server, "yiwang_view_lag_entries") > 0:
            if time.time() > end:
                raise SystemExit("bench: the views do not catch up")
            time.sleep(0.02)
