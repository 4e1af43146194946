"""Logins, tokens, roles on routes."""
import unittest

import fixture

STAFF_ROUTES = ["/api/v1/cases", "/api/v1/cases/{number}", "/api/v1/cases/{number}/receipt", "/api/v1/stats", "/api/v1/events", "/api/v1/session",
                "/api/v1/cases/{number}/media/00", "/api/v1/cases/{number}/draft", "/api/v1/templates", "/api/v1/patrol/points", "/api/v1/patrol/coverage",
                "/api/v1/grids/{grid}/sheet"]
OPEN_ROUTES = ["/api/v1/preview?text=x&lon=119.57&lat=31.72", "/api/v1/places?q=x"]


class Access(unittest.TestCase):
    @classmethod
    def setUpClass(cls):
        cls.server = fixture.Server()
        cls.number = cls.server.client().file().json["number"]

    @classmethod
    def tearDownClass(cls):
        cls.server.close()

    def test_strangers_see_no_case(self):
        for route in STAFF_ROUTES:
            with self.subTest(route=route):
                self.assertEqual(self.server.client().get(route.format(number=self.number, grid="320413001001001")).status, 401)

    def operations(self):
        """Every GET of the description as an address of this case, and whether it is for staff."""
        track = self.server.client().file().json["track"]
        values = {"number": self.number, "track": track, "id": "00", "name": "none", "letter": "report_reply.pdf", "grid": "320413001001001",
                  "z": "1", "x": "0", "y": "0"}
        for path, methods in self.server.client().get("/api/openapi.json").json["paths"].items():
            if "get" in methods and path != "/api/v1/events":
                yield path.format(**values), "security" in methods["get"]

    def test_every_role_on_every_address(self):
        """Strangers meet a 401 exactly where a login is asked for; nobody meets a 5xx."""
        roles = ["operator", "handler", "grid_worker", "investigator", "auditor", "admin"]
        staff = [self.server.staff("way_" + r, r, "cityops" if r == "handler" else "discipline" if r == "investigator" else "centre",
                                   "320413001" if r == "grid_worker" else "") for r in roles]
        for path, is_staff in self.operations():
            with self.subTest(path=path):
                status = self.server.client().get(path).status
                self.assertEqual(status == 401, is_staff, status)
                for client in staff:
                    self.assertLess(client.get(path).status, 500)

    def test_every_role_on_every_reading_route(self):
        for role, unit, area in (("operator", "centre", ""), ("handler", "cityops", ""), ("grid_worker", "", "320413001"), ("area_officer", "office_001", "320413001"),
                                 ("investigator", "discipline", ""), ("leader", "centre", ""), ("auditor", "centre", ""), ("admin", "centre", ""), ("wall", "centre", "")):
            who = self.server.staff("reads_" + role, role, unit, area)
            for route in STAFF_ROUTES + OPEN_ROUTES:
                if route.endswith("/events"):
                    continue  # a stream has no end
                with self.subTest(role=role, route=route):
                    self.assertIn(who.get(route.format(number=self.number, grid="320413001001001")).status, (200, 403, 404))

    def test_every_role_on_every_action(self):
        """Nobody gets a 5xx; who is not offered an action is refused it."""
        admin_roles = ["operator", "dispatcher", "supervisor", "handler", "unit_head", "grid_worker", "area_officer", "investigator", "leader", "auditor", "admin",
                       "wall"]
        town = "320413001"
        actions = ["accept", "refuse", "dispatch", "accept_dispatch", "sign", "done", "close", "reply", "merge", "split", "supervise", "urge", "withdraw",
                   "rate", "reopen", "answer", "overdue", "nonsense", "solve_on_spot"]
        for role in admin_roles:
            unit = "centre" if role in ("operator", "dispatcher", "supervisor", "leader", "auditor", "admin", "wall") else "cityops" if role in ("handler", "unit_head") else "discipline" if role == "investigator" else ""
            area = town if role in ("grid_worker", "area_officer") else ""
            who = self.server.staff("all_" + role, role, unit, area)
            case = who.case(self.number)
            self.assertIn(case.status, (200, 404), (role, case))
            offered = {a["action"] for a in case.json.get("actions", [])} if case.status == 200 else set()
            for action in actions:
                if action in offered:
                    continue
                with self.subTest(role=role, action=action):
                    reply = who.act(self.number, action)
                    self.assertIn(reply.status, (403, 404, 409, 422), (role, action, reply))

    def test_session_csrf_and_logout(self):
        self.server.run("user", "add", "--login", "person", "--role", "operator", "--unit", "centre", "--password-stdin", text="correct horse")
        client = self.server.client()
        wrong = client.post("/api/v1/session", {"login": "person", "password": "battery staple"})
        self.assertEqual((wrong.status, wrong.json["code"]), (401, "bad_login"))
        reply = client.post("/api/v1/session", {"login": "person", "password": "correct horse"})
        self.assertEqual(reply.status, 200, reply)
        cookie, mark = reply.headers.get_all("Set-Cookie")
        self.assertIn("HttpOnly", cookie)
        self.assertIn("SameSite=Strict", cookie)
        self.assertTrue(mark.startswith("yiwang_open=1; Path=/; SameSite=Strict;"), "what a page may read tells nothing else")
        client.cookie = cookie.split(";")[0]
        self.assertEqual(client.get("/api/v1/cases").status, 200)
        forged = client.act(self.number, "note", {"note": "伪造的请求"})
        self.assertEqual((forged.status, forged.json["code"]), (403, "csrf"))
        client.csrf = reply.json["csrf"]
        self.assertEqual(client.act(self.number, "note", {"note": "真实的请求"}).status, 200)
        ended = client.call("DELETE", "/api/v1/session")
        self.assertEqual(ended.status, 204)
        self.assertTrue(all("Max-Age=0" in c for c in ended.headers.get_all("Set-Cookie")))
        self.assertEqual(client.get("/api/v1/cases").status, 401)

    def test_lock_out(self):
        self.server.run("user", "add", "--login", "locked", "--role", "operator", "--unit", "centre", "--password-stdin", text="correct horse")
        client = self.server.client()
        for _ in range(5):
            self.assertEqual(client.post("/api/v1/session", {"login": "locked", "password": "wrong wrong"}).status, 401)
        reply = client.post("/api/v1/session", {"login": "locked", "password": "correct horse"})
        self.assertEqual((reply.status, reply.json["code"]), (429, "locked_out"))

    def test_unknown_login_and_wrong_password_look_alike(self):
        client = self.server.client()
        one = client.post("/api/v1/session", {"login": "nobody", "password": "whatever1"})
        self.assertEqual((one.status, one.json["code"]), (401, "bad_login"))

    def test_bad_tokens(self):
        for token in ("x", "", "a" * 5000):
            reply = self.server.client(token or " ").get("/api/v1/cases")
            self.assertIn(reply.status, (400, 401, 431), reply)


class Limits(unittest.TestCase):
    def test_public_writes_are_limited_by_address(self):
        server = fixture.Server(limits_off=False)
        try:
            statuses = [server.client().file().status for _ in range(60)]
            self.assertIn(429, statuses)
            self.assertEqual(statuses[0], 201)
        finally:
            server.close()


if __name__ == "__main__":
    unittest.main()
