"""What helps those who work: rights of a login, a new password, ready texts, drafts, finding places, the wall."""
import csv
import http.client
import json
import unittest
import urllib.parse

import fixture


class Help(unittest.TestCase):
    @classmethod
    def setUpClass(cls):
        cls.server = fixture.Server()
        cls.stranger = cls.server.client()
        cls.operator = cls.server.staff("operator", "operator", "centre")
        cls.grid = cls.server.staff("grid", "grid_worker", area="320413")

    @classmethod
    def tearDownClass(cls):
        cls.server.close()

    # --- sessions ---

    def test_rights_of_a_login(self):
        rows = (("operator", "centre", "", ["centre"], "jurisdiction", {"contact": True, "stats": True, "admin": False, "sealed": False, "audit": False, "words": True}),
                ("auditor", "centre", "", [], "jurisdiction", {"contact": False, "stats": True, "admin": False, "sealed": False, "audit": True, "words": True}),
                ("investigator", "discipline", "", ["investigator"], "jurisdiction", {"contact": False, "stats": False, "admin": False, "sealed": True, "audit": False, "words": True}),
                ("grid_worker", "", "320413001", ["grid"], "own_area", {"contact": False, "stats": False, "admin": False, "sealed": False, "audit": False, "words": True}),
                ("wall", "centre", "", [], "jurisdiction", {"contact": False, "stats": True, "admin": False, "sealed": False, "audit": False, "words": False}))
        for role, unit, area, posts, see, rights in rows:
            with self.subTest(role=role):
                who = self.server.staff("rights_" + role, role, unit, area).get("/api/v1/session?lang=en").json
                self.assertEqual((who["role"]["code"], who["posts"], who["see"], who["rights"]), (role, posts, see, rights))
                self.assertTrue(who["role"]["name"])

    def login(self, name, password):
        client = self.server.client()
        reply = client.post("/api/v1/session", {"login": name, "password": password})
        if reply.status == 200:
            client.cookie, client.csrf = reply.headers["Set-Cookie"].split(";")[0], reply.json["csrf"]
        return client, reply

    def test_a_new_password_ends_the_other_logins(self):
        token = self.server.staff("renewer", "operator", "centre", password="correct horse")
        here, reply = self.login("renewer", "correct horse")
        self.assertEqual(reply.json["role"]["code"], "operator")
        there, _ = self.login("renewer", "correct horse")
        self.assertEqual(there.get("/api/v1/session").status, 200)
        change = "/api/v1/session/password"
        for body, code, field in (({"old": "wrong horse", "new": "battery staple"}, "wrong_password", "old"), ({"old": "correct horse", "new": "short"}, "weak_password", "new"),
                                  ({"old": "", "new": "battery staple"}, "wrong_password", "old")):
            refused = here.post(change, body)
            self.assertEqual((refused.status, refused.json["code"], refused.json["field"]), (422, code, field))
        forged = fixture.Client(self.server.port)
        forged.cookie = here.cookie
        self.assertEqual(forged.post(change, {"old": "correct horse", "new": "battery staple"}).json["code"], "csrf")
        self.assertEqual(self.stranger.post(change, {"old": "correct horse", "new": "battery staple"}).status, 401)
        self.assertEqual(here.post(change, {"old": "correct horse", "new": "battery staple"}).status, 204)
        self.assertEqual(here.get("/api/v1/session").status, 200, "this login goes on")
        self.assertEqual(there.get("/api/v1/session").status, 401, "the other one ended")
        self.assertEqual(token.get("/api/v1/session").status, 200, "tokens of machines stay")
        self.assertEqual(self.login("renewer", "correct horse")[1].status, 401)
        self.assertEqual(self.login("renewer", "battery staple")[1].status, 200)

    def test_nobody_tries_passwords_through_an_open_session(self):
        self.server.staff("tried", "operator", "centre", password="correct horse")
        here, _ = self.login("tried", "correct horse")
        codes = [here.post("/api/v1/session/password", {"old": f"guess {i}", "new": "battery staple"}).json["code"] for i in range(6)]
        self.assertEqual(codes[-1], "locked_out", codes)

    # --- texts ---

    def test_templates(self):
        self.assertEqual(self.stranger.get("/api/v1/templates").status, 401)
        items = self.operator.get("/api/v1/templates?lang=zh").json["items"]
        self.assertGreaterEqual(len(items), 12)
        known = {a["action"] for a in self.operator.case(self.stranger.file().json["number"]).json["actions"]}
        self.assertTrue(any(set(t["actions"]) & known for t in items))
        english = self.operator.get("/api/v1/templates?lang=en").json["items"]
        self.assertEqual([t["code"] for t in english], [t["code"] for t in items])
        self.assertNotEqual(english[0]["text"], items[0]["text"])

    def closed(self, answer, **fields):
        number = self.stranger.file(**fields).json["number"]
        case = self.operator.act(number, "accept_dispatch").json
        worker = self.server.staff("h_" + case["unit"]["code"], "handler", case["unit"]["code"])
        for who, action, more in ((worker, "sign", {}), (worker, "done", {}), (self.operator, "ask_verification", {}), (self.grid, "verify_pass", {}),
                                  (self.operator, "close", {"answer": answer, "outcome": "solved"})):
            offers = {a["action"]: a for a in who.case(number).json["actions"]}
            reply = who.act(number, action, {**who.needed(offers[action]), **more})
            self.assertEqual(reply.status, 200, (action, reply))
        self.operator.get("/api/v1/cases?limit=1", {"Yiwang-Min-Seq": str(self.operator.seq)})
        return number

    def test_draft_from_the_last_answer_nearby(self):
        here, far = {"lon": 119.57, "lat": 31.72}, {"lon": 119.385, "lat": 31.70}
        number = self.stranger.file(category="m06003", text="垃圾", **here).json["number"]
        self.assertEqual(self.operator.get(f"/api/v1/cases/{number}/draft").json["code"], "no_draft")
        other = self.closed("远处的答复。", category="m06003", text="垃圾", **far)
        draft = self.operator.get(f"/api/v1/cases/{number}/draft").json
        self.assertEqual((draft["text"], draft["number"]), ("远处的答复。", other))
        near = self.closed("近处的答复。", category="m06003", text="垃圾", **here)
        self.closed("远处又一个答复。", category="m06003", text="垃圾", **far)
        draft = self.operator.get(f"/api/v1/cases/{number}/draft").json
        self.assertEqual((draft["text"], draft["number"]), ("近处的答复。", near))
        self.assertIsNotNone(draft["closed"])
        self.assertEqual(self.stranger.get(f"/api/v1/cases/{number}/draft").status, 401)
        private = self.stranger.file(category="s11", text="拖欠工资", **here).json["number"]
        self.assertEqual(self.operator.get(f"/api/v1/cases/{private}/draft").status, 404)

    # --- places ---

    def places(self, who, q, **more):
        reply = who.get("/api/v1/places?" + urllib.parse.urlencode({"q": q, **more}), {"Yiwang-Min-Seq": str(self.stranger.seq)})
        self.assertEqual(reply.status, 200, reply)
        return reply.json["items"]

    def test_places_by_name(self):
        town = self.places(self.stranger, "西城")
        self.assertEqual((town[0]["name"], town[0]["kind"], town[0]["area"]["code"]), ("西城街道", "area", "320413"))
        self.assertEqual(town[0]["code"], "320413001")
        self.assertLessEqual(len(self.places(self.stranger, "网格")), 10)
        self.assertEqual(self.places(self.stranger, ""), [])
        self.assertEqual(self.places(self.stranger, "。，"), [])
        self.assertEqual(self.places(self.stranger, "Xicheng sub", lang="en")[0]["name"], "Xicheng Subdistrict")
        with open(fixture.JINTAN + "/landmarks.csv", encoding="utf-8", newline="") as f:
            first = next(csv.DictReader(f))
        found = self.places(self.stranger, first["name_zh"][:3], lon=first["lon"], lat=first["lat"])
        landmark = next(p for p in found if p["kind"] == "landmark")
        self.assertEqual((landmark["name"], landmark["metres"]), (first["name_zh"], 0))
        located = self.stranger.get(f"/api/v1/areas/locate?lon={town[0]['lon']}&lat={town[0]['lat']}").json["areas"]
        self.assertIn("320413001", [a["code"] for a in located], "the label point lies inside")

    def test_addresses_are_for_staff(self):
        self.stranger.file(text="路灯不亮", address="翡翠巷七号院门口", **{"lon": 119.58, "lat": 31.73})
        self.stranger.file(text="拖欠工资", category="s11", address="翡翠巷九号", **{"lon": 119.58, "lat": 31.73})
        self.assertEqual(self.places(self.stranger, "翡翠巷"), [])
        found = self.places(self.operator, "翡翠巷")
        self.assertEqual([(p["name"], p["kind"]) for p in found], [("翡翠巷七号院门口", "address")])
        self.assertEqual(self.places(self.server.staff("wall_finds", "wall", "centre"), "翡翠巷"), [])
        self.assertEqual(self.places(self.operator, '" or number:*'), [])


class Wall(unittest.TestCase):
    """A screen that everybody in the hall sees: places and states, never a word."""

    WORDS = "暗语暗语别人写的话"
    ADDRESS = "秘密巷三号"

    @classmethod
    def setUpClass(cls):
        cls.server = fixture.Server()
        cls.stranger = cls.server.client()
        cls.operator = cls.server.staff("operator", "operator", "centre")
        cls.wall = cls.server.staff("wall1", "wall", "centre")

    @classmethod
    def tearDownClass(cls):
        cls.server.close()

    def silent(self, reply):
        text = reply.body.decode() if hasattr(reply, "body") else reply
        self.assertNotIn("暗语", text)
        self.assertNotIn("秘密巷", text)

    def test_rows_cases_and_photos(self):
        photo = self.stranger.photo()
        filed = self.stranger.file(text="路灯不亮 " + self.WORDS, address=self.ADDRESS, media=[photo]).json
        private = self.stranger.file(text="拖欠工资 " + self.WORDS, category="s11").json
        wait = {"Yiwang-Min-Seq": str(self.stranger.seq)}
        rows = self.wall.get("/api/v1/cases", wait)
        self.silent(rows)
        shown = {r["number"]: r for r in rows.json["items"]}
        self.assertNotIn(private["number"], shown)
        self.assertIn("lon", shown[filed["number"]])
        self.silent(self.wall.get("/api/v1/cases?with=actions", wait))
        case = self.wall.case(filed["number"])
        self.silent(case)
        self.assertEqual((case.status, case.json["media"], case.json["actions"]), (200, [], []))
        self.assertEqual(self.wall.case(private["number"]).status, 404)
        self.assertEqual(self.wall.get(f"/api/v1/cases/{filed['number']}/media/{photo}").status, 404)
        self.assertEqual(self.wall.post(f"/api/v1/cases/{filed['number']}/contact", {"purpose": "看看是谁"}).status, 403)
        self.assertEqual(self.wall.act(filed["number"], "note", {"note": "x"}).status, 403)
        self.assertEqual(self.wall.get(f"/api/v1/cases/{filed['number']}/draft").status, 404)
        for q in ("暗语", "-暗语", "status:open (state:filed or 暗语)"):
            asked = self.wall.get("/api/v1/cases?q=" + urllib.parse.quote(q))
            self.assertEqual((asked.status, asked.json["code"]), (403, "not_allowed"), q)
            self.assertEqual(self.wall.get("/api/v1/stats?q=" + urllib.parse.quote(q)).status, 403)
            self.assertEqual(self.wall.get("/api/v1/events?q=" + urllib.parse.quote(q)).status, 403)
        self.assertEqual(self.wall.get("/api/v1/stats?by=status").status, 200)
        self.stranger.post(f"/api/v1/track/{filed['track']}/withdraw")
        self.assertEqual(self.wall.case(filed["number"]).json["media"], [], "withdrawn is not settled")

    def test_photos_of_what_was_settled(self):
        worker = self.server.staff("walks", "grid_worker", area="320413")
        number = worker.file(text="垃圾成堆 " + self.WORDS, channel="field", category="m06003").json["number"]
        photo = worker.photo()
        closed = worker.act(number, "solve_on_spot", {"answer": "当场清理 " + self.WORDS, "media": [photo]})
        self.assertEqual(closed.json["state"], "closed", closed)
        shown = self.wall.case(number)
        self.silent(shown)
        self.assertEqual(shown.json["media"], [photo])
        self.assertEqual(self.wall.get(f"/api/v1/cases/{number}/media/{photo}?variant=thumb").status, 200)

    def test_events(self):
        def stream(token):
            c = http.client.HTTPConnection("127.0.0.1", self.server.port, timeout=20)
            c.request("GET", "/api/v1/events", headers={"Authorization": "Bearer " + token})
            return c.getresponse()

        def put(reply):
            while True:
                line = reply.readline().decode()
                if line.startswith("data: {\""):
                    return line[6:]
        streams = stream(self.wall.token), stream(self.operator.token)
        filed = self.stranger.file(text="路灯不亮 " + self.WORDS, address=self.ADDRESS).json
        shown, whole = json.loads(put(streams[0])), json.loads(put(streams[1]))
        self.silent(str(shown))
        self.assertIn("暗语", whole["text"])
        self.assertEqual(shown, {k: v for k, v in whole.items() if k not in ("text", "address")})
        self.assertEqual(shown["number"], filed["number"])
        for s in streams:
            s.close()


if __name__ == "__main__":
    unittest.main()
