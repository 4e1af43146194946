"""The log for auditors: what was done and read, by which post, for which purpose; no search by person."""
import base64
import unittest

import fixture


class Audit(unittest.TestCase):
    @classmethod
    def setUpClass(cls):
        cls.server = fixture.Server()
        cls.client = cls.server.client()
        cls.operator = cls.server.staff("operator", "operator", "centre")
        cls.auditor = cls.server.staff("auditor", "auditor", "centre")
        cls.admin = cls.server.staff("admin", "admin", "centre")
        filed = cls.client.file(contact={"name": "张三", "phone": "13800000000"}).json
        cls.number = filed["number"]
        cls.operator.act(cls.number, "accept_dispatch")
        cls.read = cls.operator.post(f"/api/v1/cases/{cls.number}/contact", {"purpose": "回访核实地点"})
        cls.conduct = cls.client.file("工作人员态度不好", about={"kind": "conduct", "unit": "cityops"}).json["number"]

    @classmethod
    def tearDownClass(cls):
        cls.server.close()

    def test_newest_first_and_pages(self):
        seqs, after = [], ""
        while after is not None:
            page = self.auditor.get("/api/v1/audit?limit=3" + (f"&after={after}" if after else "")).json
            seqs += [line["seq"] for line in page["items"]]
            after = page["next"]
        self.assertEqual(seqs, list(range(seqs[0], 0, -1)))
        self.assertGreater(len(seqs), 6)

    def test_readings_with_their_purpose(self):
        self.assertEqual(self.read.status, 200, self.read)
        items = self.auditor.get("/api/v1/audit?kind=read&lang=zh").json["items"]
        self.assertEqual(len(items), 1)
        line = items[0]
        self.assertEqual((line["kind"], line["number"], line["purpose"]), ("read", self.number, "回访核实地点"))
        self.assertEqual(line["actor"]["login"], "operator")
        self.assertEqual(line["actor"]["role"], {"code": "operator", "name": "受理员"})
        self.assertEqual(line["actor"]["unit"]["code"], "centre")
        raw = self.auditor.get("/api/v1/audit?limit=500").body.decode()
        for word in ("张三", "13800000000", "路灯"):
            self.assertNotIn(word, raw)

    def test_kinds(self):
        acted = self.auditor.get("/api/v1/audit?kind=acted&lang=zh").json["items"]
        self.assertEqual(acted[0]["action"], "accept_dispatch")
        self.assertTrue(any("\u4e00" <= c <= "\u9fff" for c in acted[0]["label"]))
        staff = self.auditor.get("/api/v1/audit?kind=staff,city").json["items"]
        self.assertEqual({line["kind"] for line in staff}, {"staff", "city"})
        self.assertEqual(staff[-1]["kind"], "city")
        for query in ("kind=person", "after=x", "after=0", "limit=501"):
            self.assertEqual(self.auditor.get("/api/v1/audit?" + query).status, 422, query)

    def test_a_sealed_case_keeps_its_number(self):
        filed = self.auditor.get("/api/v1/audit?kind=filed&limit=500").json["items"]
        numbers = [line.get("number") for line in filed]
        self.assertIn(self.number, numbers)
        self.assertNotIn(self.conduct, numbers)
        self.assertEqual(self.auditor.case(self.conduct).status, 404)

    def test_who_may(self):
        self.assertEqual(self.admin.get("/api/v1/audit").status, 200)
        reply = self.operator.get("/api/v1/audit")
        self.assertEqual((reply.status, reply.json["code"]), (403, "not_allowed"))
        self.assertEqual(self.client.get("/api/v1/audit").status, 401)

    def test_head(self):
        head = self.client.get("/api/v1/audit/log").json
        lines = head["signed"].split("\n")
        self.assertEqual(int(lines[1]), head["seq"])
        self.assertEqual(base64.b64decode(lines[2]).hex(), head["root"])
        self.assertEqual(len(head["key"]), 64)
        newest = self.auditor.get("/api/v1/audit?limit=1").json["items"][0]["seq"]
        self.assertGreaterEqual(newest, head["seq"])


if __name__ == "__main__":
    unittest.main()
