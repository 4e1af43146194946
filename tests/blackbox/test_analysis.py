"""What counts say, on the real server: a burst that was planted is found where and when it was, `yiwang scan` finds the same in the
exported files, a quiet past raises no alarm, private matters are in none of it."""
import csv
import datetime
import json
import os
import random
import subprocess
import tempfile
import unittest
import urllib.parse

import fixture

MAP = os.path.join(fixture.JINTAN, "import", "sample.yaml")
CATEGORY, PRIVATE = "m06010", "d04"
DAYS = 200


def communities():
    with open(os.path.join(fixture.JINTAN, "areas.csv"), encoding="utf-8") as f:
        return [row["code"] for row in csv.DictReader(f) if row["level"] == "community"]


class Analysis(unittest.TestCase):
    @classmethod
    def setUpClass(cls):
        cls.folder = tempfile.TemporaryDirectory()
        cls.data = os.path.join(cls.folder.name, "data")
        with open(os.path.join(fixture.JINTAN, "areas.geojson"), encoding="utf-8") as f:
            shapes = {s["properties"]["code"]: s["geometry"] for s in json.load(f)["features"]}
        cls.places = {c: cls.inside(shapes[c]) for c in communities() if c in shapes}
        cls.today = datetime.datetime.now(datetime.timezone(datetime.timedelta(hours=8))).replace(hour=0, minute=0, second=0, microsecond=0)
        cls.burst = sorted(cls.places)[30]
        cls.write_past()
        cls.server = fixture.Server(data=cls.data)
        cls.addClassCleanup(cls.server.close)
        cls.leader = cls.server.staff("leader", "leader", unit="centre")

    @classmethod
    def tearDownClass(cls):
        cls.folder.cleanup()

    @staticmethod
    def inside(geometry):
        """The middle of the longest level line through the middle: it is inside, whatever the shape."""
        ring = (geometry["coordinates"] if geometry["type"] == "Polygon" else geometry["coordinates"][0])[0]
        y = (min(p[1] for p in ring) + max(p[1] for p in ring)) / 2 + 1e-6
        xs = sorted(a[0] + (y - a[1]) / (b[1] - a[1]) * (b[0] - a[0]) for a, b in zip(ring, ring[1:]) if (a[1] > y) != (b[1] > y))
        left, right = max(zip(xs[::2], xs[1::2]), key=lambda s: s[1] - s[0])
        return (left + right) / 2, y

    @classmethod
    def write_past(cls):
        """Two cases a day somewhere, and fourteen in one community in the last four days before today."""
        draw = random.Random(7)
        rows = [(back, draw.choice(sorted(cls.places)), CATEGORY) for back in range(DAYS, 0, -1) for _ in range(2)]
        rows += [(1 + k % 4, cls.burst, CATEGORY) for k in range(14)]
        rows += [(1 + k % 4, sorted(cls.places)[5], PRIVATE) for k in range(14)]
        path = os.path.join(cls.folder.name, "past.csv")
        with open(path, "w", encoding="utf-8", newline="") as f:
            out = csv.writer(f)
            out.writerow(["number", "happened", "closed", "category", "lon", "lat", "text", "channel"])
            for i, (back, community, category) in enumerate(rows):
                at = cls.today - datetime.timedelta(days=back) + datetime.timedelta(hours=9, seconds=i)
                lon, lat = cls.places[community]
                out.writerow([f"P{i}", f"{at:%Y-%m-%d %H:%M:%S}", f"{at + datetime.timedelta(hours=3):%Y-%m-%d %H:%M:%S}", category, f"{lon:.6f}", f"{lat:.6f}", "样例", "phone"])
        r = subprocess.run([fixture.PROGRAM, "import", "--city", fixture.JINTAN, "--data", cls.data, "--map", MAP, path], capture_output=True, text=True)
        assert r.returncode == 0, r

    def read(self, path, who=None):
        reply = (who or self.leader).get("/api/v1/analysis/" + path)
        self.assertEqual(reply.status, 200, reply)
        return reply.json

    def scan(self, more=""):
        return self.read("scan?level=community&days=90&window=14&radius=3" + more)

    def test_the_burst_is_found_where_and_when_it_was(self):
        seen = self.scan()
        first = seen["items"][0]
        self.assertIn(self.burst, [a["code"] for a in first["areas"]], first)
        self.assertLessEqual(first["p"], 0.002)
        self.assertGreaterEqual(first["recurrence_days"], 500)
        begins = (self.today - datetime.timedelta(days=4)).strftime("%Y-%m-%d")
        self.assertEqual(first["from"], begins)
        behind = self.leader.get("/api/v1/cases?limit=200&q=" + urllib.parse.quote(first["q"])).json["items"]
        self.assertEqual(len(behind), first["cases"], "the cases behind a figure are as many as it says")
        for other in seen["items"][1:]:
            self.assertGreater(other["p"], 0.01, other)

    def test_anybody_can_scan_again(self):
        with tempfile.TemporaryDirectory() as folder:
            for which, end in (("settings", "prm"), ("cases", "cas"), ("places", "geo")):
                reply = self.leader.get("/api/v1/analysis/scan?level=community&days=90&window=14&radius=3&file=" + which)
                self.assertEqual(reply.status, 200, reply)
                with open(os.path.join(folder, "scan." + end), "wb") as f:
                    f.write(reply.body)
            r = subprocess.run([fixture.PROGRAM, "scan", "--json", os.path.join(folder, "scan.prm")], capture_output=True, text=True)
            self.assertEqual(r.returncode, 0, r)
        theirs, ours = json.loads(r.stdout)["clusters"], self.scan()["items"]
        self.assertEqual(len(ours), len(theirs))
        for a, b in zip(ours, theirs):
            self.assertEqual([p["code"] for p in a["areas"]], b["places"])
            self.assertEqual((a["from"], a["to"], a["cases"], round(a["statistic"], 6)), (b["first_day"], b["last_day"], b["cases"], round(b["statistic"], 6)))
            self.assertAlmostEqual(a["p"], b["p"], 4)

    def test_private_matters_are_in_none_of_it(self):
        for path in (f"scan?q=category:{PRIVATE}", f"unusual?q=category:{PRIVATE}", f"unusual?by=area:community&q=category:{PRIVATE}"):
            self.assertEqual(self.read(path)["items"], [], path)
        self.assertEqual(sum(self.read(f"outlook?q=category:{PRIVATE}")["counts"]), 0)

    def test_unusual_days_and_the_coming_week(self):
        found = self.read("unusual?by=area:community")
        self.assertEqual([u["key"] for u in found["items"]][:1], [self.burst], found)
        self.assertEqual(sum(found["items"][0]["counts"][-4:]), 14 + 0, found["items"][0]["counts"])
        self.assertLessEqual(len(found["items"]), 3)
        behind = self.leader.get("/api/v1/cases?limit=200&q=" + urllib.parse.quote(found["items"][0]["q"])).json["items"]
        self.assertEqual(len(behind), found["items"][0]["count"])
        week = self.read("outlook")
        self.assertEqual((len(week["counts"]), len(week["mean"]), week["history_days"]), (90, 7, DAYS))
        for low, mean, high in zip(week["low"], week["mean"], week["high"]):
            self.assertTrue(0 <= low <= mean <= high < 40, week)

    def test_what_is_refused(self):
        for path, field in (("scan?days=3", "days"), ("scan?window=80", "window"), ("scan?radius=x", "radius"), ("scan?replications=100000", "replications"),
                            ("unusual?by=unit", "by"), ("unusual?per_1000=0", "per_1000"), ("scan?to=x", "to")):
            reply = self.leader.get("/api/v1/analysis/" + path)
            self.assertEqual((reply.status, reply.json.get("field")), (422, field), path)
        self.assertEqual(self.server.client().get("/api/v1/analysis/scan").status, 401)
        worker = self.server.staff("grid", "grid_worker", area="320413001")
        for path in ("scan", "outlook", "unusual"):
            self.assertEqual(worker.get("/api/v1/analysis/" + path).status, 403, path)


class Empty(unittest.TestCase):
    def test_a_new_city_has_no_findings(self):
        server = fixture.Server()
        try:
            leader = server.staff("leader", "leader", unit="centre")
            for n in range(2):
                self.assertEqual(leader.get("/api/v1/analysis/scan").json["items"], [])
                self.assertEqual(leader.get("/api/v1/analysis/unusual").json["items"], [])
                self.assertNotIn("mean", leader.get("/api/v1/analysis/outlook").json)
                server.client().file(category=CATEGORY, lon=119.5701, lat=31.7206)
        finally:
            server.close()


if __name__ == "__main__":
    unittest.main()
