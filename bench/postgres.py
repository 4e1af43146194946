"""PostgreSQL with PostGIS from Debian as the peer: a cluster of its own on a private socket, configured as a careful
administrator would."""
import csv
import glob
import json
import os
import pwd
import subprocess
import time

import bench

SETTINGS = {
    "listen_addresses": "''",
    "shared_buffers": "{buffers}MB",
    "effective_cache_size": "{cache}MB",
    "work_mem": "128MB",
    "maintenance_work_mem": "512MB",
    "synchronous_commit": "on",
    "fsync": "on",
    "full_page_writes": "on",
    "wal_compression": "lz4",
    "wal_buffers": "64MB",
    "max_wal_size": "8GB",
    "checkpoint_timeout": "15min",
    "checkpoint_completion_target": "0.9",
    "random_page_cost": "1.1",
    "max_connections": "80",
    "max_parallel_workers_per_gather": "2",
    "jit": "off",  # it costs more than it saves in all but the longest counts; facts.py tries both
}
FOLDER = os.path.join(bench.ROOT, "bench", "peer")


class Postgres:
    def __init__(self, b):
        folders = sorted(glob.glob("/usr/lib/postgresql/*/bin"), key=lambda p: int(p.split("/")[4]))
        if not folders:
            raise SystemExit("bench: PostgreSQL is not installed; see tools/deps.sh bench")
        self.bench, self.bin, self.folder = b, folders[-1], b.path("postgres")
        os.mkdir(self.folder, 0o755)
        self.user = {}
        if os.getuid() == 0:  # PostgreSQL refuses to run as root
            owner = pwd.getpwnam("postgres")
            os.chown(self.folder, owner.pw_uid, owner.pw_gid)
            self.user = {"user": owner.pw_uid, "group": owner.pw_gid, "extra_groups": []}
        self.where = f"host={self.folder} user=bench dbname=bench"
        self.start()

    def start(self):
        data = os.path.join(self.folder, "data")
        subprocess.run([f"{self.bin}/initdb", "-D", data, "-U", "bench", "-A", "trust", "-E", "UTF8", "--locale=C.UTF-8"],
                       check=True, stdout=subprocess.DEVNULL, cwd=self.folder, **self.user)
        with open("/proc/meminfo") as f:
            memory = int(f.readline().split()[1]) // 1024
        values = {"buffers": min(4096, memory // 4), "cache": memory // 2}
        command = [f"{self.bin}/postgres", "-D", data, "-k", self.folder]
        for name, value in SETTINGS.items():
            command += ["-c", f"{name}={value.format(**values)}" if value != "''" else f"{name}="]
        self.log = open(self.bench.path("postgres.log"), "w")
        self.process = subprocess.Popen(command, stdout=self.log, stderr=self.log, cwd=self.folder, **self.user)
        self.bench.roots.append(self.process.pid)
        for _ in range(200):
            if subprocess.run([f"{self.bin}/pg_isready", "-q", "-h", self.folder], check=False).returncode == 0:
                break
            time.sleep(0.05)
        self.psql("CREATE DATABASE bench", database="postgres")
        self.psql("CREATE EXTENSION postgis")

    def psql(self, sql=None, file=None, database="bench", **variables):
        """Runs SQL text or a file of bench/peer; its output."""
        command = ["psql", "-X", "-q", "-A", "-t", "-v", "ON_ERROR_STOP=1", "-h", self.folder, "-U", "bench", "-d", database]
        for name, value in variables.items():
            command += ["-v", f"{name}={value}"]
        command += ["-f", os.path.join(FOLDER, file)] if file else ["-f", "-"]
        r = subprocess.run(command, input=sql, text=True, capture_output=True, check=False)
        if r.returncode != 0:
            raise SystemExit(f"bench: psql: {r.stderr}")
        return r.stdout.strip()

    def copy(self, table, path):
        self.psql(f"\\copy {table} from '{path}'")

    def query(self, *arguments, options=""):
        """Timed prepared queries; options are settings of the connections."""
        return self.bench.run("peer_query", "--where", f"{self.where} options='{options}'", *arguments)

    def load_grids(self):
        """The leaf areas of the city package."""
        with open(os.path.join(bench.JINTAN, "areas.csv"), encoding="utf-8") as f:
            areas = {row["code"]: row for row in csv.DictReader(f)}
        with open(os.path.join(bench.JINTAN, "areas.geojson"), encoding="utf-8") as f:
            shapes = {x["properties"]["code"]: json.dumps(x["geometry"]) for x in json.load(f)["features"]}
        parents = {a["parent"] for a in areas.values()}
        path = self.bench.path("grids.tsv")
        with open(path, "w", encoding="utf-8") as f:
            for code in areas:
                if code in parents or code not in shapes:
                    continue
                town = code
                while town and areas[town]["level"] != "town":
                    town = areas[town]["parent"]
                f.write(f"{code}\t{town}\t{shapes[code]}\n")
        self.copy("grids_in", path)

    def load_cases(self, n):
        """The schema with so many cases, indexed and analysed."""
        begin = time.time()
        self.psql(file="schema.sql")
        self.load_grids()
        self.psql(file="cases.sql", n=n)
        self.psql(file="indexes.sql")
        self.psql("VACUUM ANALYZE;\nCHECKPOINT;")
        self.bench.say(f"the peer holds {n} cases after {time.time() - begin:.1f} s")

    def close(self):
        self.bench.roots.remove(self.process.pid)
        self.process.terminate()
        self.process.wait()
        self.log.close()
