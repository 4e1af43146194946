"""Work on the spot: place and time of acts, photos where the condition asks for one, patrol points."""
import datetime
import unittest

import fixture

GRID = "320413001001001"


def ago(**past):
    return (datetime.datetime.now(datetime.timezone.utc) - datetime.timedelta(**past)).isoformat(timespec="seconds")


class Field(unittest.TestCase):
    @classmethod
    def setUpClass(cls):
        cls.server = fixture.Server()
        cls.stranger = cls.server.client()
        cls.operator = cls.server.staff("operator", "operator", "centre")
        cls.worker = cls.server.staff("worker", "grid_worker", area="320413001")
        cls.admin = cls.server.staff("admin", "admin", "centre")

    @classmethod
    def tearDownClass(cls):
        cls.server.close()

    def test_what_is_found_on_a_patrol(self):
        """Linked both ways; never by strangers, never to what one may not read, never a private matter."""
        point = self.worker.get("/api/v1/patrol/points?mine=1").json["items"][0]
        patrol = self.worker.post("/api/v1/reports", {"text": "巡查", "category": "x01", "attributes": {"point": point["code"]}}).json["number"]
        self.assertEqual(self.worker.act(patrol, "confirm", {"answer": "reported"}).status, 200)
        at = {"lon": point["lon"], "lat": point["lat"], "found_at": patrol}
        numbers = [self.worker.post("/api/v1/reports", {"text": "垃圾成堆", "category": k, **at}).json["number"] for k in ["m06003", "h01"] + ["m06003"] * 7]
        case = self.operator.case(patrol).json
        self.assertEqual([x["number"] for x in case["links"] if x["kind"] == "has_finding"], numbers[:8], "the first ones, so that room stays")
        self.assertEqual([self.operator.case(n).json["links"] for n in numbers], [[{"kind": "found_at", "number": patrol}]] * 9)
        self.assertIn("另行上报", [h["what"] for h in case["history"]][-1])
        stranger = self.stranger.post("/api/v1/reports", {"text": "垃圾成堆", **at})
        self.assertEqual((stranger.status, stranger.json["code"], stranger.json["field"]), (422, "staff_only", "found_at"))
        elsewhere = self.server.staff("elsewhere", "grid_worker", area="320413100")
        self.assertEqual(elsewhere.post("/api/v1/reports", {"text": "垃圾成堆", **at}).json["code"], "unknown_case")
        private = self.operator.post("/api/v1/reports", {"text": "邻里纠纷", "category": "s07", **at})
        if self.operator.case(private.json["number"]).json.get("private"):
            self.assertEqual(self.operator.case(private.json["number"]).json["links"], [])
        conduct = self.operator.post("/api/v1/reports", {"text": "收礼", "about": {"kind": "conduct", "unit": "cityops"}, **at})
        self.assertEqual(conduct.status, 201, conduct)
        self.assertEqual(len([x for x in self.operator.case(patrol).json["links"] if x["kind"] == "has_finding"]), 8)

    def test_place_and_time_of_an_act(self):
        track = self.stranger.file().json
        number = track["number"]
        reply = self.operator.act(number, "note", {"note": "到现场看过", "lon": 119.571234, "lat": 31.7201, "happened": ago(seconds=30)})
        self.assertEqual(reply.status, 200, reply)
        line = reply.json["history"][-1]
        self.assertEqual(line["place"], {"lon": 119.571234, "lat": 31.7201})
        self.assertNotEqual(line["happened"], line["at"])
        self.assertNotIn("119.57", str(line["facts"]))
        seen = self.stranger.get(f"/api/v1/track/{track['track']}")
        self.assertNotIn("119.571234", seen.body.decode())
        for body, code, field in (({"happened": ago(hours=3)}, "before_report", "happened"), ({"happened": ago(hours=-1)}, "bad_time", "happened"),
                                  ({"happened": "yesterday"}, "wrong_type", "happened"), ({"lon": "x"}, "wrong_type", "lon"),
                                  ({"lon": 119.5}, "bad_place", "lon"), ({"lon": 119.5, "lat": 95}, "bad_place", "lon")):
            with self.subTest(body=body):
                reply = self.operator.act(number, "note", {"note": "x", **body})
                self.assertEqual((reply.status, reply.json["code"], reply.json["field"]), (422, code, field))
        reply = self.stranger.post(f"/api/v1/track/{track['track']}/withdraw", {"happened": ago(seconds=5)})
        self.assertEqual((reply.status, reply.json["code"]), (422, "staff_only"))
        self.assertEqual(self.stranger.post(f"/api/v1/track/{track['track']}/withdraw").status, 200)
        erased = self.admin.post(f"/api/v1/cases/{number}/erase", {"reason": "保存期满"})
        self.assertEqual(erased.status, 200, erased)
        self.assertFalse([h for h in self.operator.case(number).json["history"] if "place" in h])

    def test_a_day_without_signal(self):
        """Reported and solved on the spot hours before the telephone found a network."""
        reply = self.worker.file(text="垃圾成堆", channel="field", category="m06003", happened=ago(hours=4))
        self.assertEqual(reply.status, 201, reply)
        number = reply.json["number"]
        offers = {a["action"]: a for a in self.worker.case(number).json["actions"]}
        body = {**self.worker.needed(offers["solve_on_spot"]), "happened": ago(hours=3)}
        self.assertEqual(self.worker.act(number, "solve_on_spot", {**body, "happened": ago(hours=5)}).json["code"], "before_report")
        closed = self.worker.act(number, "solve_on_spot", body)
        self.assertEqual(closed.json["state"], "closed", closed)
        self.assertIn("happened", closed.json["history"][0])

    def test_photo_exactly_where_the_condition_asks(self):
        conditions = {c["code"]: c for k in self.stranger.get("/api/v1/city").json["categories"] for c in k["conditions"]}
        for condition in ("c01001.1", "s06.1"):
            with self.subTest(condition=condition):
                reply = self.worker.file(text="巡查发现", channel="field", category=condition.split(".")[0], condition=condition)
                number = reply.json["number"]
                case = self.worker.case(number).json
                offer = next(a for a in case["actions"] if a["action"] == "solve_on_spot")
                media = next(f for f in offer["fields"] if f["type"] == "media")
                self.assertEqual(media["required"], case["condition"]["photo"])
                self.assertEqual(media["required"], condition == "c01001.1", conditions[condition])
                bare = self.worker.act(number, "solve_on_spot", {"answer": "当场处理"})
                if media["required"]:
                    self.assertEqual((bare.status, bare.json["code"], bare.json["field"]), (422, "missing_field", media["name"]))
                    bare = self.worker.act(number, "solve_on_spot", {"answer": "当场处理", "media": [self.worker.photo()]})
                self.assertEqual(bare.status, 200, bare)
                self.assertEqual(bare.json["state"], "closed")


class Patrol(unittest.TestCase):
    @classmethod
    def setUpClass(cls):
        cls.server = fixture.Server()
        cls.worker = cls.server.staff("worker", "grid_worker", area=GRID)
        cls.operator = cls.server.staff("operator", "operator", "centre")

    @classmethod
    def tearDownClass(cls):
        cls.server.close()

    def points(self, who, query=""):
        reply = who.get("/api/v1/patrol/points" + query, {"Yiwang-Min-Seq": str(self.worker.seq)})
        self.assertEqual(reply.status, 200, reply)
        return reply.json["items"]

    def test_a_round(self):
        mine = self.points(self.worker, "?mine=1")
        self.assertEqual(len(mine), 2)
        self.assertTrue(all(p["grid"]["code"] == GRID and p["last"] is None for p in mine))
        self.assertGreater(len(self.points(self.operator)), len(mine))
        point = mine[0]
        body = {"text": point["name"], "category": "x01", "channel": "field", "attributes": {"point": point["code"]}}
        filed = self.worker.post("/api/v1/reports", body)
        self.assertEqual(filed.status, 201, filed)
        case = self.worker.case(filed.json["number"]).json
        self.assertEqual((case["procedure"], case["point"]["code"], case["area"]["code"]), ("patrol", point["code"], GRID))
        self.assertIsNone({p["code"]: p for p in self.points(self.worker, "?mine=1")}[point["code"]]["last"], "not before it is confirmed")
        done = self.worker.act(filed.json["number"], "confirm", {"answer": "in_order", "lon": point["lon"], "lat": point["lat"]})
        self.assertEqual(done.json["state"], "confirmed", done)
        after = self.points(self.worker, "?mine=1")
        self.assertEqual(after[-1]["code"], point["code"], "what was looked at waits longest")
        self.assertEqual(after[-1]["last"], done.json["ended"])
        self.assertIsNone(after[0]["last"])
        # not a report: neither in lists nor in counts of reports
        self.assertEqual(self.operator.get("/api/v1/cases?q=procedure:report").json["items"], [])
        rows = dict(self.operator.get("/api/v1/stats?by=procedure").json["rows"])
        self.assertEqual(rows.get("patrol"), 1)
        self.assertNotIn("report", rows)

    def test_who_may_not(self):
        point = self.points(self.worker, "?mine=1")[0]["code"]
        body = {"text": "x", "category": "x01", "attributes": {"point": point}}
        for who in (self.server.client(), self.server.staff("other", "grid_worker", area="320413109"), self.server.staff("handler", "handler", "cityops")):
            reply = who.post("/api/v1/reports", body)
            self.assertEqual((reply.status, reply.json["code"]), (403, "not_allowed"), reply)
        reply = self.worker.post("/api/v1/reports", {**body, "attributes": {"point": "nowhere"}})
        self.assertEqual((reply.status, reply.json["code"], reply.json["field"]), (422, "unknown_point", "attributes.point"))
        self.assertEqual(self.server.client().get("/api/v1/patrol/points").status, 401)
        self.assertEqual(self.server.client().get("/api/v1/preview?category=x01").status, 403)
        self.assertNotIn("x01", str(self.server.client().get("/api/v1/preview?text=%E5%B7%A1%E6%9F%A5%E7%82%B9%E7%A1%AE%E8%AE%A4").json["candidates"]))


if __name__ == "__main__":
    unittest.main()
