"""Prevention in the console: the timetable of inspections, a proposal that somebody takes up, hazards, registers, sensors; both languages, without a violation."""
import os
import sys
import tempfile
import unittest

import browser

sys.path.insert(0, os.path.join(os.path.dirname(os.path.abspath(__file__)), "..", "blackbox"))
from test_registers import HEADER, run_import  # noqa: E402

HYDRANTS = [f"320413010130000{n:02d}" for n in range(1, 13)]
ROWS = HEADER + "".join(f"{code},b01013,消火栓{n + 1}号（样例）,119.57{n % 10}000,31.720000,water,完好,A\n" for n, code in enumerate(HYDRANTS))


class Prevent(unittest.TestCase):
    @classmethod
    def setUpClass(cls):
        cls.folder = tempfile.TemporaryDirectory()
        run_import(cls.folder.name, "components.csv", "components.yaml", ROWS)
        cls.server = browser.fixture.Server(data=cls.folder.name)
        operator = cls.server.staff("operator", "operator", "centre", password="look before it falls")
        cls.made = [operator.file("阀门锈蚀", category="h01", thing=HYDRANTS[0]).status for _ in range(3)]
        cls.b = browser.shared()
        cls.b.base = f"http://127.0.0.1:{cls.server.port}"
        cls.b.scheme("light")
        cls.b.size(browser.DESK)
        cls.b.scripts(True)

    @classmethod
    def tearDownClass(cls):
        cls.b.open("/resident/", "zh")
        cls.b.scripts(False)
        cls.server.close()
        cls.folder.cleanup()

    def go(self, hash_, ready):
        def there():
            self.b.driver.execute_script("if (location.hash.indexOf(arguments[0]) !== 0) location.hash = arguments[1]", hash_.split("?")[0], hash_)
            return ready()
        self.b.until(there, 30)

    def test_pages(self):
        b = self.b
        self.assertEqual(self.made, [201, 201, 201])
        b.open("/", "zh")
        b.until(lambda: b.all("#login"), 20)
        for css, text in (("#login", "operator"), ("#password", "look before it falls")):
            b.find(css).send_keys(text)
        b.find("form button[type=submit]").click()
        b.until(lambda: b.all(".frame"), 20)
        for lang, heading, take in (("en", "Inspections", "File the inspection"), ("zh", "检查", "采纳并立检查")):
            b.open("/", lang)
            b.until(lambda: b.all("h1"), 20)  # its own first page has come
            self.go("#/inspections?days=92", lambda: b.all("table.plain tbody tr td.day"))
            self.assertIn(heading, [e.text for e in b.all("h1")])
            b.until(lambda: [e for e in b.all("button") if e.text == take], 15)
            self.picture("inspections-" + lang)
            self.assertEqual(b.axe(), [])
            self.go("#/sensors", lambda: len(b.all("table.plain tbody tr")) > 50)
            self.picture("sensors-" + lang)
            self.assertEqual(b.axe(), [])
            self.assertNotIn(".000", b.find("table.plain").text)
            self.go("#/hazards", lambda: len(b.all("table.plain tbody tr")) == 3)
            b.until(lambda: b.all(".map canvas"), 20)
            self.picture("hazards-" + lang)
            self.assertEqual(b.axe(), [])
            self.go("#/registers", lambda: len(b.all("table.plain tbody tr")) == len(HYDRANTS))
            b.until(lambda: b.all(".map canvas"), 20)
            self.picture("registers-" + lang)
            self.assertEqual(b.axe(), [])
            b.find("#register-find").send_keys(HYDRANTS[4] + "\n")
            b.until(lambda: [e.text for e in b.all("table.plain tbody a")] == [HYDRANTS[4]], 15)
        self.go("#/inspections?days=7", lambda: [e for e in b.all("button") if e.text == take])
        [e for e in b.all("button") if e.text == take][0].click()
        b.until(lambda: b.all("#proposal-text"), 10)
        self.assertIn("3件", b.find("#proposal-text").get_attribute("value"))
        self.picture("proposal-zh")
        self.assertEqual(b.axe(), [])
        b.find("[role=dialog] button[type=submit]").click()
        b.until(lambda: not b.all("[role=dialog]") and [e for e in b.all("[role=status]") if "已立检查" in e.text], 15)
        self.assertEqual([e for e in b.all("button") if e.text == take], [])

    def picture(self, name):
        folder = os.environ.get("YIWANG_PICTURES")
        if folder:
            self.b.driver.save_screenshot(os.path.join(folder, name + ".png"))


if __name__ == "__main__":
    unittest.main()
