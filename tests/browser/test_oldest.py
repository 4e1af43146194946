"""The four faces in a browser that knows no more than Chromium 80 does: every function that came later is taken away before a
page begins. Each page is opened, and what is asked most is done; none may stay empty or throw. Syntax and styles are the
build's to check (web/build/oldest.mjs)."""
import json
import os
import re
import time
import unittest

import browser
import phone
import test_insight

PASSWORD = test_insight.PASSWORD
ROUTES = {
    "op": ("/map", "/cases", "/desk", "/call", "/stats", "/directory", "/directory?tab=units", "/directory?tab=duties", "/directory?tab=procedures",
           "/directory?tab=categories", "/settings"),
    "sup": ("/map", "/cases", "/stats", "/directory", "/settings"),
    "aud": ("/map", "/cases", "/stats", "/directory", "/audit", "/settings"),
}
TAKE_AWAY = """(() => {
  const special = {'TypedArray.prototype': Object.getPrototypeOf(Uint8Array.prototype), window: window};
  const find = (path) => special[path] || path.split('.').reduce((o, k) => o && o[k], window);
  const names = %s;
  for (const path of Object.keys(names).filter((p) => p !== 'window')) {
    const of = find(path);
    if (of) for (const name of names[path]) try { delete of[name] } catch (e) { /* cannot be taken */ }
  }
  delete ReadableStream.prototype[Symbol.asyncIterator];
  const steps = Object.getPrototypeOf(Object.getPrototypeOf([][Symbol.iterator]()));
  for (const name of Object.getOwnPropertyNames(steps)) if (name !== 'constructor') delete steps[name];
  for (const name of names.window) try { delete window[name] } catch (e) { /* cannot be taken */ }
})()"""


def since80():
    """{object: names} of what came after Chromium 80."""
    with open(os.path.join(browser.HERE, "since80.txt"), encoding="utf-8") as f:
        text = "\n".join(line for line in f.read().split("\n") if not line.startswith("#"))
    names = {m.group(1): m.group(2).split() for m in re.finditer(r"^([\w.]+):((?:.|\n )*)", text, re.M)}
    names["Object"].remove("hasOwn")  # the driver of this test calls it in the page; the build's check knows it
    return names


class Oldest(unittest.TestCase):
    @classmethod
    def setUpClass(cls):
        cls.server = browser.fixture.Server()
        for login, role in (("op", "operator"), ("sup", "supervisor"), ("aud", "auditor")):
            cls.server.staff(login, role, "centre" if role == "operator" else "", password=PASSWORD)
        cls.server.staff("gridman", "grid_worker", area="320413", password=PASSWORD)
        cls.posts, cls.numbers = test_insight.city_at_work(cls.server)
        cls.posts.act(cls.posts.operator, cls.numbers[6], "ask_check")
        cls.server.run("user", "add", "--login", "wall1", "--role", "wall")
        cls.token = cls.server.run("token", "add", "--login", "wall1").stdout.strip()
        cls.c = test_insight.Console(cls.server)
        cls.b = cls.c.b
        cls.b.scheme("light")
        cls.script = cls.b.cdp("Page.addScriptToEvaluateOnNewDocument", source=TAKE_AWAY % json.dumps(since80()))["identifier"]

    @classmethod
    def tearDownClass(cls):
        cls.b.cdp("Page.removeScriptToEvaluateOnNewDocument", identifier=cls.script)
        cls.b.driver.get("about:blank")
        cls.b.size(browser.DESK)
        cls.b.scripts(False)
        cls.server.close()

    def setUp(self):
        self.b.scripts(True)
        self.b.size(browser.DESK)
        self.b.driver.get(self.b.base + "/api/v1/city")  # a page of the same host that asks for nothing
        self.b.driver.delete_all_cookies()
        self.b.messages()

    def silent(self, name, css="#main"):
        """Something is there, nothing was thrown, no error is shown."""
        said = [m for m in self.b.messages() if "/api/v1/session - Failed to load resource" not in m and "beforeinstallprompt" not in m]
        self.assertEqual(said, [], name)
        self.assertGreater(len(self.b.text(css)), 15, name)
        self.assertEqual([e.text for e in self.b.all(".notice.bad")], [], name)

    def test_what_came_later_is_gone(self):
        """The proof that the other tests look at something."""
        self.b.open("/resident/", "zh")
        left = self.b.driver.execute_script("return [typeof structuredClone, typeof [].at, typeof ''.replaceAll, typeof crypto.randomUUID, "
                                            "typeof Promise.any, typeof AbortSignal.timeout, typeof WeakRef, typeof new Uint8Array(1).at, typeof document.body.replaceChildren]")
        self.assertEqual(left, ["undefined"] * 9)
        self.b.driver.execute_script("setTimeout(() => [1].at(-1))")
        self.b.until(lambda: any("at is not a function" in m for m in self.b.messages()))

    def test_console(self):
        for login, routes in ROUTES.items():
            self.c.login(login)
            for route in routes:
                with self.subTest(login=login, route=route):
                    self.c.go(route)
                    self.c.settled()
                    self.silent(route)

    def test_console_at_work(self):
        self.c.login("op")
        steps = (("/cases", "f", ".filters"), ("/cases", "jv", ".preview .number"), ("/cases", "jxb", "[aria-modal] button"), ("/cases", "e", "[aria-modal] li"),
                 ("/desk", "1", ".actions form"), ("/cases/" + self.numbers[5], "2", ".actions form"), ("/settings", "?", "[aria-modal] dl"))
        for route, keys, css in steps:
            with self.subTest(route=route, keys=keys):
                self.c.go(route)
                self.c.settled()
                self.c.wait("tbody tr, .actions button, #pw-old")
                self.c.press(*keys)
                self.c.wait(css)
                self.silent(route + " " + keys)
        for path, css in (("/cases/" + self.numbers[0], ".photo"), *((f"/print/{p}/{self.numbers[0]}", ".sheet") for p in ("order", "reply", "receipt"))):
            with self.subTest(path):
                self.b.driver.get("about:blank")
                self.b.driver.get(f"{self.b.base}/?lang=zh#{path}")
                self.c.wait(css)
                self.silent(path, "body")
        self.c.login("sup")
        self.c.go("/map")
        self.c.settled()
        self.b.find(".replay button").click()
        self.c.settled()
        self.c.press("p")
        self.c.wait(".sheet img")
        self.silent("map on paper")

    def test_wall(self):
        self.b.size((1920, 1080))
        self.b.driver.get(f"{self.b.base}/wall?lang=zh&compare=on#token={self.token}")
        self.c.wait("canvas")
        self.c.wait("main img")
        self.silent("wall", "main")

    def test_field(self):
        p = phone.Phone(self.b, phone.Line(self.server.port))
        try:
            p.login("gridman", PASSWORD)
            p.hands("await until('a task', () => document.querySelector('.card .button')); all('.choices .button')[3].click(); await until('the map', () => document.querySelector('.map canvas'))")
            self.silent("tasks", "main")
            p.hands("all('.card .button')[0].click(); (await until('the sheet', () => document.querySelector('.sheet .button.main'))); document.querySelector('.sheet header button').click()")
            for route in ("/patrol", "/me", "/outbox"):
                p.go(route)
                time.sleep(0.3)
                self.silent(route, "main")
            p.go("/report")
            p.hands("(await until('what', () => all('.often')[0])).click(); await press('就在这里'); await press('上报', 'main .button.main')")
            p.says("已送达")
            self.silent("report", "main")
        finally:
            p.forget()
            p.line.close()
            self.b.base = f"http://127.0.0.1:{self.server.port}"

    def test_resident(self):
        b = self.b
        b.size(browser.PHONE)
        track = self.server.client().file("路牌歪了").json["track"]
        for path in ("/resident/", "/resident/track", "/resident/place?lon=119.57&lat=31.72", "/resident/receipt/" + track, "/resident/track/" + track):
            b.open(path, "zh")
            b.until(lambda: b.driver.execute_script("return document.readyState === 'complete'"))
            self.silent(path, "main")
        b.open("/resident/map", "zh")
        b.until(lambda: b.find("#map-door button")).click()
        b.until(lambda: b.all(".map-box canvas"))
        self.silent("map", "main")
        b.open("/resident/report?lon=119.59&lat=31.75", "zh")
        b.until(lambda: b.all(".tools"))
        b.find("[name=text]").send_keys("公园的长椅坏了")
        b.until(lambda: b.text("#known .will"))
        b.find("input[name=photo]").send_keys(browser.photo())
        b.until(lambda: b.all(".photo-list input[type=hidden]"))
        b.find("#report .send button").click()
        b.until(lambda: "/receipt/" in b.path())
        self.silent("report", "main")


if __name__ == "__main__":
    unittest.main()
