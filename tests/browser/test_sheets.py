"""Sheets as people get them: the buttons of the list and of the figures, the file with its name, its columns and its letters."""
import csv
import io
import os
import shutil
import tempfile
import time
import unittest

import browser
import test_insight


class Sheets(unittest.TestCase):
    @classmethod
    def setUpClass(cls):
        cls.server = browser.fixture.Server()
        cls.server.staff("sup", "supervisor", password=test_insight.PASSWORD)
        cls.operator = cls.server.staff("op", "operator", "centre")
        stranger = cls.server.client()
        for i, text in enumerate(["=1+1，路灯不亮", "井盖,缺失“危险”", "小区门口\n垃圾没人清", "路灯不亮"]):
            assert stranger.file(text, lon=119.57 + i * 1e-4, lat=31.72).status == 201
        cls.folder = tempfile.mkdtemp(prefix="yiwang-sheets-")
        cls.c = test_insight.Console(cls.server)
        cls.b = cls.c.b
        cls.b.scheme("light")
        cls.b.cdp("Browser.setDownloadBehavior", behavior="allow", downloadPath=cls.folder)
        cls.c.login("sup")

    @classmethod
    def tearDownClass(cls):
        cls.b.driver.get("about:blank")
        cls.b.scripts(False)
        cls.server.close()
        shutil.rmtree(cls.folder, ignore_errors=True)

    def setUp(self):
        for name in os.listdir(self.folder):
            os.remove(os.path.join(self.folder, name))

    def file(self, name):
        """The rows of the file that arrives under this name, read as a spreadsheet reads it: UTF-8 by its mark, commas, CRLF."""
        path, end = os.path.join(self.folder, name), time.time() + 10
        while not os.path.exists(path):
            self.assertLess(time.time(), end, os.listdir(self.folder))
            time.sleep(.05)
        with open(path, "rb") as f:
            body = f.read()
        self.assertEqual(body[:3], b"\xef\xbb\xbf")
        self.assertEqual(body.count(b"\xef\xbb\xbf"), 1)
        self.assertIn(b"\r\n", body)
        rows = list(csv.reader(io.StringIO(body[3:].decode(), newline="")))
        self.assertEqual({len(r) for r in rows}, {len(rows[0])})
        self.assertFalse([cell for r in rows for cell in r if cell[:1] in "=+@" and cell], "a formula")
        return rows

    def test_the_list(self):
        today = time.strftime("%Y-%m-%d", time.gmtime(time.time() + 8 * 3600))
        for lang, head in (("zh", "编号"), ("en", "Number")):
            with self.subTest(lang):
                self.setUp()
                self.c.go("/cases?q=status:open", lang)
                shown = [e.text for e in self.c.wait("table thead") and self.b.all("table thead th") if e.text.strip()]
                self.c.wait("tbody tr")
                next(e for e in self.b.all("header button") if e.text in ("导出表格", "Export")).click()
                rows = self.file(f"cases-{today}.csv")
                self.assertEqual(len(rows), 5)
                self.assertEqual(rows[0][0].lower(), head.lower())
                self.assertEqual(len(rows[0]), len(shown), (rows[0], shown))
                texts = {cell for r in rows for cell in r}
                self.assertTrue({"'=1+1，路灯不亮", "井盖,缺失“危险”", "小区门口\n垃圾没人清"} <= texts, texts)
                self.assertEqual(self.b.messages(), [])

    def test_figures(self):
        self.c.go("/stats?period=7d")
        self.c.settled()
        self.c.wait(".chart.unit, .charts .unit")
        self.b.find(".charts .unit header button").click()
        name = self.b.until(lambda: next((n for n in os.listdir(self.folder) if n.endswith(".csv")), None))
        self.assertRegex(name, r"^unit-\d{4}-\d\d-\d\d-\d{4}-\d\d-\d\d\.csv$")
        rows = self.file(name)
        counts = {str(r[0]): int(r[1]) for r in self.operator.get("/api/v1/stats?by=unit").json["rows"]}
        self.assertEqual(sum(int(r[-1]) for r in rows[1:]), sum(counts.values()))
        self.setUp()
        next(e for e in self.b.all("form.bar button") if "导出" in e.text).click()
        name = self.b.until(lambda: next((n for n in os.listdir(self.folder) if n.endswith(".csv")), None))
        self.assertRegex(name, r"^cases-\d{4}-\d\d-\d\d-\d{4}-\d\d-\d\d\.csv$")
        self.assertEqual(len(self.file(name)), 5)
        self.assertEqual(self.b.messages(), [])

    def test_a_refusal_is_a_sentence(self):
        self.c.go("/cases?q=status:open")
        self.c.wait("tbody tr")
        self.b.cdp("Network.enable")
        self.b.cdp("Network.setBlockedURLs", urls=["*cases.csv*"])
        try:
            next(e for e in self.b.all("header button") if e.text == "导出表格").click()
            self.b.until(lambda: self.b.find("#q-bad").text)
            self.assertRegex(self.b.find("#q-bad").text, "[\u4e00-\u9fff]")
        finally:
            self.b.cdp("Network.setBlockedURLs", urls=[])
        self.assertEqual(os.listdir(self.folder), [])
        self.b.messages()


if __name__ == "__main__":
    unittest.main()
