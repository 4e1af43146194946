"""Grids: what is posted, what was looked at of what was due, and grids that are redrawn while the server runs."""
import csv
import json
import os
import shutil
import tempfile
import unittest

import fixture

GRID = "320413001001001"
SIBLING = "320413001001002"


class Posted(unittest.TestCase):
    @classmethod
    def setUpClass(cls):
        cls.server = fixture.Server(options=["--rehearsal", "2026-11-24 09:00"])
        cls.stranger = cls.server.client()
        cls.operator = cls.server.staff("operator", "operator", "centre")
        cls.worker = cls.server.staff("worker", "grid_worker", area=GRID)

    @classmethod
    def tearDownClass(cls):
        cls.server.close()

    def test_everybody_reads_whom_to_call(self):
        grid = self.stranger.get(f"/api/v1/grids?area={GRID}").json["items"][0]
        self.assertEqual((grid["grid"]["code"], grid["kind"]), (GRID, "comprehensive"))
        self.assertTrue(grid["boundary"] and grid["posted_at"] and grid["supervision_phone"])
        self.assertTrue(all(c["post"] and c["name"] and c["phone"] for c in grid["contacts"]))
        here = self.stranger.get("/api/v1/grids?lon={lon}&lat={lat}".format(**fixture.PLACE)).json["items"]
        self.assertEqual(len(here), 1)
        self.assertEqual(len(self.stranger.get("/api/v1/grids").json["items"]), 590)
        self.assertEqual(self.stranger.get("/api/v1/grids?area=x").json["code"], "unknown_area")
        self.assertEqual(self.stranger.get("/api/v1/grids?lon=0&lat=0").status, 404)

    def test_one_grid_on_one_page(self):
        self.assertEqual(self.stranger.get(f"/api/v1/grids/{GRID}/sheet").status, 401)
        sheet = self.worker.get(f"/api/v1/grids/{GRID}/sheet").json
        self.assertTrue(sheet["staffed"])
        self.assertEqual({d["item"] for d in sheet["duties"]} >= {"G01", "G02"}, True, sheet["duties"])
        self.assertEqual(len(sheet["points"]), 2)
        self.assertTrue(all(p["every_hours"] > 0 and p["route"] for p in sheet["points"]))
        self.assertFalse(self.operator.get(f"/api/v1/grids/{SIBLING}/sheet").json["staffed"])
        self.assertEqual(self.worker.get("/api/v1/grids/nowhere/sheet").status, 404)

    def test_who_takes_a_grid_over_is_posted(self):
        coming = self.server.staff("coming", "grid_worker", area=GRID)
        point = self.worker.get("/api/v1/patrol/points?mine=1").json["items"][0]
        filed = self.worker.post("/api/v1/reports", {"text": "人员调整", "category": "x05", "lon": point["lon"], "lat": point["lat"]})
        self.assertEqual(filed.status, 201, filed)
        number = filed.json["number"]
        self.assertEqual(self.worker.act(number, "hand_over", {"open": "无", "due": "无"}).json["state"], "handed")
        take = {"contact": "网格员乙（样例）", "phone": "0519-00039999", "answer": "complete"}
        self.assertEqual(self.worker.act(number, "take_over", take).status, 403, "nobody confirms both sides")
        self.assertEqual(coming.act(number, "take_over", take).json["state"], "taken")
        for _ in range(100):
            contacts = self.stranger.get(f"/api/v1/grids?area={GRID}").json["items"][0]["contacts"]
            if contacts[0]["name"] == take["contact"]:
                break
            fixture.time.sleep(0.05)
        self.assertEqual((contacts[0]["name"], contacts[0]["phone"]), (take["contact"], take["phone"]))

    def test_coverage_is_of_places(self):
        points = self.worker.get("/api/v1/patrol/points?mine=1").json["items"]
        before = self.worker.get("/api/v1/patrol/coverage?from=2026-11-24&to=2026-11-24").json
        self.assertEqual([g["grid"]["code"] for g in before["items"]], [GRID])
        daily = next(p for p in points if p["every_hours"] == 24)
        filed = self.worker.post("/api/v1/reports", {"text": "巡查", "category": "x01", "channel": "field", "attributes": {"point": daily["code"]}})
        self.assertEqual(self.worker.act(filed.json["number"], "confirm", {"answer": "in_order"}).status, 200)
        self.server.run("clock", "--to", "2026-11-26 00:10")
        ask = {"Yiwang-Min-Seq": str(self.worker.seq)}
        after = self.worker.get("/api/v1/patrol/coverage?from=2026-11-24&to=2026-11-25", ask).json
        days = {p["code"]: 48 // p["every_hours"] for p in points}
        self.assertEqual(after["total"]["done"], 1, after)
        self.assertEqual(after["total"]["due"], sum(days.values()), (after, days))
        self.assertEqual(sum(c["due"] for c in after["cells"]), after["total"]["due"])
        self.assertAlmostEqual(after["total"]["share"], 1 / sum(days.values()), places=3)
        self.assertEqual(self.worker.get("/api/v1/patrol/coverage?area=" + SIBLING).status, 403)
        self.assertEqual(self.operator.get("/api/v1/patrol/coverage?area=" + SIBLING).status, 200)
        self.assertEqual(self.operator.get("/api/v1/patrol/coverage?from=2026-01-01&to=2026-12-01").json["field"], "to")
        self.assertEqual(self.operator.get("/api/v1/patrol/coverage?from=x").json["field"], "from")
        everywhere = self.operator.get("/api/v1/patrol/coverage").body.decode()
        for word in ("login", "worker", "staff", "actor"):
            self.assertNotIn(word, everywhere)


class DataAsked(unittest.TestCase):
    def test_what_is_asked_counts_for_the_unit_that_asks(self):
        server = fixture.Server()
        try:
            unit = server.staff("unit", "handler", "cityops")
            worker = server.staff("worker", "grid_worker", area=GRID)
            supervisor = server.staff("supervisor", "supervisor", "centre")
            until = (fixture.time.strftime("%Y-%m-%dT%H:%M:%S+00:00", fixture.time.gmtime(fixture.time.time() + 86400)))
            number = unit.post("/api/v1/reports", {"text": "公厕开放情况", "category": "x02"}).json["number"]
            ask = {"item": "G06", "fields": "名称\n是否开放\n", "purpose": "公示", "grids": [GRID, SIBLING], "until": until}
            too_much = unit.act(number, "ask", {**ask, "fields": "\n".join(f"字段{i}" for i in range(101)), "grids": [GRID, SIBLING]})
            self.assertEqual((too_much.status, too_much.json["code"]), (409, "meter_full"), too_much)
            asked = unit.act(number, "ask", ask)
            self.assertEqual(asked.json["state"], "asked", asked)
            wait = {"Yiwang-Min-Seq": str(unit.seq)}
            sheets = worker.get("/api/v1/cases?q=procedure:data_sheet", wait).json["items"]
            self.assertEqual(len(sheets), 1, "the form of the own grid")
            filled = worker.act(sheets[0]["number"], "fill", {"values": "东门公厕\n开放\n\n"})
            self.assertEqual(filled.json["state"], "filled", filled)
            wait = {"Yiwang-Min-Seq": str(worker.seq)}
            rows = {(r["meter"], r["unit"]["code"]): r["n"] for r in supervisor.get("/api/v1/meters", wait).json["items"]}
            self.assertEqual(rows, {("asked", "cityops"): 4, ("typed", "cityops"): 2})
            self.assertEqual(len(unit.get("/api/v1/meters").json["items"]), 2)
            self.assertEqual(worker.get("/api/v1/meters").status, 403)
            self.assertNotIn("worker", supervisor.get("/api/v1/meters").body.decode())
        finally:
            server.close()


def rows_of(folder, name):
    with open(os.path.join(folder, name), encoding="utf-8", newline="") as f:
        reader = csv.DictReader(f)
        return list(reader), list(reader.fieldnames)


def write_rows(folder, name, rows, header):
    with open(os.path.join(folder, name), "w", encoding="utf-8", newline="") as f:
        writer = csv.DictWriter(f, header, lineterminator="\n", restval="")
        writer.writeheader()
        writer.writerows(rows)


def redraw(folder, last_day, first_day, successors):
    """GRID and its sibling end; n1 and n2 follow with their shapes."""
    rows, header = rows_of(folder, "areas.csv")
    old = {r["code"]: r for r in rows if r["code"] in (GRID, SIBLING)}
    for code, follows in ((GRID, successors), (SIBLING, "n2")):
        old[code].update(valid_to=last_day, successors=follows)
    for code, from_code in (("n1", GRID), ("n2", SIBLING)):
        rows.append({**old[from_code], "code": code, "name_zh": code, "name_en": code, "valid_from": first_day, "valid_to": "", "successors": ""})
    write_rows(folder, "areas.csv", rows, header if "successors" in header else [*header, "successors"])
    with open(os.path.join(folder, "areas.geojson"), encoding="utf-8") as f:
        shapes = json.load(f)
    of = {x["properties"]["code"]: x for x in shapes["features"]}
    for code, from_code in (("n1", GRID), ("n2", SIBLING)):
        shapes["features"].append({"type": "Feature", "properties": {"code": code}, "geometry": of[from_code]["geometry"]})
    with open(os.path.join(folder, "areas.geojson"), "w", encoding="utf-8") as f:
        json.dump(shapes, f)
    for name in ("grids.csv", "grid_posts.csv"):
        rows, header = rows_of(folder, name)
        rows += [{**r, "grid": new} for new, from_code in (("n1", GRID), ("n2", SIBLING)) for r in list(rows) if r["grid"] == from_code]
        write_rows(folder, name, rows, header)


class Redrawn(unittest.TestCase):
    def setUp(self):
        self.folder = tempfile.mkdtemp(prefix="yiwang-redraw-")
        self.city = os.path.join(self.folder, "jintan")
        shutil.copytree(fixture.JINTAN, self.city)

    def tearDown(self):
        shutil.rmtree(self.folder, ignore_errors=True)

    def check(self):
        server = fixture.subprocess.run([fixture.PROGRAM, "check", self.city], capture_output=True, text=True)
        return server.returncode, server.stdout

    def test_history_stays_and_open_matters_follow(self):
        server = fixture.Server(city=self.city, options=["--rehearsal", "2026-11-24 09:00"])
        try:
            operator = server.staff("operator", "operator", "centre")
            worker = server.staff("worker", "grid_worker", area=GRID)
            point = next(p for p in worker.get("/api/v1/patrol/points?mine=1").json["items"])
            at = {"lon": point["lon"], "lat": point["lat"]}
            is_open = operator.file("路灯不亮", **at).json["number"]
            ended = operator.file("垃圾成堆", category="m06003", **at).json["number"]
            self.assertEqual(operator.act(is_open, "ask_check").status, 200)
            refused = operator.act(ended, "refuse", {"channel": "police", "reason": "emergency", "note": "请拨打110"})
            self.assertEqual(refused.status, 200, refused)
            self.assertEqual(operator.case(is_open).json["area"]["code"], GRID)
            redraw(self.city, "2026-11-25", "2026-11-26", "n2|n1")
            server.run("reload")
            self.assertEqual(operator.case(is_open).json["area"]["code"], GRID, "not before its day")
            server.run("clock", "--to", "2026-11-26 00:30")
            case = self.until(operator, is_open, "n1")
            line = next(h for h in case["history"] if h["action"] == "redrawn")
            self.assertIn("网格", line["what"])
            self.assertEqual({k: line["facts"]["fields"][k] for k in ("from", "area", "by")}, {"from": GRID, "area": "n1", "by": "place"})
            self.assertEqual(operator.case(ended).json["area"]["code"], GRID, "history keeps the grid of its time")
            rows = dict(operator.get("/api/v1/stats?by=area").json["rows"])
            self.assertEqual((rows.get(GRID), rows.get("n1")), (1, 1), rows)
            self.assertEqual(operator.get("/api/v1/areas/locate?lon={lon}&lat={lat}".format(**at)).json["areas"][0]["code"], "n1")
            self.assertEqual([p["grid"]["code"] for p in operator.get("/api/v1/patrol/points").json["items"] if p["code"] == point["code"]], ["n1"])
            mine = worker.get("/api/v1/session").json
            self.assertEqual(mine["area"]["code"], "n2", "the main successor, until somebody says otherwise")
            self.assertEqual([t["area"]["code"] for t in case["tasks"] if t.get("area")], ["n1"], case["tasks"])
            again = operator.file("窨井盖响", **at)
            self.assertEqual(operator.case(again.json["number"]).json["area"]["code"], "n1")
            self.assertEqual(server.run("verify").returncode, 0)
        finally:
            server.close()

    def until(self, who, number, area):
        for _ in range(100):
            case = who.case(number).json
            if case["area"]["code"] == area:
                return case
            fixture.time.sleep(0.05)
        raise AssertionError(case["area"])

    def test_what_does_not_follow_is_found_before_it_is_law(self):
        redraw(self.city, "2026-11-25", "2026-11-26", "")
        code, said = self.check()
        self.assertEqual(code, 1)
        self.assertIn("ends and nothing follows it", said)

    def test_a_gap_and_an_overlap_in_time(self):
        redraw(self.city, "2999-11-25", "2999-11-28", "n1")
        self.assertIn("does not follow without a gap", self.check()[1])
        shutil.rmtree(self.city)
        shutil.copytree(fixture.JINTAN, self.city)
        redraw(self.city, "2999-11-25", "2999-11-20", "n1")
        said = self.check()[1]
        self.assertIn("As of 2999-11-20", said)
        self.assertIn("overlap", said)


if __name__ == "__main__":
    unittest.main()
