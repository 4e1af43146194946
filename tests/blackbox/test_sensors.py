"""Sensors over HTTP and over a real MQTT broker: alarms are cases that say why, a repeat is an entry, a storm is few cases."""
import collections
import csv
import json
import os
import shutil
import socket
import subprocess
import tempfile
import time
import unittest
import urllib.parse

import fixture

with open(os.path.join(fixture.JINTAN, "sensors.csv"), encoding="utf-8") as f:
    SENSORS = list(csv.DictReader(f))
MOSQUITTO = shutil.which("mosquitto") or "/usr/sbin/mosquitto"


def free_port():
    with socket.socket() as s:
        s.bind(("127.0.0.1", 0))
        return s.getsockname()[1]


class Broker:
    """mosquitto with a password, on a free port."""

    def __init__(self, folder):
        self.folder, self.port, self.process = folder, free_port(), None
        passwords = os.path.join(folder, "passwords")
        open(passwords, "w").close()
        os.chmod(passwords, 0o600)
        subprocess.run(["mosquitto_passwd", "-b", passwords, "yiwang", "a key of the test"], check=True, capture_output=True)
        self.config = os.path.join(folder, "broker.conf")
        with open(self.config, "w") as out:
            out.write(f"listener {self.port} 127.0.0.1\nallow_anonymous false\npassword_file {passwords}\nuser root\n")
        self.start()

    def start(self):
        self.process = subprocess.Popen([MOSQUITTO, "-c", self.config], stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)

    def stop(self):
        self.process.terminate()
        self.process.wait()

    def publish(self, sensor, payload):
        subprocess.run(["mosquitto_pub", "-h", "127.0.0.1", "-p", str(self.port), "-u", "yiwang", "-P", "a key of the test", "-q", "1",
                        "-t", "yiwang/sensors/" + sensor, "-m", payload], check=True)


class Sensors(unittest.TestCase):
    def setUp(self):
        self.folder = tempfile.TemporaryDirectory()
        self.broker = None
        self.now = int(time.time() * 1000)

    def begin(self, mqtt=False):
        if mqtt:
            self.broker = Broker(self.folder.name)
            key = os.path.join(self.folder.name, "mqtt.key")
            with open(key, "w") as out:
                out.write("a key of the test\n")
            os.chmod(key, 0o600)
            with open(os.path.join(self.folder.name, "mqtt.yaml"), "w") as out:
                out.write(f"host: 127.0.0.1\nport: {self.broker.port}\ntopic: yiwang/sensors/+\nuser: yiwang\npassword_file: mqtt.key\n")
        self.server = fixture.Server(data=self.folder.name)
        self.gateway = self.server.staff("gateway", "gateway")
        self.operator = self.server.staff("operator", "operator", unit="centre")

    def tearDown(self):
        self.server.close()
        if self.broker:
            self.broker.stop()
        self.folder.cleanup()

    def send(self, *readings, who=None):
        return (who or self.gateway).post("/api/v1/sensors/readings", list(readings))

    def reading(self, sensor, value, after=0, **more):
        return {"sensor": sensor, "value": value, "at": self.now + after * 1000, **more}

    def cases(self, more=""):
        reply = self.operator.get("/api/v1/cases?limit=200&q=" + urllib.parse.quote("channel:sensor " + more))
        self.assertEqual(reply.status, 200, reply)
        return reply.json["items"]

    def wait_cases(self, n, more="", seconds=15):
        end = time.time() + seconds
        while time.time() < end and len(self.cases(more)) < n:
            time.sleep(0.2)
        return self.cases(more)

    def sensor(self, name):
        return self.operator.get("/api/v1/sensors?code=" + name).json["items"][0]

    def wait_state(self, name, state):
        end = time.time() + 15
        while time.time() < end and self.sensor(name)["state"] != state:
            time.sleep(0.2)
        self.assertEqual(self.sensor(name)["state"], state)

    def test_alarm_says_why_and_a_repeat_is_an_entry(self):
        self.begin()
        self.assertEqual(self.send(self.reading("W0001", 0.30)).json, {"taken": 1, "refused": {}})
        self.assertEqual(self.sensor("W0001")["state"], "normal")  # one of two
        self.send(self.reading("W0001", 0.31, 1))
        rows = self.wait_cases(1)
        self.assertEqual(len(rows), 1, rows)
        case = self.operator.case(rows[0]["number"]).json
        for word in ("W0001", "water_high", "0.27", "0.3", "0.31"):
            self.assertIn(word, case["text"])
        self.assertEqual((case["category"]["code"], case["channel"], case["thing"]["code"]), ("m02007", "sensor", SENSORS[next(i for i, s in enumerate(SENSORS) if s["code"] == "W0001")]["thing"]))
        # back below the limit but not clear of it: nothing; then clear; then high again while the case is open
        self.send(*[self.reading("W0001", v, 2 + i) for i, v in enumerate((0.2, 0.2, 0.1, 0.1))])
        self.assertEqual(self.sensor("W0001")["state"], "normal")
        self.send(*[self.reading("W0001", v, 10 + i) for i, v in enumerate((0.4, 0.4))])
        end = time.time() + 15
        while time.time() < end:
            actions = [h.get("action") for h in self.operator.case(rows[0]["number"]).json["history"]]
            if "alarm_again" in str(actions):
                break
            time.sleep(0.2)
        self.assertIn("alarm_over", str(actions))
        self.assertIn("alarm_again", str(actions))
        self.assertEqual(len(self.cases()), 1)

    def test_what_is_no_reading_is_refused_and_counted(self):
        self.begin()
        self.send(self.reading("T0001", 1))
        reply = self.send(self.reading("T0001", 1), self.reading("T0001", 1, -5), self.reading("T0001", 200, 1), self.reading("T0001", "NaN", 1),
                          self.reading("T0001", 1, 1, unit="m"), self.reading("T0001", 1, 3600), self.reading("T0001", 1, -90000), self.reading("X9", 1))
        self.assertEqual(reply.json, {"taken": 0, "refused": {"replayed": 1, "backward": 1, "out_of_range": 1, "no_number": 1, "wrong_unit": 1,
                                                              "future": 1, "stale": 1, "foreign": 1}})
        self.assertEqual(self.gateway.call("POST", "/api/v1/sensors/readings", raw=b"{\"value\":NaN}").status, 422)
        seen = self.operator.get("/api/v1/sensors").json
        self.assertEqual(seen["refused"]["unreadable"], 1)
        self.assertEqual({r["why"] for r in seen["refused_last"]}, set(seen["refused"]))
        self.assertEqual(self.send(self.reading("T0001", 1, 9), who=self.operator).status, 403)
        self.assertEqual(self.server.client().post("/api/v1/sensors/readings", []).status, 401)
        self.assertEqual(self.gateway.get("/api/v1/sensors").status, 403)

    def test_a_storm_is_few_cases_and_none_is_lost(self):
        self.begin()
        tilt = [s["code"] for s in SENSORS if s["kind"] == "tilt"]
        self.send(*[self.reading(s, 40) for s in tilt])
        end = time.time() + 20
        while time.time() < end:
            numbers = {i["code"]: i["rules"][0]["number"] for i in self.operator.get("/api/v1/sensors?state=alarm").json["items"]}
            if len(numbers) == len(tilt) and all(numbers.values()):
                break
            time.sleep(0.3)
        self.assertEqual(len(numbers), len(tilt))
        rows = self.wait_cases(1)
        self.assertLess(len(rows), 25, [r["text"] for r in rows])
        said = ""
        for row in rows:
            case = self.operator.case(row["number"]).json
            said += case["text"] + json.dumps(case["history"], ensure_ascii=False)
        missing = [s for s in tilt if s not in said]
        self.assertEqual(missing, [])
        self.assertEqual(collections.Counter(numbers.values()).keys(), {r["number"] for r in rows})

    def test_over_mqtt_through_outages_of_broker_and_server(self):
        self.begin(mqtt=True)
        end = time.time() + 15
        while time.time() < end and not self.operator.get("/api/v1/sensors").json.get("mqtt"):
            time.sleep(0.1)
        self.broker.publish("G0001", json.dumps({"value": 5, "unit": "%LEL", "at": self.now}))
        self.broker.publish("G0001", "no reading")
        self.wait_state("G0001", "normal")
        self.assertEqual(self.operator.get("/api/v1/sensors").json["refused"], {"unreadable": 1})
        self.broker.stop()
        end = time.time() + 15
        while time.time() < end and self.operator.get("/api/v1/sensors").json["mqtt"]:
            time.sleep(0.1)
        self.assertFalse(self.operator.get("/api/v1/sensors").json["mqtt"])
        self.broker.start()
        end = time.time() + 40
        while time.time() < end and not self.operator.get("/api/v1/sensors").json["mqtt"]:
            time.sleep(0.2)
        for i in range(2):
            self.broker.publish("G0001", json.dumps({"value": 60, "at": self.now + 1000 + i}))
        self.assertEqual(len(self.wait_cases(1, seconds=20)), 1)
        number = self.cases()[0]["number"]
        # the open case is found again after a restart
        self.server.stop()
        for i in range(2):
            self.broker.publish("G0001", json.dumps({"value": 61, "at": self.now + 2000 + i}))
        self.server.start()
        self.operator = self.server.client(self.operator.token)
        end = time.time() + 20
        while time.time() < end and "alarm_again" not in json.dumps(self.operator.case(number).json["history"]):
            time.sleep(0.3)
        self.assertIn("alarm_again", json.dumps(self.operator.case(number).json["history"]))
        self.assertEqual(len(self.cases()), 1)

    def test_over_tls_with_the_right_authority_only(self):
        def openssl(*arguments):
            subprocess.run(["openssl", *arguments], cwd=self.folder.name, check=True, capture_output=True)
        for name in ("ca", "other"):
            openssl("req", "-x509", "-newkey", "rsa:2048", "-nodes", "-keyout", name + ".key", "-out", name + ".pem", "-days", "2", "-subj", "/CN=" + name)
        openssl("req", "-newkey", "rsa:2048", "-nodes", "-keyout", "broker.key", "-out", "broker.csr", "-subj", "/CN=localhost")
        openssl("x509", "-req", "-in", "broker.csr", "-CA", "ca.pem", "-CAkey", "ca.key", "-CAcreateserial", "-out", "broker.pem", "-days", "2")
        self.broker = Broker(self.folder.name)
        self.broker.stop()
        with open(self.broker.config, "a") as out:
            out.write("".join(f"{option} {os.path.join(self.folder.name, name)}\n" for option, name in
                              (("cafile", "ca.pem"), ("certfile", "broker.pem"), ("keyfile", "broker.key"))))
        self.broker.start()
        key = os.path.join(self.folder.name, "mqtt.key")
        with open(key, "w") as out:
            out.write("a key of the test\n")
        os.chmod(key, 0o600)
        for authority, stands in (("other.pem", False), ("ca.pem", True)):
            with open(os.path.join(self.folder.name, "mqtt.yaml"), "w") as out:
                out.write(f"host: localhost\nport: {self.broker.port}\ntopic: yiwang/sensors/+\nuser: yiwang\npassword_file: mqtt.key\ntls: {authority}\n")
            if stands:
                self.server.stop()
                self.server.start()
                self.operator = self.server.client(self.operator.token)
            else:
                self.begin()
            end = time.time() + (20 if stands else 3)
            while time.time() < end and not self.operator.get("/api/v1/sensors").json["mqtt"]:
                time.sleep(0.2)
            self.assertEqual(self.operator.get("/api/v1/sensors").json["mqtt"], stands, authority)

    def test_a_key_file_that_others_can_read_is_refused(self):
        self.begin()
        self.server.stop()
        with open(os.path.join(self.folder.name, "mqtt.key"), "w") as out:
            out.write("x")
        os.chmod(os.path.join(self.folder.name, "mqtt.key"), 0o644)
        with open(os.path.join(self.folder.name, "mqtt.yaml"), "w") as out:
            out.write("host: 127.0.0.1\ntopic: a/+\nuser: yiwang\npassword_file: mqtt.key\n")
        with self.assertRaisesRegex(RuntimeError, "chmod 600"):
            self.server.start()


if __name__ == "__main__":
    unittest.main()
