"""Situation map, statistics, directory and audit of the console, as the people of the city use them: accessible in every
state, silent in the console, by keyboard, and true to what the API says."""
import re
import time
import unittest

import browser
from selenium.common.exceptions import WebDriverException
from selenium.webdriver.common.keys import Keys

PASSWORD = "a password for tests"
PLACES = [(119.57, 31.72), (119.572, 31.722), (119.58, 31.73), (119.56, 31.71), (119.6, 31.74)]
TEXTS = ["东门大街路灯不亮", "小区门口垃圾没人清", "井盖丢失很危险", "夜里施工噪声扰民", "人行道地砖破损"]
KEY = r"\b(sit|stats|dir|proc|post|audit|via|kind|nav|map|chart|app|clock|limit)\.[a-z_]+"


def city_at_work(server):
    """A dozen reports at several steps; numbers by step."""
    posts, stranger, numbers = browser.Posts(server), server.client(), []
    for i in range(12):
        lon, lat = PLACES[i % len(PLACES)]
        r = stranger.file(TEXTS[i % len(TEXTS)], lon=lon + i * 1e-4, lat=lat)
        assert r.status == 201, r
        numbers.append(r.json["number"])
    for number in numbers[:5]:
        posts.dispatch(number)
    for number in numbers[:2]:
        finish(posts, number, posts.operator.photo())
    return posts, numbers


def finish(posts, number, photo):
    """From a signed task to the answer, with a photo of what was done."""
    case = posts.operator.case(number).json
    posts.act(posts.handler(case["unit"]["code"]), number, "done", result="已更换，恢复正常。", media=[photo])
    posts.act(posts.operator, number, "ask_verification")
    posts.act(posts.grid, number, "verify_pass")
    posts.act(posts.operator, number, "close", answer="已修好，谢谢您的反映。", outcome="solved")


class Console:
    """A browser on the console, with the words people see."""

    def __init__(self, server):
        self.server, self.b = server, browser.shared()
        self.b.base = f"http://127.0.0.1:{server.port}"
        self.b.scripts(True)
        self.b.size(browser.DESK)
        self.b.messages()

    def login(self, login):
        self.b.driver.delete_all_cookies()
        self.b.open("/?lang=zh")
        self.wait("#login").send_keys(login)
        self.b.find("#password").send_keys(PASSWORD, Keys.ENTER)
        self.wait("#main")
        self.b.messages()  # that nobody was logged in before is no defect

    def go(self, hash_path, lang="zh"):
        """Loads the page anew, so that each look starts from nothing."""
        self.b.driver.get("about:blank")
        self.b.driver.get(f"{self.b.base}/?lang={lang}#{hash_path}")
        self.wait("#main h1, #main .page-lead")

    def wait(self, css, seconds=15, gone=False, text=None):
        end = time.time() + seconds
        while time.time() < end:
            try:
                found = [e for e in self.b.all(css) if e.is_displayed() and (text is None or text in e.text)]
                if bool(found) != gone:
                    return found[0] if found else None
            except WebDriverException:  # drawn anew in between
                pass
            time.sleep(0.05)
        raise AssertionError(f"{css} {text or ''} {'stays' if gone else 'did not come'}: {self.b.text('body')[:800]}")

    def settled(self):
        """Until nothing is loading any more."""
        end = time.time() + 20
        while time.time() < end:
            busy = self.b.driver.execute_script("return document.querySelectorAll('[aria-busy=true]').length + (/…/.test([...document.querySelectorAll('[role=status]')].map(e => e.textContent).join()) ? 1 : 0)")
            if not busy:
                return
            time.sleep(0.1)
        raise AssertionError("goes on loading: " + self.b.text("#main")[:500])

    def press(self, *keys):
        for key in keys:
            self.b.driver.switch_to.active_element.send_keys(key)

    def hash(self):
        return self.b.driver.execute_script("return decodeURIComponent(location.hash)")


class Insight(unittest.TestCase):
    @classmethod
    def setUpClass(cls):
        cls.server = browser.fixture.Server()
        for login, role in (("sup", "supervisor"), ("aud", "auditor"), ("gridman", "grid_worker")):
            cls.server.staff(login, role, area="320413" if role == "grid_worker" else "", password=PASSWORD)
        cls.posts, cls.numbers = city_at_work(cls.server)
        cls.c = Console(cls.server)
        cls.b = cls.c.b

    @classmethod
    def tearDownClass(cls):
        cls.b.driver.get("about:blank")
        cls.b.scripts(False)
        cls.b.scheme("light")
        cls.server.close()

    def looks(self, name, path, steps=()):
        """The page, and each state that a step leads to, in both languages and schemes: axe, console, words."""
        for lang in ("zh", "en"):
            self.c.go(path, lang)
            for step_name, step in (("", lambda: None), *steps):
                step()
                for scheme in ("light", "dark"):
                    self.b.scheme(scheme)
                    self.c.settled()
                    self.look(f"{name} {step_name} {lang} {scheme}")
                self.b.scheme("light")

    def look(self, name):
        with self.subTest(name):
            if not browser.axe_missing():
                self.assertEqual(self.b.axe(), [])
            self.assertEqual([m for m in self.b.messages() if not ("/api/v1/" in m and "the server responded with a status of 4" in m)], [])
            shown = re.search(KEY, self.b.text("body"))
            self.assertIsNone(shown, shown and shown.group(0))
            self.assertLessEqual(self.b.overflow()[0], 0, self.b.overflow())

    def tab(self, label_css, index):
        return lambda: self.b.all(label_css)[index].click()

    # --- the map ---

    def test_map_looks(self):
        self.c.login("sup")
        self.looks("map", "/map", [
            ("cases", self.tab(".beside .tabs button", 1)), ("moves", self.tab(".beside .tabs button", 2)),
            ("measuring", lambda: self.b.find(".under [aria-pressed]").click()),
            ("replay", lambda: self.b.find(".replay button").click()),
            ("sheet", lambda: (self.b.driver.execute_script("document.activeElement.blur()"), self.c.press("p"), self.c.wait(".sheet img"))),
        ])

    def test_empty_and_refused_look(self):
        self.c.login("sup")
        self.looks("nothing on the map", "/map?q=number:JT1", [("cases", self.tab(".beside .tabs button", 1))])
        self.looks("no figures", "/stats?q=number:JT1")
        self.looks("a query that is none", "/stats?q=status:nonsense")
        self.looks("nothing in the directory", "/directory", [
            ("areas", lambda: self.b.find("#area-words").send_keys("zzzz")),
            ("units", lambda: (self.b.all(".tabs button")[1].click(), self.c.wait("#unit-words").send_keys("zzzz"), self.c.wait(".empty"))),
            ("who answers", lambda: (self.b.all(".tabs button")[2].click(), self.c.wait("#duty-category").send_keys("0"), self.c.wait("[role=option]"))),
        ])
        self.looks("no audit", "/audit")

    def test_map_says_the_same_as_the_api(self):
        self.c.login("sup")
        self.c.go("/map")
        self.c.settled()
        open_cases = len(self.posts.operator.get("/api/v1/cases?q=status:open&limit=500").json["items"])
        self.c.wait("[role=status]", text=f"共{open_cases}件")
        select = self.b.find(".bar select[class=input] option[value=grid]")
        select.click()
        self.c.settled()
        self.assertIn("level=grid", self.c.hash())
        rows = self.posts.operator.get("/api/v1/stats?q=status:open&by=area:grid").json["rows"]
        top = max(n for code, n in rows if code)
        self.c.wait(".beside tbody td.number a")
        self.assertEqual(self.b.find(".beside tbody td.number").text, str(top))
        self.b.find(".beside tbody td.number a").click()
        self.c.wait("#main")
        self.assertRegex(self.c.hash(), r"/cases\?q=status:open.area:\d+")

    def test_map_shows_cases_as_they_come(self):
        self.c.login("sup")
        self.c.go("/map")
        self.c.settled()
        self.b.all(".beside .tabs button")[2].click()
        number = self.server.client().file("新的路灯不亮", lon=119.575, lat=31.725).json["number"]
        self.c.wait(".beside .list a", text=number)

    def test_map_by_keyboard(self):
        self.c.login("sup")
        self.c.go("/map")
        self.c.settled()
        self.c.press("/")
        self.assertEqual(self.b.driver.switch_to.active_element.get_attribute("id"), "map-q")
        self.c.press(Keys.CONTROL + "a", "status:ended", Keys.ENTER)
        self.c.wait("[role=status]", text="共2件")
        self.assertIn("q=status:ended", self.c.hash())
        self.b.driver.execute_script("document.activeElement.blur()")
        self.c.press("p")
        self.c.wait(".sheet img")
        self.assertRegex(self.b.find(".sheet img").get_attribute("src")[:40], "^data:image/png")
        size = self.b.driver.execute_script("const i = document.querySelector('.sheet img'); return [i.naturalWidth, i.naturalHeight]")
        self.assertEqual(size, [3307, 1890])
        self.assertIn("示意", self.b.text(".sheet"))
        self.assertEqual(self.b.pdf()[:5], b"%PDF-")
        self.c.press(Keys.ESCAPE)
        self.c.wait(".sheet", gone=True)

    def test_replay_of_today(self):
        self.c.login("sup")
        self.c.go("/map?day=" + time.strftime("%Y-%m-%d", time.gmtime(time.time() + 8 * 3600)))
        self.c.settled()
        self.b.all(".beside .tabs button")[1].click()
        self.c.wait(".beside [role=status]", text="0件")
        slider = self.b.find(".replay input[type=range]")
        slider.send_keys(Keys.END)
        self.c.wait(".beside .list a[href*='/cases/JT']")

    def test_who_may_not_count_sees_cases_only(self):
        self.c.login("gridman")
        self.c.go("/map")
        self.c.settled()
        self.assertEqual(self.b.all("option[value=overdue]"), [])
        self.c.wait("[role=status]", text="件")
        self.assertEqual(self.b.messages(), [])

    # --- figures ---

    def test_stats_look(self):
        self.c.login("sup")
        self.looks("stats", "/stats", [("tables", lambda: [e.click() for e in self.b.all(".chart header button[aria-pressed=false]")])])

    def test_each_number_leads_to_its_cases(self):
        self.c.login("sup")
        self.c.go("/stats?period=7d")
        self.c.settled()
        self.assertEqual(len(self.b.all(".chart")), 8)
        self.assertGreaterEqual(len(self.b.all(".chart canvas")), 6)  # nobody has rated yet
        for button in self.b.all(".chart header button[aria-pressed=false]"):
            button.click()
        links = self.b.driver.execute_script(
            "return [...document.querySelectorAll('.chart td.number a')].map(a => [a.textContent, decodeURIComponent(a.hash.split('q=')[1])])")
        self.assertGreater(len(links), 10)
        for shown, q in ((s, q) for s, q in links if s.isdigit()):  # the others are means and shares
            items = self.posts.operator.call("GET", "/api/v1/cases?limit=500&q=" + q.replace(" ", "%20")).json["items"]
            self.assertEqual(len(items), int(shown), q)

    def test_stats_keep_their_state_in_the_address(self):
        self.c.login("sup")
        self.c.go("/stats")
        self.c.settled()
        self.b.find("option[value=week]").click()
        self.b.find("option[value='90d']").click()
        self.c.settled()
        self.assertIn("period=90d", self.c.hash())
        self.assertIn("step=week", self.c.hash())
        self.b.driver.refresh()
        self.c.wait(".chart canvas")
        self.assertEqual(self.b.find("form select").get_attribute("value"), "90d")

    # --- directory and audit ---

    def test_directory_looks(self):
        self.c.login("sup")
        tabs = ("units", "duties", "procedures", "categories")
        self.looks("directory", "/directory", [(tab, self.tab(".tabs button", i + 1)) for i, tab in enumerate(tabs)])

    def test_directory_finds(self):
        self.c.login("sup")
        self.c.go("/directory")
        self.c.wait("#area-words").send_keys("西城第1社区第1网格")
        self.c.wait(".line strong", text="西城第1社区第1网格")
        self.c.go("/directory?tab=units")
        self.c.wait("#unit-words").send_keys("sup")
        self.c.wait("tbody td li", text="sup")
        self.c.go("/directory?tab=duties")
        self.c.wait("#duty-category").send_keys("路灯", Keys.ENTER)
        self.b.find("#duty-area").send_keys("西城第1社区第1网格", Keys.ENTER)
        self.c.wait(".notice", text="负责")
        self.c.go("/directory?tab=procedures")
        self.c.wait("svg .box")
        names = [e.text for e in self.b.all(".states h3")]
        self.assertEqual(len(names), len(set(names)))
        self.assertGreaterEqual(len(self.b.all("svg .arrow")), 15)

    def test_audit_tells_readings_with_their_purpose(self):
        number = self.numbers[-1]
        filed = self.server.client().file("路灯不亮，请联系我", contact={"name": "张先生", "phone": "13900000000"}).json
        reading = self.posts.operator.post(f"/api/v1/cases/{filed['number']}/contact", {"purpose": "核实地点，回电一次"})
        self.assertEqual(reading.status, 200, reading)
        self.c.login("aud")
        self.looks("audit", "/audit", [("head", lambda: self.b.find("details summary").click())])
        self.c.go("/audit?kind=read")
        self.c.wait("tbody tr", text="核实地点，回电一次")
        self.assertNotIn("13900000000", self.b.text("body"))
        self.assertNotIn("张先生", self.b.text("body"))
        self.assertNotIn(number, self.b.text("tbody"))

    def test_audit_is_not_for_everybody(self):
        self.c.login("sup")
        self.c.go("/audit")
        self.c.wait(".notice.bad")
        self.assertNotIn("tbody", self.b.find("#main").get_attribute("innerHTML"))


if __name__ == "__main__":
    unittest.main()
