"""Registers: components and places come in by import, are found by id and near a point, and whoever owns one gets its reports."""
import json
import os
import subprocess
import tempfile
import unittest
import urllib.parse

import fixture

IMPORT = os.path.join(fixture.JINTAN, "import")
HEADER = "id,class,name,lon,lat,owner,state,accuracy\n"
COVER, LAMP = "32041301001000001", "32041301037000007"
ROWS = f"""{COVER},b01001,供水井盖1号（样例）,119.570000,31.720000,drainage,完好,A
{LAMP},b01037,路灯7号（样例）,119.571000,31.721000,,破损,B
32041201001000002,b01001,别区的井盖,119.570000,31.720000,water,完好,A
"""


def run_import(data, name, mapping, text):
    with tempfile.TemporaryDirectory() as folder:
        path, rejected = os.path.join(folder, name), os.path.join(folder, "rejected.csv")
        with open(path, "w", encoding="utf-8") as f:
            f.write(text)
        r = subprocess.run([fixture.PROGRAM, "import", "--city", fixture.JINTAN, "--data", data, "--map", os.path.join(IMPORT, mapping),
                            "--rejected", rejected, "--json", path], capture_output=True, text=True)
        with open(rejected, encoding="utf-8") as f:
            return r, f.read()


class Registers(unittest.TestCase):
    @classmethod
    def setUpClass(cls):
        cls.folder = tempfile.TemporaryDirectory()
        cls.first, cls.rejected = run_import(cls.folder.name, "components.csv", "components.yaml", HEADER + ROWS)
        cls.again, _ = run_import(cls.folder.name, "components.csv", "components.yaml", HEADER + ROWS)
        place = {"type": "Feature", "geometry": {"type": "Polygon", "coordinates": [[[119.572, 31.722], [119.573, 31.722], [119.573, 31.723], [119.572, 31.722]]]},
                 "properties": {"code": "320413P010001", "class": "l01", "name": "学校（样例）"}}
        cls.geo, _ = run_import(cls.folder.name, "places.geojson", "places.yaml", json.dumps({"type": "FeatureCollection", "features": [place]}))
        cls.server = fixture.Server(data=cls.folder.name)
        cls.operator = cls.server.staff("operator", "operator", unit="centre")
        cls.handler = cls.server.staff("handler", "handler", unit="owner_drainage")

    @classmethod
    def tearDownClass(cls):
        cls.server.close()
        cls.folder.cleanup()

    def rows(self, q, who=None):
        who = who or self.operator
        reply = who.get("/api/v1/cases?q=" + urllib.parse.quote(q), {"Yiwang-Min-Seq": str(who.seq)})
        self.assertEqual(reply.status, 200, reply)
        return reply.json["items"]

    def test_import_checks_ids_and_repeats_add_nothing(self):
        said = json.loads(self.first.stdout.strip().split("\n")[-1])
        self.assertEqual((said["rows"], said["filed"], said["rejected"]), (3, 2, 1), self.first)
        self.assertIn("32041201001000002", self.rejected)
        said = json.loads(self.again.stdout.strip().split("\n")[-1])
        self.assertEqual((said["filed"], said["repeated"]), (0, 2), said)
        said = json.loads(self.geo.stdout.strip().split("\n")[-1])
        self.assertEqual((said["filed"], said["placeless"]), (1, 0), self.geo)

    def test_found_by_id_near_a_point_and_by_state(self):
        self.assertEqual([r["thing"] for r in self.rows(f"thing:{COVER}")], [COVER])
        self.assertEqual({r["thing"] for r in self.rows("procedure:component near:119.57,31.72~200m")}, {COVER, LAMP})
        self.assertEqual([r["thing"] for r in self.rows("procedure:component state:broken")], [LAMP])
        self.assertEqual([r["thing"] for r in self.rows("thing:320413P*")], ["320413P010001"])

    def test_registers_are_no_work_to_be_done(self):
        self.assertEqual(self.rows("status:open channel:import"), [])
        self.assertEqual(len(self.rows("status:open channel:import flag:register")), 3)
        stats = self.operator.get("/api/v1/stats?q=channel:import&by=procedure").json
        self.assertEqual(stats["rows"], [], stats)

    def test_the_owner_gets_what_is_reported_about_it(self):
        reply = self.operator.post("/api/v1/reports", {"text": "井盖响", "category": "m01001", "thing": COVER})
        self.assertEqual(reply.status, 201, reply)
        self.assertEqual(reply.json["unit"]["code"], "owner_drainage", reply)
        number = reply.json["number"]
        case = self.operator.case(number).json
        self.assertEqual((case["thing"]["code"], case["thing"]["name"], case["thing"]["state"]), (COVER, "供水井盖1号（样例）", "intact"))
        self.assertAlmostEqual(case["lon"], 119.57, places=5)
        events = self.rows(f"thing:{COVER} -flag:register")
        self.assertEqual([r["number"] for r in events], [number])
        # a resident may name the number on the thing as well
        reply = self.server.client().post("/api/v1/reports", {"text": "井盖翻了", "category": "m01001", "thing": COVER})
        self.assertEqual(reply.json["unit"]["code"], "owner_drainage", reply)

    def test_hazards_of_one_class_at_one_thing_are_proposed_as_the_same(self):
        first, second, other = [self.operator.post("/api/v1/reports", {"text": "灯杆漏电", "category": k, "thing": LAMP}).json["number"] for k in ("h01", "h01", "h02")]
        reply = self.operator.get(f"/api/v1/cases/{second}", {"Yiwang-Min-Seq": str(self.operator.seq)})
        known = [s["number"] for s in reply.json["similar"]]
        self.assertIn(first, known)
        self.assertNotIn(second, known)
        self.assertNotIn(other, known)

    def test_what_is_not_registered_or_registered_twice_is_refused(self):
        reply = self.operator.post("/api/v1/reports", {"text": "x", "category": "m01001", "thing": "32041301001999999"})
        self.assertEqual((reply.status, reply.json["code"], reply.json["field"]), (422, "unknown_thing", "thing"), reply)
        twice = {"text": "又一个", "category": "b01001", "thing": COVER, **fixture.PLACE}
        reply = self.operator.post("/api/v1/reports", twice)
        self.assertEqual((reply.status, reply.json["code"]), (409, "thing_exists"), reply)
        reply = self.operator.post("/api/v1/reports", {**twice, "thing": "32041301002000009"})
        self.assertEqual((reply.status, reply.json["code"]), (422, "bad_thing"), reply)
        reply = self.server.client().post("/api/v1/reports", {**twice, "thing": "32041301001000077"})
        self.assertEqual(reply.status, 403, reply)

    def test_the_owner_changes_and_reports_follow(self):
        new = {"text": "井盖88号", "category": "b01001", "thing": "32041301001000088", "owner": "water", **fixture.PLACE}
        reply = self.operator.post("/api/v1/reports", new)
        self.assertEqual((reply.status, reply.json["unit"]["code"]), (201, "owner_water"), reply)
        number = reply.json["number"]
        reply = self.operator.act(number, "transfer", {"owner": "drainage", "unit": "owner_drainage", "note": "移交协议"})
        self.assertEqual(reply.status, 200, reply)
        self.operator.get("/api/v1/cases?q=x", headers={"Yiwang-Min-Seq": str(self.operator.seq)})
        reply = self.operator.post("/api/v1/reports", {"text": "井盖响", "category": "m01001", "thing": "32041301001000088"})
        self.assertEqual(reply.json["unit"]["code"], "owner_drainage", reply)


if __name__ == "__main__":
    unittest.main()
