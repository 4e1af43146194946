"""The page about grids, and one grid on one page: both languages, without a violation."""
import os
import unittest

import browser

GRID = "320413001001001"


class Grids(unittest.TestCase):
    @classmethod
    def setUpClass(cls):
        cls.server = browser.fixture.Server()
        cls.server.staff("over", "supervisor", "centre", password="a grid a page")
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

    def test_pages(self):
        b = self.b
        b.open("/", "zh")
        b.until(lambda: b.all("#login"), 20)
        for css, text in (("#login", "over"), ("#password", "a grid a page")):
            b.find(css).send_keys(text)
        b.find("form button[type=submit]").click()
        b.until(lambda: b.all(".frame"), 20)
        for lang, heading in (("zh", "网格"), ("en", "Grids")):
            b.open("/", lang)
            b.until(lambda: b.all("h1"), 20)  # its own first page has come
            b.driver.execute_script("location.hash = '#/grids?area=320413001'")
            b.until(lambda: len(b.all("table.plain tbody tr")) > 5, 15)
            self.assertIn(heading, [e.text for e in b.all("h1")])
            self.picture("grids-" + lang)
            self.assertEqual(b.axe(), [])
            b.driver.execute_script("location.hash = arguments[0]", "#/grid/" + GRID)
            b.until(lambda: b.all(".sheet table tr"), 15)
            text = b.all(".sheet")[0].text
            for words in ("0519-", "G01"):
                self.assertIn(words, text)
            self.picture("grid-" + lang)
            self.assertEqual(b.axe(), [])

    def picture(self, name):
        folder = os.environ.get("YIWANG_PICTURES")
        if folder:
            self.b.driver.save_screenshot(os.path.join(folder, name + ".png"))


if __name__ == "__main__":
    unittest.main()
