"""Letters of a case as DOCX and PDF: which there are, what they say, who may have them, what a reading of the addressee's name
leaves behind."""
import unittest

import fixture
from papers import kept, paragraphs, squeezed, text_of

FACTS = "经查，该公司自2026年6月起拖欠张某等12人工资共计人民币186400元，公司对欠薪事实和数额无异议。\n" * 4
RIGHT = "自收到本意见书之日起30日内，书面请求原办理机关的上一级机关复查"


class Letters(unittest.TestCase):
    @classmethod
    def setUpClass(cls):
        cls.server = fixture.Server()
        cls.resident = cls.server.client()
        cls.centre = cls.server.staff("operator", "operator", "centre")
        cls.office = cls.server.staff("office", "handler", "petition_office")
        cls.labour = cls.server.staff("labour", "handler", "labour")
        cls.wall = cls.server.staff("wall", "wall")

    @classmethod
    def tearDownClass(cls):
        cls.server.close()

    def done(self, reply):
        self.assertLess(reply.status, 300, reply)
        return reply

    def petition(self, **fields):
        number = self.done(self.resident.file("工地拖欠工资，请求责令支付", category="p01", **fields)).json["number"]
        self.done(self.office.act(number, "register", {"kind": "request", "form": "written", "elsewhere": "none"}))
        return number

    def letters(self, client, number):
        return {i["code"]: i for i in self.done(client.get(f"/api/v1/cases/{number}/letters?lang=zh")).json["items"]}

    def both(self, client, number, code, purpose=None, lang="zh"):
        """DOCX and PDF, checked against each other."""
        files = []
        for ending in ("docx", "pdf"):
            path = f"/api/v1/cases/{number}/letters/{code}.{ending}?lang={lang}"
            reply = client.post(path, {"purpose": purpose}) if purpose else client.get(path)
            self.assertEqual(reply.status, 200, reply)
            self.assertIn(f"{number}-{code}.{ending}", reply.headers["Content-Disposition"])
            self.assertEqual(reply.headers["Cache-Control"], "no-store")
            files.append(kept(f"{code}-{lang}.{ending}", reply.body))
        said = paragraphs(files[0])
        drawn = text_of(files[1])
        for p in said:
            self.assertIn(squeezed(p), drawn)
        return said

    def test_petition(self):
        number = self.petition(contact={"name": "李向阳", "phone": "13800000000"})
        self.assertEqual(set(self.letters(self.office, number)), {"petition_registered"})
        self.done(self.office.act(number, "transfer", {"units": ["labour"]}))
        self.done(self.labour.act(number, "accept", {"note": "由劳动保障监察大队调查处理。"}))
        accepted = self.letters(self.labour, number)["petition_accepted"]
        self.assertTrue(accepted["contact"] and accepted["missing"] is None)
        self.assertRegex(accepted["number"], r"^坛信受〔20\d\d〕\d{7,}号$")
        self.assertIn("李向阳：", self.both(self.office, number, "petition_accepted", "送达受理告知书"))
        self.done(self.labour.act(number, "opinion", {"result": "support", "note": "支持"}))
        self.assertNotIn("petition_opinion", self.letters(self.office, number))
        self.done(self.office.act(number, "reply", {
            "request": "请求责令某公司支付拖欠的工资。", "facts": FACTS, "answer": "责令该公司于7日内足额支付{name}。",
            "basis": "《保障农民工工资支付条例》第三条、第五十三条。", "result": "support", "remedy": "review"}))
        opinion = self.both(self.office, number, "petition_opinion", "送达处理意见书")
        self.assertTrue(any(RIGHT in p and "第35条" in p for p in opinion), opinion)
        self.assertIn("支持。责令该公司于7日内足额支付{name}。", opinion, "a value is put in once")
        self.assertEqual(opinion.count("区信访局"), 2)
        self.assertEqual(self.both(self.office, number, "petition_opinion", "再次打印"), opinion)
        english = self.both(self.office, number, "petition_opinion", "to be served", "en")
        self.assertTrue(any("within 30 days" in p for p in english))
        read = [h for h in self.office.case(number).json["history"] if "送达处理意见书" in str(h)]
        self.assertEqual(len(read), 2, "each reading of the name is an entry")

    def test_a_name_needs_a_purpose_and_the_right(self):
        number = self.petition(contact={"name": "王芳"})
        self.done(self.office.act(number, "refuse", {"channel": "court", "reason": "lawsuit", "note": "请依法起诉。"}))
        path = f"/api/v1/cases/{number}/letters/petition_refused.pdf"
        reply = self.office.get(path)
        self.assertEqual((reply.status, reply.json["code"]), (403, "purpose_needed"))
        self.assertEqual(self.office.post(path, {"purpose": ""}).status, 422)
        self.assertIn(self.wall.get(path).status, (403, 404))
        self.assertEqual(self.resident.get(path).status, 401)
        self.assertEqual(self.labour.get(path).status, 404, "not his case")
        self.assertEqual(self.office.get(path[:-4]).status, 404)
        self.assertEqual(self.office.get(f"/api/v1/cases/{number}/letters/petition_opinion.pdf").status, 403)
        self.assertEqual(self.office.post(f"/api/v1/cases/{number}/letters/petition_opinion.pdf", {"purpose": "送达"}).status, 409)
        before = len(self.office.case(number).json["history"])
        said = self.both(self.office, number, "petition_refused", "送达告知书")
        self.assertTrue(any("60日" in p and "第31条" in p for p in said), said)
        self.assertEqual(len(self.office.case(number).json["history"]), before + 2)

    def test_without_a_name_the_letter_is_refused_by_the_field(self):
        number = self.petition(contact={"phone": "13800000001"})
        self.done(self.office.act(number, "refuse", {"channel": "court", "reason": "lawsuit", "note": "请依法起诉。"}))
        reply = self.office.post(f"/api/v1/cases/{number}/letters/petition_refused.docx?lang=zh", {"purpose": "送达告知书"})
        self.assertEqual((reply.status, reply.json["code"], reply.json["field"]), (409, "letter_incomplete", "name"))

    def test_reply_without_contact(self):
        number = self.done(self.resident.file("请问公园几点开门？", category="s01")).json["number"]
        self.done(self.centre.act(number, "reply", {"answer": "公园6:00开放。\n\x01夏季5:30开放。", "basis": "公园管理办法"}))
        self.assertFalse(self.letters(self.centre, number)["report_reply"]["contact"])
        said = self.both(self.centre, number, "report_reply")
        self.assertIn("夏季5:30开放。", said)
        self.assertIn("依据：公园管理办法", said)
        first, second = (self.centre.get(f"/api/v1/cases/{number}/letters/report_reply.{e}").body for e in ("pdf", "docx"))
        self.assertEqual(first, self.centre.get(f"/api/v1/cases/{number}/letters/report_reply.pdf").body)
        self.assertEqual(second, self.centre.get(f"/api/v1/cases/{number}/letters/report_reply.docx").body)


if __name__ == "__main__":
    unittest.main()
