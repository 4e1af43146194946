"""Scans of stamped papers: kept as they are with their hash in the entry, told apart by what they hold, handed out as files to staff and
to whoever asked, to nobody else; what an act cites is kept."""
import hashlib
import unittest

import fixture

PDF = (b"%PDF-1.4\n1 0 obj<</Type/Catalog/Pages 2 0 R>>endobj\n2 0 obj<</Type/Pages/Kids[3 0 R]/Count 1>>endobj\n"
       b"3 0 obj<</Type/Page/Parent 2 0 R/MediaBox[0 0 595 842]>>endobj\ntrailer<</Root 1 0 R>>\n%%EOF\n")
REGISTERED = {"kind": "request", "form": "written", "elsewhere": "none"}


class Scans(unittest.TestCase):
    @classmethod
    def setUpClass(cls):
        cls.server = fixture.Server()
        cls.resident = cls.server.client()
        cls.office = cls.server.staff("office", "handler", "petition_office")
        cls.labour = cls.server.staff("labour", "handler", "labour")
        cls.housing = cls.server.staff("housing", "handler", "housing")
        cls.centre = cls.server.staff("operator", "operator", "centre")
        cls.wall = cls.server.staff("wall", "wall")

    @classmethod
    def tearDownClass(cls):
        cls.server.close()

    def send(self, client, raw, kind="application/pdf"):
        return client.call("POST", "/api/v1/media", raw=raw, kind=kind)

    def kept(self, raw=PDF):
        reply = self.send(self.office, raw)
        self.assertEqual(reply.status, 201, reply)
        return reply.json["id"]

    def petition(self):
        filed = self.resident.file("工地拖欠工资", category="p01").json
        self.assertEqual(self.office.act(filed["number"], "register", REGISTERED).status, 200)
        return filed

    def test_a_scan_is_the_answer(self):
        filed = self.petition()
        number, track = filed["number"], filed["track"]
        scan = self.kept()
        done = self.office.act(number, "answer_on_spot", {"answer": "已安排发放，见盖章答复书。", "basis": "劳动法第50条", "document": [scan]})
        self.assertEqual(done.status, 200, done)
        line = next(h for h in self.office.case(number).json["history"] if h["action"] == "answer_on_spot")
        self.assertEqual(line["documents"], [{"id": scan, "type": "application/pdf", "sha256": hashlib.sha256(PDF).hexdigest()}])
        self.assertIn(hashlib.sha256(PDF).hexdigest(), str(line["facts"]))
        self.assertEqual(line["media"], [])
        for client, path in ((self.office, f"/api/v1/cases/{number}/media/{scan}"), (self.resident, f"/api/v1/track/{track}/media/{scan}")):
            reply = client.get(path)
            self.assertEqual((reply.status, reply.body), (200, PDF))
            self.assertEqual(reply.headers["Content-Type"], "application/pdf")
            self.assertTrue(reply.headers["Content-Disposition"].startswith("attachment"))
            self.assertEqual(reply.headers["X-Content-Type-Options"], "nosniff")
        shown = self.resident.get("/api/v1/track/" + track).json["history"]
        self.assertTrue(any(h.get("documents") for h in shown))
        self.assertIn(f"/media/{scan}", self.resident.get("/resident/track/" + track).body.decode())
        for other in (self.labour, self.wall):
            self.assertIn(other.get(f"/api/v1/cases/{number}/media/{scan}").status, (403, 404))
        self.assertEqual(self.resident.get(f"/api/v1/cases/{number}/media/{scan}").status, 401)

    def test_added_after_the_letter_was_stamped(self):
        filed = self.petition()
        number = filed["number"]
        self.assertEqual(self.office.act(number, "answer_on_spot", {"answer": "已安排发放。", "basis": "劳动法第50条"}).status, 200)
        missing = self.office.act(number, "stamped", {"title": "答复书"})
        self.assertEqual((missing.status, missing.json["field"]), (422, "document"))
        photo = self.office.photo()
        self.assertEqual(self.office.act(number, "stamped", {"title": "坛信答〔2026〕1号", "document": [self.kept(), photo]}).status, 200)
        line = self.office.case(number).json["history"][-1]
        self.assertEqual([d["type"] for d in line["documents"]], ["application/pdf", "image/jpeg"])
        self.assertNotIn("stamped", [a["action"] for a in self.labour.case(number).json.get("actions", [])])
        self.assertEqual(self.labour.act(number, "stamped", {"title": "x", "document": [self.kept()]}).status, 404)

    def test_what_is_no_plain_pdf(self):
        for raw in (b"%PDF-1.7\nhello", b"%PDF-1.4\n1 0 obj<</JavaScript 2 0 R>>\n%%EOF", PDF.replace(b"/Catalog", b"/Catalog /Launch"),
                    PDF + b"\n/EmbeddedFile\n%%EOF", b"%PDF-9.9\n%%EOF", b"%PDF-1.4\n/Encrypt 3 0 R\n%%EOF"):
            reply = self.send(self.office, raw)
            self.assertEqual((reply.status, reply.json["code"], reply.json["field"]), (422, "bad_document", "file"), raw[:40])
        self.assertEqual(self.send(self.office, b"<html>%PDF-1.4 %%EOF</html>").json["code"], "bad_image")
        self.assertIn(self.send(self.office, PDF + b" " * (20 << 20) + b"%%EOF").status, (413,))
        self.assertEqual(self.send(self.resident, PDF).status, 401, "residents send pictures")

    def test_a_photo_is_no_pdf_and_what_is_cited_must_be_there(self):
        number = self.resident.file("东门大街井盖破损").json["number"]
        refused = self.resident.post("/api/v1/reports", {"text": "东门大街井盖破损", **fixture.PLACE, "media": [self.kept()]})
        self.assertEqual(refused.status, 422, refused)
        filed = self.petition()
        act = {"answer": "已安排发放。", "basis": "劳动法第50条"}
        unknown = self.office.act(filed["number"], "answer_on_spot", {**act, "document": ["0" * 32]})
        self.assertEqual((unknown.status, unknown.json["code"], unknown.json["field"]), (422, "unknown_media", "document"))
        many = self.office.act(filed["number"], "answer_on_spot", {**act, "document": [self.kept()] * 10})
        self.assertEqual((many.status, many.json["code"]), (422, "too_many_media"))
        self.assertTrue(number)


if __name__ == "__main__":
    unittest.main()
