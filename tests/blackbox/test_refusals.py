"""A command at the wrong time or by the wrong person: the refusal says what is possible instead, and by whom, to those
who see the case; to a stranger it is the answer of a case that does not exist."""
import json
import unittest

import fixture

ABSENT = "JT20200101000012"  # never given
ACTIONS = ("accept_dispatch", "sign", "close", "note", "supervise", "withdraw", "propose_close", "fly")


class Refusals(unittest.TestCase):
    @classmethod
    def setUpClass(cls):
        cls.server = fixture.Server()
        cls.operator = cls.server.staff("zhang-san", "operator", "centre")
        cls.supervisor = cls.server.staff("li-si", "supervisor", "centre")
        cls.investigator = cls.server.staff("wang-wu", "investigator", "discipline")

    @classmethod
    def tearDownClass(cls):
        cls.server.close()

    def filed(self, **more):
        reply = self.server.client().file("井盖没了，路人差点掉下去", **more)
        self.assertEqual(reply.status, 201, reply)
        return reply.json["number"], reply.json["track"]

    def refused(self, reply, status, code):
        self.assertEqual((reply.status, reply.json["code"]), (status, code), reply)
        self.assertEqual(reply.headers["Content-Type"], "application/problem+json")
        for name in ("zhang-san", "li-si", "wang-wu"):
            self.assertNotIn(name, reply.body.decode())
        return reply.json

    def test_at_the_wrong_time(self):
        number, _ = self.filed()
        said = self.refused(self.operator.act(number, "sign"), 409, "wrong_state")
        (may,) = said["may"]
        self.assertEqual((may["action"], may["now"], may["task"]["code"]), ("sign", False, "handle"))
        self.assertEqual([s["code"] for s in may["task_states"]], ["sent"])
        self.assertEqual({w["post"]["code"] for w in may["who"]}, {"unit"})
        self.assertNotIn("unit", may["who"][0])  # nobody has the task yet
        offered = [(a["action"], a.get("task")) for a in self.operator.case(number).json["actions"]]
        self.assertEqual([(p["action"], p.get("task")) for p in said["possible"]], offered)
        self.assertRegex(said["more"], r"^“签收”在“.*待签收”时由承办单位（承办单位经办人.*）办理。您现在可以：.+等?。$")

    def test_by_the_wrong_person(self):
        number, _ = self.filed()
        unit = self.operator.act(number, "accept_dispatch").json["unit"]["code"]
        said = self.refused(self.operator.act(number, "sign"), 403, "not_allowed")
        (may,) = said["may"]
        self.assertTrue(may["now"])
        (who,) = may["who"]
        self.assertEqual((who["post"]["code"], who["unit"]["code"]), ("unit", unit))
        handler = self.server.staff("theirs", who["roles"][0]["code"], unit)
        said = self.refused(handler.act(number, "supervise", {"note": "x"}), 403, "not_allowed")
        self.assertEqual([(w["post"]["code"], w["unit"]["code"]) for w in said["may"][0]["who"]], [("supervisor", "centre")])
        self.assertIn("sign", [p["action"] for p in said["possible"]])
        self.assertEqual(handler.act(number, "sign").status, 200)
        english = handler.post(f"/api/v1/cases/{number}/actions/sign", {}, {"Accept-Language": "en"})
        self.assertRegex(self.refused(english, 409, "wrong_state")["more"], r"^“Sign for” is for .+, at “.+”\. You can now: .+\.$")

    def test_against_a_rule(self):
        number, _ = self.filed()
        unit = self.operator.act(number, "accept_dispatch").json["unit"]["code"]
        handler = self.server.staff("ruled", "handler", unit)
        self.assertEqual(handler.act(number, "sign").status, 200)
        said = self.refused(handler.act(number, "object_phone_sign", {"note": "没有接到电话"}), 409, "not_signed_by_phone")
        self.assertEqual(said["may"], [])
        self.assertIn("done", [p["action"] for p in said["possible"]])
        self.assertRegex(said["more"], "^您现在可以：")

    def test_a_reporter_hears_of_his_part(self):
        number, track = self.filed()
        stranger, answers = self.server.client(), []
        for _ in range(2):
            reply = stranger.post(f"/api/v1/track/{track}/sign", {})
            said = self.refused(reply, 403, "not_allowed")
            self.assertEqual((said["may"], sorted({p["action"] for p in said["possible"]})), ([], ["add", "withdraw"]))
            answers.append(reply.body)
            self.assertEqual(self.operator.act(number, "accept_dispatch").status, 200) if len(answers) == 1 else None
        self.assertEqual(*answers)  # that it was handed on to a unit does not show
        said = self.refused(stranger.post(f"/api/v1/track/{track}/reopen", {"text": "没有修"}), 409, "wrong_state")
        self.assertEqual([w["post"]["code"] for w in said["may"][0]["who"]], ["reporter"])
        self.assertEqual(said["may"][0]["who"][0]["roles"], [])

    def ways(self):
        """Whatever changes a case, rightly and wrongly asked."""
        for action in ACTIONS:
            for headers in ({}, {"Idempotency-Key": "k" + action}, {"If-Match": '"1"'}, {"If-Match": "x", "Idempotency-Key": "i" + action}):
                for body in (b"{}", b'{"note":"x"}', b"[", b'{"task":1,"media":["nothing"]}', b'{"happened":"x"}'):
                    key = {k: v + str(len(body)) if k == "Idempotency-Key" else v for k, v in headers.items()}
                    yield f"/actions/{action}", body, key
        yield "/contact", b'{"purpose":"to call back"}', {}
        yield "/contact", b"{}", {}
        yield "/letters/report_reply.pdf", b'{"purpose":"to call back"}', {}

    def test_a_stranger_learns_nothing(self):
        secret, _ = self.filed(about={"kind": "conduct", "unit": "cityops"}, contact={"name": "赵六", "phone": "13700000000"})
        plain, _ = self.filed()
        self.assertEqual(self.operator.act(plain, "accept_dispatch").status, 200)
        strangers = [("of the accused", self.server.staff("accused", "handler", "cityops"), secret),
                     ("the centre", self.operator, secret), ("the supervisor", self.supervisor, secret),
                     ("another unit", self.server.staff("other", "unit_head", "labour"), plain),
                     ("another area", self.server.staff("walker", "grid_worker", "", "320413100"), plain),
                     ("who administers", self.server.staff("root", "admin"), plain)]
        for who, client, number in strangers:
            for way, body, headers in self.ways():
                hidden, absent = (client.post(f"/api/v1/cases/{n}{way}", headers=headers, raw=body) for n in (number, ABSENT))
                self.assertEqual((hidden.status, hidden.body), (absent.status, absent.body), (who, way, body, headers))
                self.assertIn(hidden.status, (403, 404), (who, way, hidden))
                self.assertNotIn("Yiwang-Seq", hidden.headers)
        for who, client, number in strangers[:5]:  # erasing is for who administers, who need not see what he erases
            hidden, absent = (client.post(f"/api/v1/cases/{n}/erase", {"reason": "by request"}) for n in (number, ABSENT))
            self.assertEqual((hidden.status, hidden.body), (absent.status, absent.body), who)
        said = self.refused(self.investigator.act(secret, "sign"), 409, "wrong_state")
        self.assertNotIn("cityops", json.dumps(said))


if __name__ == "__main__":
    unittest.main()
