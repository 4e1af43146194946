"""The page of findings: a burst in the past stands first, and from it one comes to its cases; both languages, without a violation."""
import os
import sys
import tempfile
import unittest

import browser

sys.path.insert(0, os.path.join(browser.fixture.ROOT, "tests", "blackbox"))
import past  # noqa: E402


class Findings(unittest.TestCase):
    @classmethod
    def setUpClass(cls):
        cls.folder = tempfile.TemporaryDirectory()
        data = os.path.join(cls.folder.name, "data")
        past.bring_in(data)
        cls.server = browser.fixture.Server(data=data)
        cls.server.staff("leader", "leader", "centre", password="what is unusual")
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

    def test_from_a_finding_to_its_cases(self):
        b = self.b
        b.open("/", "zh")
        b.until(lambda: b.all("#login"), 20)
        for css, text in (("#login", "leader"), ("#password", "what is unusual")):
            b.find(css).send_keys(text)
        b.find("form button[type=submit]").click()
        b.until(lambda: b.all(".frame"), 20)
        for lang, said in (("zh", "明显聚集"), ("en", "Clear")):
            b.open("/", lang)
            b.until(lambda: b.all("h1"), 20)  # its own first page has come
            b.driver.execute_script("location.hash = '#/insight?days=90&window=14&radius=3&alive=1'")
            b.until(lambda: b.all(".found li") and b.all(".spark") and b.all(".chart canvas"), 20)
            self.assertIn(said, b.find(".found li").text)
            self.assertEqual(b.looks("findings " + lang), [])
            folder = os.environ.get("YIWANG_PICTURES")
            if folder:
                b.picture(os.path.join(folder, f"findings-{lang}.png"))
        cases = b.find(".found li a").text
        b.find(".found li a").click()
        b.until(lambda: b.all("tbody tr"), 20)
        shown = len(b.all("tbody tr"))
        self.assertIn(str(shown), cases)
        self.assertGreaterEqual(shown, 14)


if __name__ == "__main__":
    unittest.main()
