"""What faces read: the city, areas, procedures, lists with actions, the directory; refusals in the reader's language."""
import gzip
import json
import os
import subprocess
import tempfile
import unittest
import urllib.parse

import fixture


def han(text):
    return any("\u4e00" <= c <= "\u9fff" for c in text)


class Kept(unittest.TestCase):
    """Replies that are the same for everybody: ETag, 304, gzip."""

    @classmethod
    def setUpClass(cls):
        cls.server = fixture.Server()
        cls.client = cls.server.client()

    @classmethod
    def tearDownClass(cls):
        cls.server.close()

    def test_city(self):
        city = self.client.get("/api/v1/city?lang=en").json
        self.assertEqual(city["languages"], ["zh", "en"])
        self.assertEqual((city["phone"], city["emergency"]), ("12345", "110"))
        self.assertTrue(city["sample_banner"])
        self.assertTrue(city["build"])
        levels = [level["name"] for level in city["layers"][0]["levels"]]
        self.assertEqual(levels, ["district", "town", "community", "grid"])
        west, south, east, north = city["bbox"]
        self.assertTrue(west < city["centre"][0] < east and south < city["centre"][1] < north)
        self.assertEqual(city["map"], {"pmtiles": False, "pmtiles_version": None, "wmts": []})
        kinds = {c["kind"] for c in city["categories"]}
        self.assertTrue({"component", "matter"} <= kinds, kinds)
        cover = next(c for c in city["categories"] if c["code"] == "c01001")["conditions"][0]
        self.assertEqual((cover["photo"], cover["limit"]), (True, {"amount": 120, "unit": "wall_minutes"}))
        units = {u["code"]: u for u in city["units"]}
        self.assertTrue(any(u["top"] for u in units.values()))
        self.assertTrue(any(u["area"] == "320413001" for u in units.values()))
        self.assertTrue(all(u["parent"] is None or u["parent"] in units for u in units.values()))
        chinese = self.client.get("/api/v1/city?lang=zh").json
        self.assertTrue(all(han(level["label"]) for level in chinese["layers"][0]["levels"]))
        self.assertEqual(chinese["build"], city["build"])

    def test_copies(self):
        for path in ("/api/v1/city", "/api/v1/areas?level=grid", "/api/v1/procedures"):
            with self.subTest(path=path):
                plain = self.client.get(path, {"Accept-Language": "zh"})
                packed = self.client.get(path, {"Accept-Language": "zh", "Accept-Encoding": "br, gzip;q=0.8"})
                self.assertIsNone(plain.headers["Content-Encoding"])
                self.assertEqual(packed.headers["Content-Encoding"], "gzip")
                self.assertLess(len(packed.body), len(plain.body) / 3)
                self.assertEqual(gzip.decompress(packed.body), plain.body)
                self.assertEqual(plain.headers["Cache-Control"], "no-cache")
                self.assertIn("Accept-Language", plain.headers["Vary"])
                again = self.client.get(path, {"Accept-Language": "zh", "If-None-Match": plain.headers["ETag"]})
                self.assertEqual((again.status, again.body), (304, b""))
                self.assertEqual(again.headers["ETag"], plain.headers["ETag"])
                english = self.client.get(path, {"Accept-Language": "en", "If-None-Match": plain.headers["ETag"]})
                self.assertEqual(english.status, 200)
                refused = self.client.get(path, {"Accept-Encoding": "gzip;q=0"})
                self.assertIsNone(refused.headers["Content-Encoding"])
                head = self.client.call("HEAD", path)
                self.assertEqual((head.status, head.body), (200, b""))

    def test_areas(self):
        def codes(query):
            return [f["id"] for f in self.client.get("/api/v1/areas?" + query).json["features"]]
        towns = codes("level=town")
        self.assertEqual(len(towns), 10)
        below = codes("level=grid&parent=320413001")
        self.assertTrue(below and all(code.startswith("320413001") for code in below))
        self.assertLess(len(below), len(codes("level=grid")))
        self.assertEqual(codes("parent=320413"), towns)
        self.assertEqual(codes("level=nonsense"), [])
        reply = self.client.get("/api/v1/areas?parent=999")
        self.assertEqual((reply.status, reply.json["code"], reply.json["field"]), (422, "unknown_area", "parent"))
        feature = self.client.get("/api/v1/areas?level=town").json["features"][0]["properties"]
        self.assertEqual(feature["parent"], "320413")
        lon, lat = feature["label"]
        located = self.client.get(f"/api/v1/areas/locate?lon={lon}&lat={lat}").json["areas"]
        self.assertIn(feature["code"], [a["code"] for a in located])

    def test_procedures(self):
        items = {p["code"]: p for p in self.client.get("/api/v1/procedures?lang=zh").json["items"]}
        report = items["report"]
        states = {s["code"]: s for s in report["states"]}
        self.assertEqual(report["states"][0]["code"], "filed")
        self.assertEqual(states["filed"]["clock"]["limit"], {"amount": 30, "unit": "wall_minutes"})
        self.assertEqual(states["closed"]["end"], "closed")
        self.assertTrue(states["waiting"]["pauses"])
        for action in report["actions"]:
            self.assertTrue(all(code == "*" or code in states for code in action["from"]), action)
            self.assertTrue(action["to"] in (None, "back") or action["to"] in states, action)
            self.assertTrue(han(action["label"]) and action["by"], action)
        self.assertTrue(report["joins"] and all(j["from"] in states and j["to"] in states for j in report["joins"]))


class Work(unittest.TestCase):
    @classmethod
    def setUpClass(cls):
        cls.server = fixture.Server()
        cls.operator = cls.server.staff("operator", "operator", "centre")
        cls.handler = cls.server.staff("handler", "handler", "cityops")
        cls.server.staff("walker", "grid_worker", area="320413001001001")
        cls.number = cls.server.client().file().json["number"]

    @classmethod
    def tearDownClass(cls):
        cls.server.close()

    def test_list_with_actions(self):
        case = self.operator.case(self.number).json
        self.operator.act(self.number, "note", {"note": "看过"})
        wait = {"Yiwang-Min-Seq": str(self.operator.seq)}
        rows = self.operator.get("/api/v1/cases?with=actions&q=status:open", wait).json["items"]
        row = next(r for r in rows if r["number"] == self.number)
        self.assertEqual([a["action"] for a in row["actions"]], [a["action"] for a in case["actions"]])
        self.assertEqual(row["condition"], case["condition"])
        self.assertIn("tasks", row)
        plain = self.operator.get("/api/v1/cases?q=status:open", wait).json["items"][0]
        self.assertNotIn("actions", plain)
        self.assertIsInstance(plain["condition"], str)
        reply = self.operator.get("/api/v1/cases?with=actions&limit=101")
        self.assertEqual((reply.status, reply.json["code"]), (422, "bad_value"))

    def test_what_a_count_by_unit_counts(self):
        number = self.server.client().file("河边护栏坏了一段").json["number"]
        lead = self.operator.case(number).json["unit"]["code"]
        done = self.operator.act(number, "accept_dispatch", {"assist": ["fire_rescue"]})
        self.assertEqual(done.status, 200, done)
        wait = {"Yiwang-Min-Seq": str(self.operator.seq)}

        def listed(q):
            return {r["number"] for r in self.operator.get("/api/v1/cases?q=" + q, wait).json["items"]}
        counts = self.operator.get("/api/v1/stats?by=unit", wait).json["rows"]
        for code, n in counts:
            self.assertEqual(len(listed(f"lead:{code or 'none'}")), n, code)
        self.assertIn(number, listed("unit:fire_rescue"))
        self.assertNotIn(number, listed("lead:fire_rescue"))
        self.assertIn(number, listed("lead:" + lead))
        self.assertEqual(listed("lead:fire_rescue," + lead), listed("lead:" + lead))
        reply = self.operator.get("/api/v1/cases?q=lead:nobody")
        self.assertEqual((reply.status, reply.json["code"]), (422, "unknown_code"))

    def test_units_and_their_people(self):
        directory = self.operator.get("/api/v1/directory/units?lang=zh").json
        units = {u["code"]: u for u in directory["items"]}
        people = {p["login"]: p for p in units["centre"]["people"]}
        self.assertEqual(people["operator"]["role"], {"code": "operator", "name": "受理员"})
        self.assertIn("handler", [p["login"] for p in units["cityops"]["people"]])
        self.assertIn("walker", [p["login"] for p in directory["people"]])
        self.assertEqual(self.server.client().get("/api/v1/directory/units").status, 401)

    def test_responsibilities(self):
        def ask(query):
            return self.operator.get("/api/v1/directory/responsibilities?lang=zh&" + query).json
        first = ask("limit=3")
        self.assertEqual(len(first["items"]), 3)
        second = ask("limit=3&cursor=" + first["next"])
        self.assertNotEqual(first["items"], second["items"])
        seen, cursor = 0, ""
        while cursor is not None:
            page = ask("limit=500" + (f"&cursor={cursor}" if cursor else ""))
            seen, cursor = seen + len(page["items"]), page["next"]
        with open(fixture.JINTAN + "/responsibilities.csv", encoding="utf-8") as f:
            self.assertEqual(seen, sum(1 for line in f if line.strip()) - 1)
        of = ask("category=c01001&limit=500")["items"]
        self.assertTrue(any(r["unit"]["code"] == "owner_water" and r["line"] > 1 for r in of), of)
        self.assertFalse(any(r["category"]["code"] == "m01068" for r in of))
        here = ask("category=c01001&area=320413001001001&limit=500")["items"]
        office = next(r for r in here if r["category"]["code"] == "*" and r["duty"] == "lead")
        self.assertTrue(office["unit"]["code"], office)
        mine = ask("unit=owner_water&limit=500")["items"]
        self.assertTrue(mine and all(r["unit"]["code"] == "owner_water" for r in mine))
        town = ask(f"unit={office['unit']['code']}&limit=500")["items"]
        self.assertTrue(any(r["category"]["code"] == "*" for r in town), "the office leads by its level")
        for query, code in (("category=zz", "unknown_category"), ("area=zz", "unknown_area"), ("unit=zz", "unknown_unit"), ("cursor=x", "bad_cursor")):
            reply = self.operator.get("/api/v1/directory/responsibilities?" + query)
            self.assertEqual((reply.status, reply.json["code"]), (422, code))


class Language(unittest.TestCase):
    """No refusal shows English to a Chinese reader, nor Chinese to an English one."""

    @classmethod
    def setUpClass(cls):
        cls.server = fixture.Server()
        cls.operator = cls.server.staff("operator", "operator", "centre")
        cls.number = cls.server.client().file().json["number"]

    @classmethod
    def tearDownClass(cls):
        cls.server.close()

    def refusals(self, headers):
        stranger = self.server.client()
        yield stranger.get("/api/v1/cases", headers)
        yield stranger.get("/api/v1/nothing", headers)
        yield stranger.call("DELETE", "/api/v1/reports", headers=headers)
        yield stranger.get("/api/v1/track/nonsense", headers)
        yield stranger.post("/api/v1/reports", {}, headers)
        yield stranger.post("/api/v1/reports", {"text": "x", "lon": 1, "lat": 2}, headers)
        yield stranger.post("/api/v1/reports", {"text": "x", "nonsense": 1}, headers)
        yield stranger.post("/api/v1/reports", {"text": "x" * 5000}, headers)
        yield stranger.post("/api/v1/reports", headers=headers, raw=b"{")
        yield stranger.post("/api/v1/reports", headers=headers, raw=b"x" * 70000)
        yield stranger.post("/api/v1/media", headers=headers, raw=b"GIF89a", kind="image/gif")
        yield stranger.post("/api/v1/session", {"login": "a", "password": "b"}, headers)
        for q in ("status:strange", "area:999", "(((", "x" * 3000):
            yield self.operator.get("/api/v1/cases?q=" + q, headers)
        yield self.operator.get("/api/v1/cases?cursor=zz", headers)
        yield self.operator.case("JT20261124000000")
        yield self.operator.call("POST", f"/api/v1/cases/{self.number}/actions/close", {}, headers)
        yield self.operator.call("POST", f"/api/v1/cases/{self.number}/actions/nonsense", {}, headers)
        yield self.operator.call("POST", f"/api/v1/cases/{self.number}/actions/refuse", {}, headers)
        yield self.operator.call("POST", f"/api/v1/cases/{self.number}/erase", {"reason": "不能删"}, headers)
        yield self.operator.get("/api/v1/stats?by=nothing", headers)

    def test_chinese(self):
        for reply in self.refusals({"Accept-Language": "zh-CN,zh;q=0.9"}):
            with self.subTest(reply=reply):
                problem = reply.json
                self.assertGreaterEqual(reply.status, 400)
                self.assertTrue(han(problem["title"]) and han(problem["detail"]), problem)
                self.assertTrue(han(problem.get("hint", "一")), problem)

    def test_english(self):
        for reply in self.refusals({"Accept-Language": "en"}):
            if reply.json["code"] in ("unknown_case", "outside_jurisdiction"):
                continue # the first asks without a language; the hint of the second names a neighbour
            with self.subTest(reply=reply):
                self.assertFalse(han(json.dumps(reply.json, ensure_ascii=False)), reply)

    def test_conflict_names_the_actions(self):
        number = self.server.client().file().json["number"]
        self.assertEqual(self.operator.act(number, "accept").status, 200)
        headers = {"Accept-Language": "zh", "If-Match": '"1"'}
        reply = self.operator.post(f"/api/v1/cases/{number}/actions/dispatch", {}, headers)
        self.assertEqual((reply.status, reply.json["code"]), (409, "version"))
        self.assertTrue(han(reply.json["more"]), reply)


class Boston(unittest.TestCase):
    def test_city(self):
        server = fixture.Server(city=fixture.BOSTON)
        try:
            city = server.client().get("/api/v1/city").json
            self.assertEqual(city["language"], "en")
            self.assertEqual([l["name"] for l in city["layers"][0]["levels"]], ["city", "neighborhood", "district"])
            self.assertFalse(han(json.dumps(city["layers"], ensure_ascii=False)))
            self.assertEqual(server.client().get("/api/v1/procedures").status, 200)
        finally:
            server.close()


class Parts(unittest.TestCase):
    """A package that draws its smallest areas only: larger ones are what lies below them."""

    def test_areas_without_a_shape_of_their_own(self):
        server = fixture.Server(city=fixture.BOSTON)
        try:
            def areas(level):
                return {f["id"]: f for f in server.client().get("/api/v1/areas?lang=en&level=" + level).json["features"]}
            districts, neighborhoods = areas("district"), areas("neighborhood")
            self.assertEqual(len(neighborhoods), 23)
            rings = {code: len(f["geometry"]["coordinates"]) for code, f in districts.items()}
            downtown = neighborhoods["downtown_financial"]
            below = [code for code, f in districts.items() if f["properties"]["parent"] == "downtown_financial"]
            self.assertGreater(len(below), 1)
            self.assertEqual(len(downtown["geometry"]["coordinates"]), sum(rings[code] for code in below))
            self.assertEqual(len(areas("city")["boston"]["geometry"]["coordinates"]), sum(rings.values()))
            lon, lat = downtown["properties"]["label"]
            located = server.client().get(f"/api/v1/areas/locate?lon={lon}&lat={lat}").json["areas"]
            self.assertIn("downtown_financial", [a["code"] for a in located])
            named = neighborhoods["allston"]  # a word of the file, without ground
            self.assertEqual((named["geometry"], named["properties"]["label"]), (None, None))
        finally:
            server.close()


class Totals(unittest.TestCase):
    """How long a list is: told with the list, by the list's own right to see."""

    @classmethod
    def setUpClass(cls):
        cls.server = fixture.Server()
        cls.operator = cls.server.staff("operator", "operator", "centre")
        cls.walker = cls.server.staff("walker", "grid_worker", area="320413001")
        stranger = cls.server.client()
        elsewhere = next(f for f in stranger.get("/api/v1/areas?level=town").json["features"] if f["id"] != "320413001")
        lon, lat = elsewhere["properties"]["label"]
        for i in range(12):
            assert stranger.file("东门大街路灯不亮", **(fixture.PLACE if i % 3 else {"lon": lon, "lat": lat})).status == 201
        cls.operator.seq = stranger.seq

    @classmethod
    def tearDownClass(cls):
        cls.server.close()

    def ask(self, who, query):
        return who.get("/api/v1/cases?" + query, {"Yiwang-Min-Seq": str(self.operator.seq)}).json

    def test_total_is_what_turning_pages_gives(self):
        for who in (self.operator, self.walker):
            for q in ("", "status:open", "路灯", "status:closed", "near:119.57,31.72~200m"):
                pages, cursor = [], ""
                while cursor is not None:
                    page = self.ask(who, f"with=total&limit=4&q={urllib.parse.quote(q)}" + (f"&cursor={cursor}" if cursor else ""))
                    self.assertFalse(page["total_more"])
                    pages.append(page["total"])
                    cursor = page["next"]
                n = len(self.ask(who, f"limit=100&q={urllib.parse.quote(q)}")["items"])
                self.assertEqual(set(pages), {n}, q)
        self.assertEqual(self.ask(self.operator, "with=total")["total"], 12)
        self.assertLess(self.ask(self.walker, "with=total")["total"], 12)
        self.assertEqual(self.walker.get("/api/v1/stats").json["code"], "not_allowed")

    def test_only_when_asked(self):
        self.assertNotIn("total", self.ask(self.operator, "limit=4"))
        both = self.ask(self.operator, "limit=4&with=actions,total")
        self.assertEqual((both["total"], len(both["items"])), (12, 4))
        self.assertIn("actions", both["items"][0])
        self.assertEqual(self.ask(self.operator, "with=everything")["code"], "bad_value")


class Capped(unittest.TestCase):
    """Who has no right to statistics is told up to a thousand, and that there is more."""

    def test_capped(self):
        with tempfile.TemporaryDirectory() as folder:
            path, data = os.path.join(folder, "many.csv"), os.path.join(folder, "data")
            with open(path, "w", encoding="utf-8") as f:
                f.write("case_enquiry_id,open_dt,closed_dt,type,longitude,latitude,neighborhood,department,source\n")
                f.writelines(f"{i},2019-03-04 08:00:00,,Animal Found,,,Dorchester,ANML,Self Service\n" for i in range(1, 1011))
            done = subprocess.run([fixture.PROGRAM, "import", "--city", fixture.BOSTON, "--data", data, "--map", fixture.BOSTON + "/import/boston311.yaml", path],
                                  capture_output=True, text=True)
            self.assertEqual(done.returncode, 0, done.stderr)
            server = fixture.Server(city=fixture.BOSTON, data=data)
            try:
                leader, walker = server.staff("lead", "leader", "bos311"), server.staff("walk", "grid_worker", area="dorchester")
                server.wait_ready()
                lists = [who.get("/api/v1/cases?with=total&limit=1").json for who in (leader, walker)]
                self.assertEqual([(r["total"], r["total_more"]) for r in lists], [(1010, False), (1000, True)])
            finally:
                server.close()


if __name__ == "__main__":
    unittest.main()
