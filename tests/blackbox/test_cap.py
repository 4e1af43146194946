"""Warnings of others as CAP 1.2: signed, taken once, an update and a cancellation refer to the earlier one; forged and replayed
deliveries, foreign entities and laughs are refused. What goes out is held against the rules of the standard in test_emergency."""
import os
import time
import unittest

import fixture
from test_outside import SECRET, sign

CORPUS = os.path.join(fixture.ROOT, "fuzz", "corpus", "cap")


def read(name):
    with open(os.path.join(CORPUS, name), "rb") as f:
        return f.read()


class Cap(unittest.TestCase):
    @classmethod
    def setUpClass(cls):
        cls.server = fixture.Server()
        with open(os.path.join(cls.server.data, "peers.yaml"), "w", encoding="utf-8") as f:
            f.write(f'name: jintan\npeers:\n  - {{code: weather, secret: "{SECRET}"}}\n  - {{code: rx12345, secret: "{SECRET}"}}\n')
        cls.server.run("reload")
        cls.anybody = cls.server.client()
        cls.duty = cls.server.staff("duty", "operator", "centre")
        cls.auditor = cls.server.staff("auditor", "auditor", "centre")

    @classmethod
    def tearDownClass(cls):
        cls.server.close()

    def deliver(self, body, secret=SECRET, age=0, peer="weather", ident="m1"):
        body = body if isinstance(body, bytes) else body.encode()
        seconds = str(int(time.time()) - age)
        return self.anybody.post("/api/v1/cap/" + peer, raw=body, headers={
            "Content-Type": "application/cap+xml", "webhook-id": ident, "webhook-timestamp": seconds, "webhook-signature": sign(secret, ident, seconds, body)})

    def message(self, identifier, **changes):
        text = read(changes.pop("of", "alert.xml")).decode().replace("32041300000000_20261125080000_1", changes.pop("refers", identifier))
        text = text.replace("<identifier>" + text.split("<identifier>")[1].split("<")[0], "<identifier>" + identifier)
        for old, new in changes.items():
            text = text.replace(*new) if isinstance(new, tuple) else text.replace(old, new)
        return text

    def count(self):
        """Written by others: the list may lag behind them for a moment."""
        time.sleep(0.4)
        return len(self.duty.get("/api/v1/cases?q=procedure:alert&limit=100").json["items"])

    def test_a_warning_becomes_a_case_once(self):
        r = self.deliver(self.message("one"))
        self.assertEqual((r.status, r.json["outside_number"], r.json["state"], r.json["repeated"]), (201, "one", "drafted", False), r)
        case = self.duty.case(r.json["number"]).json
        self.assertEqual((case["procedure"], case["category"]["code"], case["state"]), ("alert", "y01", "drafted"))
        for words in ("暴雨橙色预警", "强降雨 <注意>", "避开低洼路段", "金坛区", "Severe"):
            self.assertIn(words, case["text"])
        self.assertIsNotNone(case["area"], "the middle of its polygon lies in the district")
        n = self.count()
        again = self.deliver(self.message("one"), ident="m2")
        self.assertEqual((again.status, again.json["number"], again.json["repeated"]), (200, r.json["number"], True), again)
        self.assertEqual(self.count(), n)
        self.assertNotIn("强降雨 <注意>", self.server.client().get("/api/v1/public/notices").body.decode(), "nothing goes out by itself")

    def test_update_and_cancel_refer_to_the_earlier(self):
        number = self.deliver(self.message("two")).json["number"]
        n = self.count()
        r = self.deliver(self.message("two-b", of="update.xml", refers="two", text=("强降雨", "雨势减弱")), ident="m3")
        self.assertEqual((r.status, r.json["number"]), (201, number), r)
        again = self.deliver(self.message("two-b", of="update.xml", refers="two", text=("强降雨", "雨势减弱")), ident="m4")
        self.assertEqual((again.status, again.json["repeated"]), (200, True), again)
        r = self.deliver(self.message("two-c", of="cancel.xml", text=("c,d,", "weather,two,")), ident="m5")
        self.assertEqual((r.status, r.json["number"]), (201, number), r)
        lines = [(l["action"], l["internal"] or l["text"]) for l in self.duty.case(number).json["history"]]
        self.assertIn("their_update", [a for a, _ in lines])
        self.assertIn("their_cancel", [a for a, _ in lines])
        self.assertTrue(any("雨势减弱" in (t or "") for _, t in lines), lines)
        self.assertEqual(self.count(), n)
        self.assertEqual(self.deliver(self.message("x", of="cancel.xml"), ident="m6").json["code"], "unknown_reference")

    def test_an_exercise_stays_one(self):
        r = self.deliver(self.message("drill", status=("Actual", "Exercise")))
        self.assertTrue(self.duty.case(r.json["number"]).json["exercise"])
        real = self.deliver(self.message("drill-b", of="update.xml", refers="drill"))
        self.assertNotEqual(real.json["number"], r.json["number"], "the real thing never touches an exercise")

    def test_other_events_and_long_identifiers(self):
        name = "urn:oid:2.49.0.0.156.0.2026.11.25.8.0.0.1.and.longer"
        r = self.deliver(self.message(name, event=("暴雨</event>", "陨石</event>")))
        self.assertEqual(self.duty.case(r.json["number"]).json["category"]["code"], "y09")
        self.assertTrue(self.deliver(self.message(name)).json["repeated"])

    def test_forged_and_replayed_are_refused_and_recorded(self):
        n = self.count()
        before = self.forgeries()
        for r in (self.deliver(self.message("bad"), secret="whsec_AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA"), self.deliver(self.message("bad"), age=3600)):
            self.assertEqual((r.status, r.json["code"]), (403, "forged"), r)
        self.assertGreater(self.forgeries(), before)
        self.assertEqual(self.deliver(self.message("bad"), peer="rx12345").status, 404, "a platform of another kind")
        self.assertEqual(self.deliver(self.message("bad"), peer="nobody").status, 404)
        self.assertEqual(self.anybody.post("/api/v1/outside/weather", raw=b"{}", headers={"webhook-id": "a"}).status, 404)
        self.assertEqual(self.count(), n)

    def forgeries(self):
        return len(self.auditor.get("/api/v1/audit?kind=exchange&limit=100").json["items"])

    def test_bad_messages(self):
        n = self.count()
        rows = [("xxe.xml", 400, "bad_xml"), ("laughs.xml", 400, "bad_xml"), ("other_namespace.xml", 422, "bad_cap"),
                ("no_event.xml", 422, "bad_cap"), ("bad_severity.xml", 422, "bad_cap"), ("bad_time.xml", 422, "bad_cap"), ("open_polygon.xml", 422, "bad_cap"),
                ("comma_in_identifier.xml", 422, "bad_cap"), ("bad_reference.xml", 422, "bad_cap")]
        for name, status, code in rows:
            r = self.deliver(read(name))
            self.assertEqual((r.status, r.json["code"]), (status, code), name)
        self.assertNotIn("root:", self.deliver(read("xxe.xml")).body.decode())
        for text, code in ((b"", "bad_xml"), (b"<alert", "bad_xml"), (self.message("t", status=("Actual", "Test")), "not_taken"),
                           (self.message("t", type=("<msgType>Alert", "<msgType>Ack")), "not_taken"), (self.message("t", year=("2036-", "2026-01-01T00:00:00+08:00</expires><!--")), "bad_xml"),
                           (self.message("t", over=("2036-11-25T20", "2026-01-25T20")), "not_taken")):
            r = self.deliver(text)
            self.assertEqual(r.json["code"], code, (text, r))
        self.assertIn(self.deliver(self.message("big") + "<!--" + "x" * (300 << 10) + "-->").status, (413, 400))
        self.assertEqual(self.count(), n)


if __name__ == "__main__":
    unittest.main()
