#!/usr/bin/env python3
"""Sensors under load: N sensors send once a minute over MQTT beside normal work; then a storm of alarms in a second.

    bench/sensors.py [--sensors 10000] [--seconds 60] [--storm 5000] [--json FILE]

A real mosquitto, a real server, a package that is city/jintan with so many invented sensors. Normal work: one client files a
report, another reads a list, as fast as they are answered, with and without the sensors."""
import argparse
import csv
import http.client
import json
import os
import random
import shutil
import socket
import subprocess
import sys
import tempfile
import threading
import time

ROOT = os.path.dirname(os.path.dirname(os.path.abspath(__file__)))
sys.path.insert(0, os.path.join(ROOT, "tests", "blackbox"))
from figures import Figures  # noqa: E402

TITLE = "Sensors: 10,000 send once a minute, then 5,000 alarms in a second"


def free_port():
    with socket.socket() as s:
        s.bind(("127.0.0.1", 0))
        return s.getsockname()[1]


def package(folder, n):
    """A copy of the sample city with n tilt sensors at its components."""
    city = os.path.join(folder, "jintan")
    shutil.copytree(os.path.join(ROOT, "city", "jintan"), city)
    with open(os.path.join(city, "sample", "components.csv"), encoding="utf-8") as f:
        places = list(csv.DictReader(f))
    with open(os.path.join(city, "sensors.csv"), "w", encoding="utf-8", newline="") as f:
        w = csv.writer(f, lineterminator="\n")
        w.writerow(["code", "kind", "thing", "name_zh", "name_en", "lon", "lat"])
        for i in range(n):
            p = places[i % len(places)]
            w.writerow([f"B{i:05d}", "tilt", "", f"压测传感器{i}（样例）", f"Bench sensor {i} (sample)", p["lon"], p["lat"]])
    return city


def cpu_s(pid):
    with open(f"/proc/{pid}/stat") as f:
        fields = f.read().rsplit(")", 1)[1].split()
    return (int(fields[11]) + int(fields[12])) / os.sysconf("SC_CLK_TCK")


class Work:
    """Somebody files, somebody reads."""

    def __init__(self, server, token):
        self.port, self.token, self.stopping, self.took = server.port, token, False, {"file": [], "list": []}
        self.threads = [threading.Thread(target=self.run, args=(k,)) for k in self.took]

    def run(self, kind):
        c = http.client.HTTPConnection("127.0.0.1", self.port, timeout=60)
        head = {"Authorization": "Bearer " + self.token, "Content-Type": "application/json"}
        body = json.dumps({"text": "东门大街路灯不亮", "category": "m01037", "lon": 119.57, "lat": 31.72}).encode()
        while not self.stopping:
            begun = time.perf_counter()
            if kind == "file":
                c.request("POST", "/api/v1/reports", body, head)
            else:
                c.request("GET", "/api/v1/cases?q=status:open&limit=50", None, head)
            r = c.getresponse()
            r.read()
            assert r.status in (200, 201), r.status
            self.took[kind].append((time.perf_counter() - begun) * 1000)
            time.sleep(0.02)

    def measure(self, seconds, beside=lambda: None):
        for t in self.threads:
            t.start()
        end = time.time() + seconds
        beside()
        time.sleep(max(0, end - time.time()))
        self.stopping = True
        for t in self.threads:
            t.join()
        return {k: {"n": len(v), "p50_ms": round(sorted(v)[len(v) // 2], 2), "p99_ms": round(sorted(v)[len(v) * 99 // 100], 2)} for k, v in self.took.items()}


def measure(sensors, seconds, storm):
    """Starts a broker and a server, measures, stops both. out: what was seen."""
    import fixture  # here: it reads which program is meant when it is imported
    import paho.mqtt.client as mqtt

    folder = tempfile.mkdtemp(prefix="yiwang-sensors-")
    port = free_port()
    with open(os.path.join(folder, "broker.conf"), "w") as f:
        f.write(f"listener {port} 127.0.0.1\nallow_anonymous true\nmax_queued_messages 0\nmax_inflight_messages 0\nuser root\n")
    broker = subprocess.Popen([shutil.which("mosquitto") or "/usr/sbin/mosquitto", "-c", os.path.join(folder, "broker.conf")],
                              stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
    data = os.path.join(folder, "data")
    os.mkdir(data)
    with open(os.path.join(data, "mqtt.yaml"), "w") as f:
        f.write(f"host: 127.0.0.1\nport: {port}\ntopic: yiwang/sensors/+\n")
    server = None
    try:
        server = fixture.Server(city=package(folder, sensors), data=data)
        operator = server.staff("operator", "operator", unit="centre")
        sender = mqtt.Client()
        sender.max_queued_messages_set(0)
        sender.max_inflight_messages_set(1000)
        sender.connect("127.0.0.1", port)
        sender.loop_start()

        def seen(what="?state=none"):
            return operator.get("/api/v1/sensors" + what).json

        while not seen().get("mqtt"):
            time.sleep(0.1)
        result = {"sensors": sensors, "seconds": seconds, "storm": storm, "cores": os.cpu_count(), "load": os.getloadavg()[0]}
        result["alone"] = Work(server, operator.token).measure(min(20, seconds))

        def minute():
            order = list(range(sensors))
            random.shuffle(order)
            begun = time.time()
            for k, i in enumerate(order):
                at = begun + k * seconds / sensors
                if at > time.time():
                    time.sleep(at - time.time())
                sender.publish(f"yiwang/sensors/B{i:05d}", json.dumps({"value": 1, "unit": "deg", "at": int(time.time() * 1000)}), qos=1)

        before = cpu_s(server.process.pid)
        result["beside"] = Work(server, operator.token).measure(seconds, minute)
        result["cpu_share"] = round((cpu_s(server.process.pid) - before) / seconds, 3)
        end = time.time() + 30
        while time.time() < end and seen()["taken"] < sensors:
            time.sleep(0.2)
        result["taken"] = seen()["taken"]

        begun = time.time()
        for i in range(storm):
            sender.publish(f"yiwang/sensors/B{i:05d}", json.dumps({"value": 60, "unit": "deg", "at": int(time.time() * 1000) + 1}), qos=1)
        result["storm_sent_s"] = round(time.time() - begun, 2)
        end = time.time() + 60
        while time.time() < end:
            now = seen()
            if now["alarmed"] >= storm and now["filed"] + now["added"] > 0:
                entries = now["filed"] + now["added"]
                time.sleep(1.5)
                if seen()["filed"] + seen()["added"] == entries:
                    break
            time.sleep(0.2)
        result["storm_done_s"] = round(time.time() - begun - 1.5, 2)
        now = seen()
        result.update(alarmed=now["alarmed"], cases=now["filed"], entries=now["added"], refused=now["refused"])
        named = ""
        for row in operator.get("/api/v1/cases?limit=200&q=channel:sensor", {"Yiwang-Min-Seq": str(operator.seq)}).json["items"]:
            named += json.dumps(operator.case(row["number"]).json, ensure_ascii=False)
        result["lost"] = sum(f"B{i:05d}" not in named for i in range(storm))
        sender.loop_stop()
    finally:
        if server:
            server.close()
        broker.terminate()
        broker.wait()
        shutil.rmtree(folder, ignore_errors=True)
    return result


def run(b):
    """As one of the benchmarks of run.py; a single run."""
    r = measure(b.by_scale(300, 2000, 10000), b.by_scale(5, 20, 60), b.by_scale(100, 1000, 5000))
    f = Figures("sensors", TITLE)
    f.setting = (f"A real mosquitto, the sample city with {r['sensors']} invented sensors that send once in {r['seconds']} s, then {r['storm']} alarms at once; "
                 "beside it one client files reports and one reads lists of 50, each 20 ms after its last answer. Ours = beside the sensors, peer = alone. A single run.")
    for kind, what in (("file", "filing"), ("list", "list of 50")):
        for q in ("p50", "p99"):
            f.value(f"{what}, {q}", "ms", [r["beside"][kind][q + "_ms"]], peer=[r["alone"][kind][q + "_ms"]])
    f.value("the server's CPU, this work included", "cores", [r["cpu_share"]])
    f.value("readings sent that were not taken", "", [r["sensors"] - min(r["taken"], r["sensors"])], hold=0)
    f.value("storm: sent within", "s", [r["storm_sent_s"]])
    f.value("storm: all alarms in cases after", "s", [r["storm_done_s"]])
    f.value("storm: cases", "", [r["cases"]])
    f.value("storm: further entries", "", [r["entries"]])
    f.value("storm: sensors that stand in no case", "", [r["lost"]], hold=0)
    return f


def main():
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--sensors", type=int, default=10000)
    parser.add_argument("--seconds", type=int, default=60)
    parser.add_argument("--storm", type=int, default=5000)
    parser.add_argument("--json")
    args = parser.parse_args()
    result = measure(args.sensors, args.seconds, args.storm)
    print(json.dumps(result, ensure_ascii=False, indent=1))
    if args.json:
        with open(args.json, "w") as f:
            json.dump(result, f)
    return 0 if result["taken"] >= args.sensors and result["lost"] == 0 else 1


if __name__ == "__main__":
    sys.exit(main())
