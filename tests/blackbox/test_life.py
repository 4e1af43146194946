"""The main job over HTTP: a report comes in, and the city answers. Every post acts as itself."""
import os
import subprocess
import tempfile
import unittest
import urllib.parse

import fixture


class Life(unittest.TestCase):
    @classmethod
    def setUpClass(cls):
        cls.server = fixture.Server()
        cls.stranger = cls.server.client()
        cls.operator = cls.server.staff("operator", "operator", "centre")
        cls.supervisor = cls.server.staff("supervisor", "supervisor", "centre")
        cls.grid = cls.server.staff("grid", "grid_worker", area="320413")

    @classmethod
    def tearDownClass(cls):
        cls.server.close()

    def filed(self, **fields):
        reply = self.stranger.file(**fields)
        self.assertEqual(reply.status, 201, reply)
        return reply.json

    def handler(self, unit):
        return self.server.staff("h_" + unit, "handler", unit)

    def act(self, who, number, action, body=None, expect=200):
        """Acts with the fields given; what else the action needs is filled in as a form would."""
        offers = {a["action"]: a for a in who.case(number).json["actions"]}
        self.assertIn(action, offers)
        reply = who.act(number, action, {**who.needed(offers[action]), **(body or {})})
        self.assertEqual(reply.status, expect, (action, reply))
        return reply.json

    def handled(self, **fields):
        """Files and goes on until the unit has fed back; number, track, handler."""
        filed = self.filed(**fields)
        number = filed["number"]
        case = self.act(self.operator, number, "accept_dispatch")
        worker = self.handler(case["unit"]["code"])
        self.act(worker, number, "sign")
        self.act(worker, number, "done")
        return number, filed["track"], worker

    def test_whole_life(self):
        number, track, _ = self.handled()
        self.act(self.operator, number, "ask_verification")
        self.act(self.grid, number, "verify_pass")
        closed = self.act(self.operator, number, "close", {"answer": "路灯已修好，谢谢反映。", "outcome": "solved"})
        self.assertEqual(closed["state"], "closed")
        self.assertTrue(all(c["state"] in ("met", "stopped", "missed") for c in closed["clocks"]), closed["clocks"])
        seen = self.stranger.get(f"/api/v1/track/{track}").json
        self.assertIn("路灯已修好，谢谢反映。", [h["text"] for h in seen["history"]])
        self.assertIn("rate", [m["action"] for m in seen["may"]])
        rated = self.stranger.post(f"/api/v1/track/{track}/rate", {"rating": 5})
        self.assertEqual(rated.status, 200, rated)
        self.assertEqual(self.operator.case(number).json["rating"], 5)

    def test_reporter_reopens(self):
        number, track, _ = self.handled()
        self.act(self.operator, number, "ask_verification")
        self.act(self.grid, number, "verify_pass")
        self.act(self.operator, number, "close", {"answer": "好了", "outcome": "solved"})
        reply = self.stranger.post(f"/api/v1/track/{track}/reopen", {"text": "还是不亮"})
        self.assertEqual(reply.status, 200, reply)
        self.assertNotEqual(self.operator.case(number).json["state"], "closed")

    def test_reporter_withdraws(self):
        filed = self.filed()
        reply = self.stranger.post(f"/api/v1/track/{filed['track']}/withdraw", {"text": "自己解决了"})
        self.assertEqual(reply.json["state"], "withdrawn", reply)

    def test_refusal_names_the_channel(self):
        filed = self.filed(text="有人打架斗殴")
        wrong = self.operator.act(filed["number"], "refuse", {"reason": "emergency", "note": "请拨打110"})
        self.assertEqual(wrong.status, 422, wrong)
        self.assertEqual(wrong.json["field"], "channel")
        offers = {a["action"]: a for a in self.operator.case(filed["number"]).json["actions"]}
        self.assertIn("refuse", offers)
        channels = [c for c in self.stranger.get("/api/v1/city").json["channels"] if c["phone"]]
        self.act(self.operator, filed["number"], "refuse", {"channel": channels[0]["code"], "reason": "emergency", "note": "请拨打110"})
        self.assertEqual(self.stranger.get(f"/api/v1/track/{filed['track']}").json["state"], "refused")

    def test_return_twice_then_designated(self):
        number = self.filed()["number"]
        case = self.act(self.operator, number, "accept_dispatch")
        worker = self.handler(case["unit"]["code"])
        for _ in range(2):
            self.act(worker, number, "return")
            offered = [a["action"] for a in self.operator.case(number).json["actions"]]
            if "dispatch" in offered:
                self.act(self.operator, number, "dispatch")
        refused = self.operator.act(number, "dispatch")
        self.assertNotEqual(refused.status, 200)
        self.act(self.operator, number, "designate", {"unit": case["unit"]["code"]})
        last = worker.act(number, "return", {"reason": "not_ours", "note": "不属于本单位职责"})
        self.assertIn(last.status, (403, 409, 422), last)

    def test_conflict_tells_what_changed(self):
        number = self.filed()["number"]
        version = self.operator.case(number).json["version"]
        self.act(self.operator, number, "note", {"note": "先看一下"})
        late = self.operator.act(number, "accept", {}, version=version)
        self.assertEqual(late.status, 409, late)
        self.assertIn("备注", late.json["more"])

    def test_idempotency(self):
        key = {"Idempotency-Key": "abc-1"}
        first, second = self.stranger.file(headers=key), self.stranger.file(headers=key)
        self.assertEqual(first.json["number"], second.json["number"])
        self.assertEqual(second.headers.get("Idempotent-Replayed"), "true")
        other = self.stranger.file(text="完全不同的事", headers=key)
        self.assertEqual((other.status, other.json["code"]), (422, "key_reused"), other)

    def test_a_repeat_is_answered_though_the_act_took_the_case_away(self):
        """The answer to a telephone was lost; what it did counted, and the case is no longer its to see."""
        number = self.filed()["number"]
        helper = self.server.staff("helper_gone", "handler", "fire_rescue")
        self.act(self.operator, number, "accept_dispatch", {"assist": ["fire_rescue"]})
        self.assertEqual(helper.act(number, "sign_assist").status, 200)
        path, body = f"/api/v1/cases/{number}/actions/done_assist", {"note": "已到场配合"}
        first = helper.post(path, body, {"Idempotency-Key": "gone-1"})
        self.assertEqual((first.status, first.json.get("gone")), (200, True), first)
        self.assertEqual(helper.case(number).status, 404)
        again = helper.post(path, body, {"Idempotency-Key": "gone-1"})
        self.assertEqual((again.status, again.json.get("gone")), (200, True), again)
        self.assertEqual(again.headers.get("Idempotent-Replayed"), "true")
        new = helper.post(path, body, {"Idempotency-Key": "gone-2"})
        self.assertEqual((new.status, new.json["code"]), (404, "unknown_case"), new)
        self.assertEqual([h["action"] for h in self.operator.case(number).json["history"]].count("done_assist"), 1)

    def test_list_counts_and_feed_follow(self):
        number = self.filed(text="无人机库门口积水严重")["number"]
        seq = {"Yiwang-Min-Seq": str(self.stranger.seq)}
        listed = self.operator.get("/api/v1/cases?q=" + "%22%E7%A7%AF%E6%B0%B4%22", headers=seq)
        self.assertEqual(listed.status, 200, listed)
        self.assertIn(number, [i["number"] for i in listed.json["items"]])
        counted = self.operator.get("/api/v1/stats?by=status", headers=seq).json
        self.assertGreater(sum(r[1] for r in counted["rows"]), 0)

    def test_an_earlier_number_is_linked(self):
        first = self.filed()["number"]
        second = self.filed(earlier=first)["number"]
        self.assertIn({"kind": "earlier", "number": first}, self.operator.case(second).json["links"])

    def test_similar_open_cases_are_named_to_staff(self):
        first = self.filed(text="西城公园门口的护栏断了")["number"]
        second = self.filed(text="公园护栏坏了")["number"]
        headers = {"Yiwang-Min-Seq": str(self.stranger.seq)}
        case = self.operator.get(f"/api/v1/cases/{second}", headers=headers).json
        self.assertIn(first, [s["number"] for s in case["similar"]])
        self.assertNotIn(second, [s["number"] for s in case["similar"]])

    def test_two_character_word_is_exact(self):
        number = self.filed(text="公园的长椅坏了")["number"]
        seq = {"Yiwang-Min-Seq": str(self.stranger.seq)}
        for word, expected in (("长椅", True), ("椅长", False), ("坏了", True), ("园长", False)):
            listed = self.operator.get("/api/v1/cases?limit=500&q=" + urllib.parse.quote(word), headers=seq)
            self.assertEqual(number in [i["number"] for i in listed.json["items"]], expected, (word, listed))

    def test_contact_is_read_for_a_purpose_and_recorded(self):
        filed = self.filed(contact={"name": "测试", "phone": "13900000000"})
        number = filed["number"]
        self.assertNotIn("13900000000", self.operator.case(number).body.decode())
        none = self.operator.post(f"/api/v1/cases/{number}/contact", {"purpose": ""})
        self.assertEqual(none.status, 422, none)
        read = self.operator.post(f"/api/v1/cases/{number}/contact", {"purpose": "回访核实办理情况"})
        self.assertEqual(read.json["phone"], "13900000000", read)
        kinds = [h["what"] for h in self.operator.case(number).json["history"]]
        self.assertIn("因办理需要查看了联系方式", kinds)
        denied = self.grid.post(f"/api/v1/cases/{number}/contact", {"purpose": "随便看看吧"})
        self.assertIn(denied.status, (403, 404), denied)

    def test_conduct_complaint_stays_away_from_the_accused(self):
        accused = self.server.staff("h_accused", "handler", "cityops")
        below = self.server.staff("h_below", "handler", "cityops_sanitation")
        filed = self.filed(text="城管局工作人员收钱", about={"kind": "conduct", "unit": "cityops"})
        number = filed["number"]
        self.assertNotIn((filed["unit"] or {}).get("code"), ("cityops", "cityops_sanitation"))
        for who in (accused, below):
            self.assertEqual(who.case(number).status, 404)
            listed = who.get("/api/v1/cases?q=" + number, headers={"Yiwang-Min-Seq": str(self.stranger.seq)})
            self.assertNotIn(number, listed.body.decode())

    def test_clock_and_due_are_told(self):
        filed = self.filed(text="门口井盖丢了，很危险")
        self.assertRegex(filed["due"], r"\+08:00$")
        case = self.operator.case(filed["number"]).json
        self.assertTrue(any(c["state"] == "running" for c in case["clocks"]), case["clocks"])

    def test_receipt_is_proof(self):
        track = self.filed()["track"]
        receipt = self.stranger.get(f"/api/v1/track/{track}/receipt")
        self.assertEqual(receipt.status, 200, receipt)
        with tempfile.TemporaryDirectory() as folder:
            paths = [os.path.join(folder, n) for n in ("receipt.json", "key", "forged.json")]
            body = receipt.body.decode()
            for path, text in zip(paths, (body, receipt.json["public_key"], body.replace('"n":1', '"n":2'))):
                with open(path, "w") as f:
                    f.write(text)
            good = subprocess.run([fixture.PROGRAM, "verify", "--receipt", paths[0], "--public-key", paths[1]], capture_output=True)
            self.assertEqual(good.returncode, 0, good.stderr)
            flipped = body.replace('"header":"0', '"header":"1', 1)
            with open(paths[2], "w") as f:
                f.write(flipped)
            bad = subprocess.run([fixture.PROGRAM, "verify", "--receipt", paths[2], "--public-key", paths[1]], capture_output=True)
            self.assertEqual(bad.returncode, 1, bad)


if __name__ == "__main__":
    unittest.main()
