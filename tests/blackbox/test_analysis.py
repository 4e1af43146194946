"""What counts say, on the real server: a burst that was planted is found where and when it was, `yiwang scan` finds the same in the
exported files, a quiet past raises no alarm, private matters are in none of it."""
import datetime
import json
import os
import subprocess
import tempfile
import unittest
import urllib.parse

import fixture
import past
from past import CATEGORY, DAYS, PRIVATE

class Analysis(unittest.TestCase):
    @classmethod
    def setUpClass(cls):
        cls.folder = tempfile.TemporaryDirectory()
        data = os.path.join(cls.folder.name, "data")
        cls.today, cls.burst = past.today(), past.bring_in(data)
        cls.server = fixture.Server(data=data)
        cls.addClassCleanup(cls.folder.cleanup)
        cls.addClassCleanup(cls.server.close)
        cls.leader = cls.server.staff("leader", "leader", unit="centre")

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
