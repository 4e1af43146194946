"""What would happen to a report, and "me too": asked by strangers, answered without a word of anybody else."""
import unittest
import urllib.parse

import fixture


class Preview(unittest.TestCase):
    @classmethod
    def setUpClass(cls):
        cls.server = fixture.Server()
        cls.stranger = cls.server.client()
        cls.operator = cls.server.staff("operator", "operator", "centre")
        cls.grid = cls.server.staff("grid", "grid_worker", area="320413")
        cls.places = iter(range(1, 1000))

    @classmethod
    def tearDownClass(cls):
        cls.server.close()

    def preview(self, who=None, **query):
        reply = (who or self.stranger).get("/api/v1/preview?" + urllib.parse.urlencode(query), {"Yiwang-Min-Seq": str(self.stranger.seq)})
        self.assertEqual(reply.status, 200, reply)
        return reply.json

    def somewhere(self):
        """A place of its own for each test, so that none meets another's reports."""
        return {"lon": round(119.560 + next(self.places) * 0.0012, 6), "lat": 31.72}

    def filed(self, **fields):
        reply = self.stranger.file(**fields)
        self.assertEqual(reply.status, 201, reply)
        end = self.operator.get("/api/v1/cases?limit=1", {"Yiwang-Min-Seq": str(self.stranger.seq)})
        self.assertEqual(end.status, 200, end)
        return reply.json

    def test_nothing_is_stored_and_the_real_one_goes_the_same_way(self):
        place = self.somewhere()
        wait = {"Yiwang-Min-Seq": str(max(self.stranger.seq, self.operator.seq))}
        before = self.operator.get("/api/v1/stats", wait).json["rows"]
        seen = self.preview(text="东门大街路灯不亮", **place)
        self.assertEqual(self.operator.get("/api/v1/stats").json["rows"], before)
        self.assertEqual(seen["category"]["code"], seen["candidates"][0]["code"])
        self.assertIn("路灯", seen["category"]["words"])
        self.assertEqual([a["level"] for a in seen["areas"]], ["grid", "community", "town", "district"])
        self.assertIn(seen["unit"]["name"], seen["why"]["text"])
        self.assertGreater(seen["why"]["line"], 1)
        self.assertGreater(seen["limit"]["amount"], 0)
        self.assertIsNotNone(seen["due"])
        self.assertIn(seen["condition"]["code"], [c["code"] for c in seen["conditions"]])
        self.assertFalse(seen["outside"])
        real = self.filed(text="东门大街路灯不亮", **place)
        for field in ("area", "unit"):
            self.assertEqual(real[field], seen[field])
        self.assertEqual(real["category"]["code"], seen["category"]["code"])

    def test_languages_and_corrections(self):
        seen = self.preview(text="路灯不亮", lang="en", **self.somewhere())
        self.assertIn("is in charge of", seen["why"]["text"])
        chosen = self.preview(text="路灯不亮", category="m06001", **self.somewhere())
        self.assertEqual((chosen["category"]["code"], chosen["category"]["confidence"]), ("m06001", 1))
        wrong = self.stranger.get("/api/v1/preview?category=zz99")
        self.assertEqual((wrong.status, wrong.json["code"]), (422, "unknown_category"))

    def test_elsewhere(self):
        outside = self.preview(text="路灯不亮", lon=121.47, lat=31.23)
        self.assertTrue(outside["outside"])
        self.assertIsNone(outside["area"])
        self.assertEqual(outside["channel"]["code"], "neighbour")
        fight = self.preview(text="有人打架斗殴", **self.somewhere())
        self.assertEqual(fight["channel"]["phone"], "110")
        nothing = self.preview()
        self.assertEqual((nothing["candidates"], nothing["similar"], nothing["area"]), ([], [], None))

    def test_limits(self):
        long = self.stranger.get("/api/v1/preview?text=" + urllib.parse.quote("长" * 4001))
        self.assertIn(long.status, (413, 414, 422), long)
        bad = self.stranger.get("/api/v1/preview?text=x&lon=abc&lat=1")
        self.assertEqual((bad.status, bad.json["code"]), (422, "bad_place"))

    def test_me_too(self):
        place = self.somewhere()
        first = self.filed(text="路灯不亮，路口很黑", **place)
        seen = self.preview(text="这里路灯不亮", **place)["similar"]
        self.assertEqual(len(seen), 1)
        self.assertNotIn("number", seen[0])
        self.assertNotIn(first["number"], str(seen))
        self.assertNotIn("很黑", str(seen))
        self.assertEqual((seen[0]["supporters"], seen[0]["metres"]), (0, 0))
        self.assertEqual(self.preview(self.operator, text="这里路灯不亮", **place)["similar"][0]["number"], first["number"])
        beside = {"lon": place["lon"], "lat": round(place["lat"] + 0.0001, 6)}
        exact = self.preview(self.operator, text="这里路灯不亮", **beside)["similar"][0]["metres"]
        self.assertTrue(10 <= exact <= 12, exact)
        told = self.preview(text="这里路灯不亮", **beside)["similar"][0]["metres"]
        self.assertEqual(told, 25, "exact distances from three places would tell strangers whose door it is at")
        second = self.filed(text="我家楼下也一样", same_as=seen[0]["same_as"], **place)
        self.assertTrue(second["joined"])
        self.assertNotEqual(second["number"], first["number"])
        self.assertEqual(second["state"], "merged")
        self.assertEqual(second["category"]["code"], first["category"]["code"])
        case = self.operator.case(first["number"]).json
        self.assertEqual(case["supporters"], 1)
        self.assertIn({"kind": "has_duplicate", "number": second["number"]}, case["links"])
        row = self.operator.get(f"/api/v1/cases?q=number:{first['number']}").json["items"][0]
        self.assertEqual(row["supporters"], 1)
        self.assertEqual(self.preview(text="这里路灯不亮", **place)["similar"][0]["supporters"], 1)
        # her own code shows how the other one goes on, and its answer
        track = self.stranger.get(f"/api/v1/track/{second['track']}").json
        self.assertIsNone(track["joined"]["answer"])
        self.assertNotIn(first["number"], str(track["joined"]))
        self.finish(first["number"], "路灯已经修好。")
        track = self.stranger.get(f"/api/v1/track/{second['track']}").json
        self.assertEqual(track["joined"]["answer"], "路灯已经修好。")
        self.assertIsNotNone(track["joined"]["ended"])
        # the case has ended: who says "me too" now is heard by herself
        third = self.filed(text="还是不亮", same_as=seen[0]["same_as"], **place)
        self.assertNotIn("joined", third)
        self.assertEqual(third["state"], "filed")

    def finish(self, number, answer):
        case = self.operator.act(number, "accept_dispatch").json
        worker = self.server.staff("h_" + case["unit"]["code"], "handler", case["unit"]["code"])
        for who, action, more in ((worker, "sign", {}), (worker, "done", {}), (self.operator, "ask_verification", {}), (self.grid, "verify_pass", {}),
                                  (self.operator, "close", {"answer": answer, "outcome": "solved"})):
            offers = {a["action"]: a for a in who.case(number).json["actions"]}
            reply = who.act(number, action, {**who.needed(offers[action]), **more})
            self.assertEqual(reply.status, 200, (action, reply))

    def test_me_too_by_staff_takes_the_number(self):
        place = self.somewhere()
        first = self.filed(text="井盖缺失", **place)
        refused = self.stranger.file(text="井盖缺失", same_as=first["number"], **place)
        self.assertEqual((refused.status, refused.json["code"], refused.json["field"]), (422, "unknown_case", "same_as"))
        joined = self.operator.file(text="来电反映同一井盖", same_as=first["number"], **place)
        self.assertTrue(joined.json["joined"], joined)

    def test_a_repeat_with_the_same_key_is_one_supporter(self):
        place = self.somewhere()
        first = self.filed(text="垃圾成堆", **place)
        handle = self.preview(text="垃圾成堆", **place)["similar"][0]["same_as"]
        replies = [self.stranger.file(text="我也看到了", same_as=handle, headers={"Idempotency-Key": "once"}, **place) for _ in range(3)]
        self.assertEqual({r.json["number"] for r in replies}, {replies[0].json["number"]})
        self.assertEqual(self.operator.case(first["number"]).json["supporters"], 1)

    def test_private_matters_are_neither_offered_nor_joined(self):
        place = self.somewhere()
        wages = self.filed(text="工地拖欠工资", category="s11", **place)
        self.assertEqual(self.preview(text="拖欠工资", category="s11", **place)["similar"], [])
        refused = self.operator.file(text="同一工地", same_as=wages["number"], **place)
        self.assertEqual((refused.status, refused.json["code"]), (422, "unknown_case"))
        light = self.filed(text="路灯不亮", **place)
        handle = self.preview(text="路灯不亮", **place)["similar"][0]["same_as"]
        about = self.stranger.file(text="路灯不亮没人管", same_as=handle, about={"kind": "conduct", "unit": "cityops"}, **place)
        self.assertEqual(about.status, 201, about)
        self.assertNotIn("joined", about.json)
        self.assertEqual(self.operator.case(light["number"]).json["supporters"], 0)
        for bad in ("0000000000000", "zzzzzzzzzzzzz", "1", "f" * 13):
            reply = self.stranger.file(text="同上", same_as=bad, **place)
            self.assertEqual((reply.status, reply.json["code"]), (422, "unknown_case"), bad)


if __name__ == "__main__":
    unittest.main()
