"""The duty room over HTTP: rosters and calendars, a shift handed over by two, ladders, call-backs, what few may read."""
import datetime
import unittest
import urllib.parse

import fixture

GRID = {"lon": 119.5701, "lat": 31.7205}


class Duty(unittest.TestCase):
    @classmethod
    def setUpClass(cls):
        cls.server = fixture.Server()
        cls.day = cls.server.staff("operator1", "operator", "centre")
        cls.night = cls.server.staff("operator2", "operator", "centre")
        cls.leader = cls.server.staff("dutyleader1", "duty_leader", "centre")
        cls.water = cls.server.staff("pipes", "handler", "owner_water")
        cls.wall = cls.server.staff("wall1", "wall", "centre")
        cls.auditor = cls.server.staff("auditor1", "auditor", "centre")

    @classmethod
    def tearDownClass(cls):
        cls.server.close()

    def room(self, who=None, desk="hotline"):
        who = who or self.day
        seq = str(max(c.seq for c in (self.day, self.night, self.leader, self.water)))
        reply = who.get("/api/v1/duty?desk=" + desk, {"Yiwang-Min-Seq": seq})
        self.assertEqual(reply.status, 200, reply)
        return reply.json

    def filed(self, who, **fields):
        reply = who.file(**fields)
        self.assertEqual(reply.status, 201, reply)
        return reply.json["number"]

    def acted(self, who, number, action, body=None, status=200, code=None):
        reply = who.act(number, action, body or {})
        self.assertEqual(reply.status, status, reply)
        if code:
            self.assertEqual(reply.json["code"], code)
        return reply.json

    def test_roster_and_calendar(self):
        roster = self.day.get("/api/v1/duty/roster?desk=hotline&days=2").json
        self.assertGreaterEqual(len(roster["items"]), 4)
        for before, after in zip(roster["items"], roster["items"][1:]):
            self.assertEqual(before["ends"], after["begins"])
            self.assertNotEqual(before["people"][0]["login"], after["people"][0]["login"])
        self.assertIn("duty_room", [d["desk"]["code"] for d in roster["desks"]])
        self.assertEqual(self.server.client().get("/api/v1/duty/roster").status, 401)
        bad = self.day.get("/api/v1/duty/roster?desk=nowhere")
        self.assertEqual((bad.status, bad.json["code"], bad.json["field"]), (422, "unknown_desk", "desk"))
        self.assertEqual(self.day.get("/api/v1/duty/roster?days=400").status, 422)
        mine = self.day.get("/api/v1/duty/roster.ics?mine=1&days=4").body.decode()
        self.assertTrue(mine.startswith("BEGIN:VCALENDAR\r\nVERSION:2.0\r\n"), mine[:60])
        self.assertTrue(mine.endswith("END:VCALENDAR\r\n"))
        events = mine.count("BEGIN:VEVENT")
        self.assertGreaterEqual(events, 2)
        self.assertLess(events, self.day.get("/api/v1/duty/roster.ics?days=4").body.decode().count("BEGIN:VEVENT"))
        for line in mine.split("\r\n"):
            self.assertLessEqual(len(line.encode()), 75)

    def test_a_shift_is_handed_over_by_two_with_a_sheet_of_facts(self):
        shift = self.filed(self.day, text="早班", category="z01", channel="phone", attributes={"desk": "duty_room"})
        urgent = self.filed(self.day, text="井盖不见了", category="m01001", condition="m01001.1", channel="phone", **GRID)
        self.acted(self.day, urgent, "accept_dispatch", {"unit": "owner_water"})
        at = (datetime.datetime.now(datetime.timezone.utc) + datetime.timedelta(hours=2)).isoformat(timespec="seconds")
        self.acted(self.day, urgent, "promise_call_back", {"at": at, "note": "告知到场时间"})
        clocks = {c["name"]: c for c in self.day.case(urgent).json["clocks"]}
        self.assertEqual((clocks["promise"]["label"], clocks["promise"]["until"]), ("承诺回电", True))
        self.assertEqual(clocks["handling"]["label"], "处置时限")
        self.assertNotIn("until", clocks["handling"])
        self.assertIsNone(next(c for n, c in clocks.items() if n.startswith("state:"))["label"])
        room = self.room(desk="duty_room")
        self.assertEqual(room["shift"]["number"], shift)
        self.assertEqual(room["desk"]["phone"], "0519-00009999")
        self.assertIn(urgent, [c["number"] for c in room["call_backs"]])
        self.assertEqual(room["file"], "z01")
        live = self.day.get(f"/api/v1/cases/{shift}/sheet", {"Yiwang-Min-Seq": str(self.day.seq)}).json
        self.assertIsNone(live["taken"])
        self.assertIn(urgent, self.numbers(live, "urgent"))
        # what the client says is in the sheet counts for nothing
        self.acted(self.day, shift, "hand_over", {"remarks": "东门井盖未签收", "urgent": ["JT2026112400001"]})
        self.acted(self.day, shift, "take_over", {"answer": "complete"}, 409, "same_person")
        self.acted(self.water, shift, "take_over", {"answer": "complete"}, 404)
        self.acted(self.night, shift, "take_over", {"answer": "with_remarks", "remarks": "已知悉"})
        self.acted(self.leader, urgent, "sign_by_phone", {"name": "陈工", "phone": "0519-00000024"})
        kept = self.night.get(f"/api/v1/cases/{shift}/sheet", {"Yiwang-Min-Seq": str(self.leader.seq)}).json
        self.assertIsNotNone(kept["taken"])
        self.assertIn("东门井盖未签收", kept["remarks"])
        for part in ("urgent", "call_backs", "unsigned", "to_call"):  # signed since: the sheet says what was
            self.assertIn(urgent, self.numbers(kept, part), part)
        self.assertEqual([p["label"] for p in kept["people"]], ["operator1", "operator2"])
        room = self.room(desk="duty_room")
        following = room["shift"]["number"]
        self.assertNotEqual(following, shift)
        self.assertIn("hand_over", [a["action"] for a in room["shift"]["actions"]])
        self.assertEqual(self.wall.get(f"/api/v1/cases/{following}").status, 404)
        self.acted(self.night, following, "hand_over")
        self.acted(self.day, following, "take_over", {"answer": "complete"})

    @staticmethod
    def numbers(sheet, name):
        return [row["number"] for part in sheet["parts"] if part["name"] == name for row in part["items"]]

    def test_the_ladder_says_who_is_to_be_called(self):
        number = self.filed(self.day, text="井盖没了", category="m01001", condition="m01001.1", channel="phone", **GRID)
        self.acted(self.day, number, "accept_dispatch", {"unit": "owner_water"})
        call = self.call_of(number)
        self.assertEqual((call["calls"]["rung"], call["calls"]["rungs"], call["calls"]["phone"][:4]), (1, 3, "0519"))
        self.assertFalse(call["calls"]["missed"])
        offers = {a["action"] for a in call["row"]["actions"]}
        self.assertLessEqual({"call_reached", "call_unreached", "sign_by_phone"}, offers)
        task = call["calls"]["task"]
        self.acted(self.day, number, "call_unreached", {"reason": "no_answer", "task": task})
        second = self.call_of(number)["calls"]
        self.assertEqual(second["rung"], 2)
        self.assertNotEqual(second["phone"], call["calls"]["phone"])
        due = self.day.get("/api/v1/cases?q=" + urllib.parse.quote(f"number:{number}")).json["items"][0]["due"]
        self.assertNotEqual(due, second["due"])  # rungs are the duty room's clocks, not the unit's
        self.acted(self.day, number, "call_reached", {"reached": "值班员", "task": task})
        self.assertIsNone(self.call_of(number))
        self.acted(self.day, number, "sign_by_phone", {"name": "陈工", "phone": "0519-00000024"})
        seen = self.water.case(number).json
        self.assertIn("object_phone_sign", [a["action"] for a in seen["actions"]])
        line = [h for h in seen["history"] if h["action"] == "sign_by_phone"][0]
        self.assertIn("陈工", line["internal"])
        self.acted(self.water, number, "object_phone_sign", {"note": "没有这个人"})
        self.assertEqual(self.call_of(number)["calls"]["rung"], 1)
        self.acted(self.water, number, "sign")
        self.assertIsNone(self.call_of(number))

    def call_of(self, number):
        return next((c for c in self.room()["calls"] if c["number"] == number), None)

    def test_a_crisis_call_is_read_by_few_and_has_no_place(self):
        number = self.filed(self.day, text="来电人说不想活了", category="z02", channel="phone", **GRID)
        for who in (self.day, self.night, self.wall, self.auditor, self.water):
            self.assertEqual(who.get(f"/api/v1/cases/{number}").status, 404)
            listed = who.get("/api/v1/cases?q=" + urllib.parse.quote(f"number:{number}"), {"Yiwang-Min-Seq": str(self.day.seq)})
            self.assertEqual(listed.json.get("items", []), [])
        row = self.leader.get("/api/v1/cases?q=" + urllib.parse.quote(f"number:{number}")).json["items"][0]
        self.assertIsNone(row["area"])
        self.assertNotIn("lon", row)
        counts = self.leader.get("/api/v1/stats?by=area:town&q=procedure:crisis").json["rows"]
        self.assertEqual([r[0] for r in counts if r[0]], [])
        self.assertEqual(self.day.get("/api/v1/stats?by=procedure&q=procedure:crisis").json["rows"], [])
        self.acted(self.day, number, "put_through", {"channel": "ambulance", "reached": "3号"}, 404)
        self.acted(self.leader, number, "put_through", {"channel": "ambulance", "reached": "3号"})
        self.acted(self.leader, number, "close", {"answer": "家属已到场照护"})


if __name__ == "__main__":
    unittest.main()
