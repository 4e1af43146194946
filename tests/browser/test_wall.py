"""The wall: shows how things stand with a token of its own, says when it is old, comes back by itself, and never shows what
a resident wrote."""
import base64
import os
import time
import unittest

import browser
import test_insight

WALL, WALL_4K = (1920, 1080), (3840, 2160)
SAID = "门口那盏灯坏了三天，我妈妈昨晚摔了一跤"
WHERE = "东门大街128号门前"


class Wall(unittest.TestCase):
    @classmethod
    def setUpClass(cls):
        cls.server = browser.fixture.Server()
        posts, cls.numbers = test_insight.city_at_work(cls.server)
        cls.server.client().file(SAID, address=WHERE)
        cls.server.run("user", "add", "--login", "wall1", "--role", "wall")
        cls.token = cls.server.run("token", "add", "--login", "wall1").stdout.strip()
        cls.b = browser.shared()
        cls.c = test_insight.Console(cls.server)
        cls.posts = posts

    @classmethod
    def tearDownClass(cls):
        cls.b.driver.get("about:blank")
        cls.b.scripts(False)
        cls.b.size(browser.DESK)
        cls.server.close()

    def setUp(self):
        """From a page that asks for nothing: what an earlier test's wall still had under way is over and its messages read."""
        self.b.driver.get(self.b.base + "/api/v1/city")
        self.b.driver.execute_script("localStorage.clear()")
        self.b.messages()

    def open(self, search="", size=WALL, token=True):
        self.b.size(size)
        self.b.driver.get("about:blank")
        self.b.driver.get(f"{self.b.base}/wall{search}" + (f"#token={self.token}" if token else ""))
        self.c.wait("main")

    def shown(self):
        """Until figures, map and photos are there."""
        self.c.wait("dd", text="")
        end = time.time() + 20
        while time.time() < end and ("–" == self.b.find("dd").text or not self.b.all("canvas")):
            time.sleep(0.1)
        self.c.wait("main img")

    def clean(self, name):
        if not browser.axe_missing():
            self.assertEqual(self.b.axe(), [], name)
        self.assertEqual(self.b.messages(), [], name)
        text = self.b.text("body")
        for word in (SAID, SAID[:8], WHERE, "摔了一跤", "东门大街路灯不亮"):
            self.assertNotIn(word, text)
        self.assertNotRegex(text, r"\b(wall|map|app|due)\.[a-z_]+")

    def fits(self, name, size):
        """Nothing is cut, nothing lies over something else, all is large enough to be read from afar."""
        self.assertLessEqual(self.b.overflow()[0], 0, name)
        bad = self.b.driver.execute_script("""const unit = innerHeight / 67.5, bad = []
          for (const e of document.querySelectorAll('main section, main dl, main table, main .about')) {
            if (e.scrollHeight > e.clientHeight + 2 && e.clientHeight > 0) bad.push('cut ' + e.tagName + ' ' + e.textContent.slice(0, 40))
          }
          for (const e of document.querySelectorAll('header *, main *')) {
            const look = getComputedStyle(e)
            if (look.textOverflow === 'ellipsis' && look.overflowX === 'hidden' && e.scrollWidth > e.clientWidth + 1) bad.push('cut words ' + e.textContent.slice(0, 60))
          }
          for (const e of document.querySelectorAll('main *')) {
            if (![...e.childNodes].some(n => n.nodeType === 3 && n.textContent.trim())) continue
            if (parseFloat(getComputedStyle(e).fontSize) < 1.05 * unit && !e.closest('.visually-hidden, .map')) bad.push('small ' + e.textContent.slice(0, 40))
          }
          return bad""")
        self.assertEqual(bad, [], name)
        shot = base64.b64decode(self.b.window())
        self.assertEqual(browser_size(shot), size)

    def test_without_a_token_it_says_how_to_make_one(self):
        for lang in ("zh", "en"):
            self.open("?lang=" + lang, token=False)
            self.c.wait("main code", text="yiwang token add")
            self.clean("no token " + lang)

    def test_it_shows_how_things_stand(self):
        for lang, size in (("zh", WALL), ("en", WALL), ("zh", WALL_4K)):
            with self.subTest(lang=lang, size=size):
                self.open("?lang=" + lang, size)
                self.shown()
                self.assertNotIn("token", self.b.driver.current_url)
                open_cases = len(self.posts.operator.get("/api/v1/cases?q=status:open%20procedure:report&limit=500").json["items"])
                self.assertIn(str(open_cases), [e.text for e in self.b.all("dd")])
                self.clean(f"wall {lang} {size}")
                self.fits(f"wall {lang} {size}", size)

    def test_comparison_only_where_it_is_switched_on(self):
        self.open("?lang=zh")
        self.shown()
        self.assertEqual(self.b.all("main table"), [])
        for lang, note in (("zh", "不排名"), ("en", "not ranked")):
            self.open("?compare=on&lang=" + lang)
            self.shown()
            self.c.wait("main table")
            self.assertIn(note, self.b.text("main"))
            self.clean("comparison " + lang)
            self.fits("comparison " + lang, WALL)

    def test_an_alert_leaves_room_for_the_rest(self):
        for i in range(20):
            self.server.client().file("路灯不亮", lon=119.57 + i * 1e-3)
        for lang in ("zh", "en"):
            self.open("?compare=on&lang=" + lang)
            self.shown()
            self.c.wait(".banner.bad")
            self.c.wait("main table")
            self.clean("alert " + lang)
            self.fits("alert " + lang, WALL)

    def test_it_waits_for_a_server_that_is_away(self):
        away = "const real = fetch; window.fetch = (u, o) => String(u).includes('/api/v1/city') ? Promise.reject(new TypeError('away')) : real(u, o)"
        script = self.b.cdp("Page.addScriptToEvaluateOnNewDocument", source=away)["identifier"]
        try:
            for lang, words in (("zh", "服务器"), ("en", "server")):
                self.open("?lang=" + lang)
                self.c.wait(".waiting", text=words)
                self.clean("waiting " + lang)
        finally:
            self.b.cdp("Page.removeScriptToEvaluateOnNewDocument", identifier=script)

    def test_the_token_is_kept_and_a_dead_one_is_said(self):
        self.open("?lang=zh")
        self.shown()
        self.open("?lang=zh", token=False)
        self.shown()
        self.b.driver.get("about:blank")
        for lang, words in (("zh", "失效"), ("en", "token")):
            self.b.driver.get("about:blank")
            self.b.driver.get(f"{self.b.base}/wall?lang={lang}#token=" + "x" * 40)
            self.c.wait("main h1", text=words)
            self.b.messages()  # that the server refused is what was wanted
            self.clean("refused " + lang)

    def test_it_says_when_it_is_old_and_heals(self):
        for lang, words, since in (("en", "reconnect", "The figures are from"), ("zh", "重新连接", "数据停在")):
            self.open("?lang=" + lang)
            self.shown()
            self.b.messages()
            self.server.stop()
            if lang == "en":  # once at the pace of the clock is enough
                self.b.driver.execute_script("const real = Date.now; Date.now = () => real() + 30000")
            self.c.wait(".banner.old", seconds=40, text=words)
            self.assertIn(since, self.b.text(".banner.old"))
            if not browser.axe_missing():
                self.assertEqual(self.b.axe(), [])
            self.fits("old " + lang, WALL)
            self.server.options = ("--listen", f"127.0.0.1:{self.server.port}")  # the same door as before
            self.server.start()
            self.server.wait_ready()
        self.c.wait(".banner.old", seconds=60, gone=True)
        before = self.b.find("dd").text
        number = self.server.client().file("又一盏路灯不亮").json["number"]
        self.assertTrue(number)
        end = time.time() + 20
        while time.time() < end and self.b.find("dd").text == before:
            time.sleep(0.2)
        self.assertEqual(int(self.b.find("dd").text), int(before) + 1)
        self.b.messages()

    def test_another_build_loads_it_anew(self):
        """The page asks each minute, and at once when the network is back."""
        self.open("?lang=zh")
        self.shown()
        self.b.driver.execute_script("""window.before = true
          const real = window.fetch
          window.fetch = async (url, init) => {
            const r = await real(url, init)
            if (!String(url).includes('/api/v1/city')) return r
            const city = await r.json()
            return new Response(JSON.stringify({...city, build: 'another'}), {headers: {'Content-Type': 'application/json'}})
          }
          window.dispatchEvent(new Event('online'))""")
        end = time.time() + 20
        while time.time() < end and self.b.driver.execute_script("return window.before === true"):
            time.sleep(0.5)
        self.assertFalse(self.b.driver.execute_script("return window.before === true"))
        self.shown()


def browser_size(png):
    return int.from_bytes(png[16:20], "big"), int.from_bytes(png[20:24], "big")


if __name__ == "__main__":
    if len(os.sys.argv) == 3 and os.sys.argv[1] == "--pictures":
        Wall.setUpClass()
        for search, size, name in (("?lang=zh", WALL, "zh-1080"), ("?lang=en", WALL, "en-1080"), ("?lang=zh", WALL_4K, "zh-4k"), ("?lang=zh&compare=on", WALL, "compare-1080")):
            w = Wall()
            w.open(search, size)
            w.shown()
            time.sleep(2)
            with open(os.path.join(os.sys.argv[2], f"wall-{name}.png"), "wb") as f:
                f.write(base64.b64decode(w.b.window()))
        Wall.tearDownClass()
    else:
        unittest.main()
