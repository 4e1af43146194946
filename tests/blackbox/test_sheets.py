"""Lists and counts as CSV: what a list shows, as text that no spreadsheet takes for a formula."""
import csv
import io
import unittest

import fixture


def read(reply):
    assert reply.status == 200, reply
    assert reply.body.startswith(b"\xef\xbb\xbf"), "the mark of UTF-8"
    return list(csv.reader(io.StringIO(reply.body.decode("utf-8-sig"), newline="")))


class Sheets(unittest.TestCase):
    @classmethod
    def setUpClass(cls):
        cls.server = fixture.Server()
        cls.client = cls.server.client()
        cls.operator = cls.server.staff("operator", "operator", "centre")
        cls.texts = ["=1+2 路灯不亮", "+86 垃圾没清", "-井盖没了", "@噪声", "普通的一句，带\"引号\"\n和换行"]
        cls.numbers = [cls.client.file(text, address="=HYPERLINK(1)").json["number"] for text in cls.texts]
        cls.conduct = cls.client.file("工作人员态度不好", about={"kind": "conduct", "unit": "cityops"}).json["number"]
        for i in range(520):
            cls.client.file(f"第{i}盏路灯不亮")
        cls.wait()

    @classmethod
    def wait(cls):
        cls.operator.get("/api/v1/cases", {"Yiwang-Min-Seq": str(cls.client.seq)})

    @classmethod
    def tearDownClass(cls):
        cls.server.close()

    def test_rows(self):
        rows = read(self.operator.get("/api/v1/cases.csv?lang=zh&columns=number,text,address,lon,filed,state,unit_code"))
        self.assertEqual(rows[0], ["编号", "内容", "地点", "经度", "收到时间", "状态", "单位代码"])
        self.assertEqual(len(rows), 1 + 525, "more than a page of lists")
        by_number = {row[0]: row for row in rows[1:]}
        for number, text in zip(self.numbers, self.texts):
            row = by_number[number]
            self.assertEqual(row[1], text if text[0] not in "=+-@" else "'" + text)
            self.assertEqual(row[2], "'=HYPERLINK(1)")
            self.assertEqual(float(row[3]), 119.57)
            self.assertRegex(row[4], r"^\d{4}-\d\d-\d\d \d\d:\d\d:\d\d$")
            self.assertEqual(row[5], "待受理")
        self.assertNotIn(self.conduct, by_number)

    def test_query_and_standard_columns(self):
        reply = self.operator.get("/api/v1/cases.csv?lang=en&q=number:" + self.numbers[0])
        self.assertEqual(reply.headers["Content-Type"], "text/csv; charset=utf-8")
        self.assertIn("cases.csv", reply.headers["Content-Disposition"])
        rows = read(reply)
        self.assertEqual((len(rows), rows[0][0]), (2, "Number"))
        for query in ("columns=phone", "q=(((", "sort=up"):
            self.assertIn(self.operator.get("/api/v1/cases.csv?" + query).status, (400, 422))

    def test_counts(self):
        rows = read(self.operator.get("/api/v1/stats.csv?by=state&lang=zh"))
        self.assertEqual(rows, [["状态", "代码", "件数"], ["待受理", "filed", "525"]])
        rows = read(self.operator.get("/api/v1/stats.csv?by=area:town,month&measure=open&lang=en"))
        self.assertEqual(rows[0][-1], "Open")
        self.assertEqual(sum(int(row[-1]) for row in rows[1:]), 525)
        self.assertEqual(self.operator.get("/api/v1/stats.csv?by=nothing").status, 422)

    def test_strangers(self):
        for path in ("/api/v1/cases.csv", "/api/v1/stats.csv?by=unit"):
            self.assertEqual(self.client.get(path).status, 401)


if __name__ == "__main__":
    unittest.main()
