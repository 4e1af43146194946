"""The field app against the real server: a grid worker's day, and the proof that without a network nothing is lost and
nothing is sent twice."""
import base64
import os
import re
import subprocess
import unittest

from selenium.webdriver.common.keys import Keys

import browser
import phone

PASSWORD = "field-test-password"
NOISE = re.compile(r"Cross-Origin-Opener-Policy header has been ignored|Failed to load resource|net::ERR_|status of 5\d\d|status of 4\d\d")
# A session that ended at the server answers 401; Chromium notes that the page offers to install it by a button.
USUAL = re.compile(r"/api/v1/session - Failed to load resource.*401|Banner not shown: beforeinstallprompt")
AREA = "320413"


class Field(unittest.TestCase):
    @classmethod
    def setUpClass(cls):
        cls.server = browser.fixture.Server()
        cls.line = phone.Line(cls.server.port)
        cls.centre = cls.server.staff("operator", "operator", "centre")
        cls.supervisor = cls.server.staff("supervisor", "supervisor", "centre")
        cls.grid = cls.server.staff("grid", "grid_worker", area=AREA, password=PASSWORD)
        cls.server.staff("handler", "handler", "cityops_municipal", password=PASSWORD)
        cls.b = browser.shared()
        cls.phone = phone.Phone(cls.b, cls.line)

    @classmethod
    def tearDownClass(cls):
        cls.phone.forget()
        cls.line.close()
        cls.server.close()

    def setUp(self):
        self.line.mend()
        self.line.patch = {}
        self.phone.network(True)
        self.phone.forget()
        self.b.size(browser.PHONE)
        self.b.scheme("light")
        self.b.messages()
        self.troubled = False

    def tearDown(self):
        said = self.b.messages()
        self.assertEqual([m for m in said if not (USUAL.search(m) or self.troubled and NOISE.search(m))], [])

    # --- the city's side ---

    def to_check(self, text="东门大街路灯不亮", **more):
        """A report whose check is a task of the grid worker; its number."""
        number = self.centre.file(text, **more).json["number"]
        self.assertEqual(self.centre.act(number, "ask_check").status, 200)
        return number

    def cases(self, q):
        items, cursor = [], ""
        while True:
            page = self.centre.get(f"/api/v1/cases?limit=100&q={q}&cursor={cursor}", {"Yiwang-Min-Seq": str(self.centre.seq)}).json
            items += page["items"]
            cursor = page["next"]
            if not cursor:
                return items

    def deeds(self, number, role="grid_worker"):
        """What these did to a case: filed or the name of the action, in order."""
        return [h["action"] or "filed" for h in self.centre.case(number).json["history"] if h["by"]["role"] == role]

    def field_cases(self):
        return {c["number"] for c in self.cases("channel:field,agent")}

    # --- a day ---

    def test_day(self):
        p, before = self.phone, self.field_cases()
        check = self.to_check()
        p.login("grid", PASSWORD)
        p.says("我的任务")
        p.says("现场核实", ".card")
        # a check: two taps
        p.press("情况属实", ".card .button")
        p.press("情况属实", ".sheet .button.main")
        p.until("the check at the server", lambda: self.deeds(check) == ["check_found"])
        # a report: three taps, the place asked for by pressing
        p.go("/report")
        p.hands("(await until('what', () => all('.often')[0])).click()")
        p.press("就在这里")
        p.press("上报", "main .button.main")
        p.says("已送达")
        p.until("the report in the lists", lambda: len(self.field_cases() - before) == 1)
        number = (self.field_cases() - before).pop()
        case = self.centre.case(number).json
        self.assertAlmostEqual(case["lon"], browser.fixture.PLACE["lon"], 4)
        self.assertEqual(case["channel"], "field")
        self.assertIsNone(case["happened"])
        # solved on the spot, from the list: the photo is asked for because the closing condition needs one
        photo = case["condition"]["photo"]
        p.go("/")
        p.press("当场办结", ".card .button")
        p.hands("const f = await until('the answer', () => document.querySelector('.sheet textarea')); f.value = '已当场扶正。'; f.dispatchEvent(new Event('input'))")
        if photo:
            p.press("当场办结", ".sheet .button.main")
            p.says("需要照片", ".sheet")
            p.hands("await photo(document.querySelector('.sheet input[type=file]'))")
        p.hands("document.querySelector('.sheet .check input').click(); await until('the place', () => /119\\.57/.test(document.querySelector('.sheet').innerText))")
        p.press("当场办结", ".sheet .button.main")
        p.until("closed", lambda: self.centre.case(number).json["state"] == "closed")
        line = [h for h in self.centre.case(number).json["history"] if h["action"] == "solve_on_spot"][0]
        self.assertAlmostEqual(line["place"]["lon"], browser.fixture.PLACE["lon"], 4)
        self.patrol_and_agent()
        # the way out: everything is gone from the phone
        p.go("/me")
        p.press("退出登录")
        p.press("退出登录", ".sheet .button")
        p.wait(".login")
        left = p.hands("const r = indexedDB.open('yiwang-field'); await new Promise(ok => r.onsuccess = ok); const g = r.result.transaction('keep').objectStore('keep').getAllKeys(); "
                       "await new Promise(ok => g.onsuccess = ok); r.result.close(); return g.result.filter(k => !k.startsWith('city'))")
        self.assertEqual(left, [])
        self.assertEqual(self.centre.get("/api/v1/session").status, 200)

    def patrol_and_agent(self):
        p, before = self.phone, self.field_cases()
        p.go("/patrol")
        name = p.hands("const li = await until('a point', () => document.querySelector('ul.cards > li')); li.querySelector('button').click(); return li.querySelector('h2').lastChild.textContent")
        p.press("确认巡查", ".sheet .button.main")
        p.until("the patrol at the server", lambda: len(self.field_cases() - before) == 1)
        number = (self.field_cases() - before).pop()
        p.until("confirmed", lambda: self.deeds(number) == ["filed", "confirm"])
        points = self.grid.get("/api/v1/patrol/points?mine=1", {"Yiwang-Min-Seq": str(self.grid.seq)}).json["items"]
        self.assertTrue([x for x in points if x["name"] == name and x["last"]])
        # for an old person: her own receipt
        p.go("/report")
        p.hands("const f = await until('words', () => document.querySelector('#report-text')); f.value = '楼道灯坏了'; f.dispatchEvent(new Event('input'))")
        p.press("下一步：在哪里")
        p.hands("const f = await until('address', () => document.querySelector('#report-address')); f.value = '河滨路8号2单元'; f.dispatchEvent(new Event('input'))")
        p.press("下一步：发送")
        p.hands("(await until('agent', () => document.querySelector('main label.check input'))).click(); const f = await until('name', () => document.querySelector('#agent-name')); f.value = '李奶奶'; f.dispatchEvent(new Event('input'))")
        p.press("代为反映并出回执")
        p.wait(".receipt .qr")
        slip = p.hands("return all('.receipt a').map(a => a.getAttribute('href')).filter(h => h.includes('slip'))[0]")
        self.assertEqual(self.server.client().get(slip).status, 200)
        p.hands("await until('the QR', () => document.querySelector('.qr').naturalWidth > 0)")
        track = re.sub(r"(\D)(?=.{19}$)", r"\1-", p.b.text(".receipt .code").replace("\n", "").replace(" ", ""))
        code = p.hands("return document.querySelector('.qr').src.split('/track/')[1].split('/')[0]")
        self.assertEqual(track.replace("-", ""), code.replace("-", ""))
        self.assertEqual(self.server.client().get("/api/v1/track/" + code).status, 200)
        self.assertNotIn("李奶奶", p.hands("const r = indexedDB.open('yiwang-field'); await new Promise(ok => r.onsuccess = ok); const g = r.result.transaction('outbox').objectStore('outbox').getAll(); "
                                        "await new Promise(ok => g.onsuccess = ok); r.result.close(); return JSON.stringify(g.result)"))

    def test_a_place_found_while_typing(self):
        """By keyboard, then by touch; without a network it says so and what is written is the address."""
        p, before = self.phone, self.field_cases()
        p.login("grid", PASSWORD)
        p.go("/report")
        p.hands("(await until('what', () => all('.often')[0])).click()")
        p.wait("#report-address")
        field = p.b.find("#report-address")
        field.send_keys("石桥")
        p.says("石桥路", "[role=option]")
        field.send_keys(Keys.ARROW_DOWN, Keys.ENTER)
        chosen = field.get_property("value")
        self.assertIn("石桥", chosen)
        p.says("已标在")
        field.clear()
        field.send_keys("兰陵苑")
        p.says("兰陵苑", "[role=option]")
        x, y = p.hands("const r = all('[role=option]')[0].getBoundingClientRect(); return [r.x + r.width / 2, r.y + r.height / 2]")
        for kind, points in (("touchStart", [{"x": x, "y": y}]), ("touchEnd", [])):
            p.b.cdp("Input.dispatchTouchEvent", type=kind, touchPoints=points)
        p.until("the touched place", lambda: field.get_property("value").startswith("兰陵苑（"))
        p.says("119.58334")
        self.troubled = True
        p.network(False)
        field.send_keys("3号楼")
        p.says("现在没有网络", "[role=status]")
        p.press("下一步：发送")
        p.press("上报", "main .button.main")
        p.network(True)
        p.until("the report in the lists", lambda: len(self.field_cases() - before) == 1)
        case = self.centre.case((self.field_cases() - before).pop()).json
        self.assertEqual(case["address"], "兰陵苑（样例）3号楼")
        self.assertAlmostEqual(case["lon"], 119.583344, 4)

    # --- without a network ---

    REPORTS = """for (let i = 0; i < arguments[0]; i++) {
        await go('#/report'); (await until('what', () => all('.often')[i % 8])).click();
        await press('就在这里'); await press('上报', 'main .button.main');
        await until('the outbox', () => location.hash === '#/outbox');
    }"""
    SOLVED = """for (let i = 0; i < arguments[0]; i++) {
        await go('#/report'); (await until('what', () => all('.often')[i % 8])).click();
        await press('就在这里'); await press('当场办结', 'main .button');
        await photo(await until('the photo', () => document.querySelector('.sheet input[type=file]')));
        await press('当场办结', '.sheet .button.main');
        await until('the outbox', () => location.hash === '#/outbox');
    }"""
    CHECKS = """await go('#/'); for (let i = 0; i < arguments[0]; i++) {
        const left = await until('tasks', () => all('.card .button.main').length);
        await press('情况属实', '.card .button'); await press('情况属实', '.sheet .button.main');
        await until('one less', () => !document.querySelector('.sheet') && all('.card .button.main').length < left);
    }"""
    PATROLS = """await go('#/patrol'); for (let i = 0; i < arguments[0]; i++) {
        const left = (await until('points', () => all('ul.cards .button.main').length));
        all('ul.cards .button.main')[0].click(); await press('确认巡查', '.sheet .button.main');
        await until('one less', () => !document.querySelector('.sheet') && all('ul.cards .button.main').length < left);
    }"""

    def test_offline_proof(self):
        """50 letters queued across a reload without a network; flapping, two tabs, answers lost: exactly 50 effects."""
        p, self.troubled = self.phone, True
        before = self.field_cases()
        checks = [self.to_check(f"路灯不亮 第{i}盏") for i in range(10)]
        p.login("grid", PASSWORD)
        p.hands("await until('ten tasks', () => all('.card .button.main').length >= 10)")
        p.go("/patrol")
        p.hands("await until('points', () => all('ul.cards .button').length >= 5)")
        p.with_shell()
        p.network(False)
        self.line.cut()
        p.hands(self.REPORTS, 10)
        p.hands(self.SOLVED, 5)
        p.hands(self.CHECKS, 5)
        self.assertEqual(p.unsent(), 25)
        p.b.driver.refresh()
        p.wait(".tabs")
        p.says("没有网络")
        self.assertEqual(p.unsent(), 25)
        p.hands(self.CHECKS, 5)
        p.hands(self.PATROLS, 5)
        p.hands(self.REPORTS, 10)
        self.assertEqual(p.unsent(), 50)
        self.assertEqual(self.field_cases(), before)
        self.send_through_trouble()
        self.count_effects(before, checks)

    def send_through_trouble(self):
        p, driver = self.phone, self.b.driver
        first = driver.current_window_handle
        driver.switch_to.new_window("tab")
        second = driver.current_window_handle
        p.stand(browser.fixture.PLACE["lon"], browser.fixture.PLACE["lat"])
        self.line.flap(11)
        p.open()
        p.go("/outbox")
        driver.switch_to.window(first)
        p.go("/outbox")
        sends = "for (const b of all('.now')) b.click(); await sleep(150)"
        for turn in range(400):
            if turn == 150:
                self.line.mend()
            for tab in (first, second):
                driver.switch_to.window(tab)
                if tab == first:
                    p.network(turn % 5 != 4)
                p.hands(sends)
            if p.unsent() == 0:
                break
        driver.switch_to.window(first)
        p.network(True)
        p.until("an empty outbox", lambda: p.unsent() == 0)
        driver.switch_to.window(second)
        driver.close()
        driver.switch_to.window(first)

    def count_effects(self, before, checks):
        new = [c for c in self.cases("channel:field,agent") if c["number"] not in before]
        deeds = {c["number"]: self.deeds(c["number"]) for c in new}
        self.assertEqual(sorted(" ".join(d) for d in deeds.values()), ["filed"] * 20 + ["filed confirm"] * 5 + ["filed solve_on_spot"] * 5)
        self.assertEqual([self.deeds(n) for n in checks], [["check_found"]] * 10)
        repeated = [x for x in self.line.posts if x[2] == "true"]
        self.assertGreater(len(repeated), 5, "the trouble was none: no answer was lost after its effect")
        closed = [n for n, d in deeds.items() if "solve_on_spot" in d]
        self.assertEqual({self.centre.case(n).json["state"] for n in closed}, {"closed"})
        self.assertTrue(all(self.centre.case(n).json["media"] for n in closed))

    def test_a_round_is_walked_and_what_is_found_is_filed_on_the_spot(self):
        """Without a network: a hazard and a report at the first point of the route; both know the patrol, and it knows them."""
        p, self.troubled = self.phone, True
        self.server.staff("walker", "grid_worker", area="320413001001", password=PASSWORD)
        p.login("walker", PASSWORD)
        p.go("/patrol")
        names = p.hands("await until('the route', () => document.querySelector('.stop')); return all('ul.cards h2').map(e => e.innerText)")
        self.assertEqual([int(re.match(r"\d+", n).group()) for n in names], list(range(1, len(names) + 1)), names)
        p.says("下一点：", ".head")
        p.says("距上一点", "ul.cards")
        p.press("地图", ".choices .button")
        p.hands("await until('the map', () => document.querySelector('.map canvas'))")
        before = {c["number"] for c in self.cases("channel:field")}
        p.network(False)
        for kind, words in (("隐患", "消防通道被杂物堵住"), ("上报", "垃圾桶满溢")):
            p.hands("await go('#/patrol'); (await until('the point', () => all('ul.cards > li')[0])).querySelector('.two .button:last-child').click(); await until('what', () => document.querySelector('#report-text'))")
            p.says("巡查发现", "main")
            p.press(kind, ".kinds .button")
            if kind == "隐患":
                p.hands("const f = document.querySelector('#report-category'); f.value = '消防'; f.dispatchEvent(new Event('input')); (await until('it', () => document.querySelector('#report-category-list li'))).dispatchEvent(new MouseEvent('mousedown', {bubbles: true, cancelable: true}))")
            p.hands("const f = document.querySelector('#report-text'); f.value = arguments[0]; f.dispatchEvent(new Event('input')); await until('ready', () => all('main .button.main.big').length); all('main .button.main.big').pop().click()", words)
            p.hands("(await until('send', () => all('main .button.main.big').length && document.querySelector('.what') && all('main .button.main.big').pop())).click(); await until('sent', () => location.hash.includes('outbox'))")
        self.assertEqual(p.unsent(), 4, "a patrol, its confirmation, two findings")
        p.go("/patrol")
        p.says("在此发现并上报2件", "ul.cards")
        p.network(True)
        p.until("all at the server", lambda: p.unsent() == 0)
        new = {c["number"]: c for c in self.cases("channel:field") if c["number"] not in before}
        patrol = next(n for n, c in new.items() if c["procedure"] == "patrol")
        found = {n for n, c in new.items() if c["procedure"] in ("hazard", "report")}
        case = self.centre.case(patrol).json
        self.assertEqual(case["state"], "confirmed")
        self.assertEqual({x["number"] for x in case["links"] if x["kind"] == "has_finding"}, found)
        self.assertEqual(sorted(c["procedure"] for c in new.values()), ["hazard", "patrol", "report"])
        for n in found:
            self.assertEqual(self.centre.case(n).json["links"], [{"kind": "found_at", "number": patrol}])
        p.go("/case/" + patrol)
        p.says("发现问题", "main")

    def test_handler_signs_and_finishes_without_a_network(self):
        """The step after one that still waits is offered as the procedure foresees it, and builds on its version."""
        p, self.troubled = self.phone, True
        number = self.centre.file("路灯不亮").json["number"]
        self.assertEqual(self.centre.act(number, "accept_dispatch", {"unit": "cityops_municipal"}).status, 200)
        p.login("handler", PASSWORD)
        p.go("/case/" + number)
        p.hands("await until('the step', () => all('.steps .button').some(e => e.innerText === '签收'))")
        p.network(False)
        p.press("签收", ".steps .button")
        p.press("签收", ".sheet .button.main")
        p.press("处置完成", ".steps .button")
        p.hands("const f = await until('the result', () => document.querySelector('.sheet textarea')); f.value = '已更换灯泡'; f.dispatchEvent(new Event('input')); await photo(document.querySelector('.sheet input[type=file]'))")
        p.press("处置完成", ".sheet .button.main")
        p.until("both written down", lambda: p.unsent() == 2)
        p.network(True)
        p.until("both at the server", lambda: self.deeds(number, "handler") == ["sign", "done"])
        self.assertEqual(self.centre.case(number).json["state"], "feedback")
        self.assertEqual(len(self.centre.case(number).json["media"]), 1)

    # --- what may go wrong ---

    def test_conflict_is_explained(self):
        p, self.troubled = self.phone, True
        number = self.to_check("井盖松动")
        p.login("grid", PASSWORD)
        p.go("/case/" + number)
        p.says("井盖松动")
        p.network(False)
        p.press("情况属实", "main .button")
        p.press("情况属实", ".sheet .button.main")
        p.says("已记录", "main")
        self.assertEqual(self.centre.act(number, "note", {"note": "已电话核实过一次"}).status, 200)
        p.network(True)
        p.go("/outbox")
        p.says("需要您处理")
        p.says("备注", ".parked")
        p.press("看过了，按最新情况再发")
        p.says("已送达")
        self.assertEqual(self.deeds(number), ["check_found"])

    def test_refused_can_be_dropped_after_a_question(self):
        p, self.troubled = self.phone, True
        number = self.to_check("护栏坏了")
        p.login("grid", PASSWORD)
        p.go("/case/" + number)
        p.press("未发现问题", "main .button")
        p.press("未发现问题", ".sheet .button.main")
        p.says("请填写", ".sheet")  # what is required is asked for on the phone already
        p.hands("const f = document.querySelector('.sheet textarea'); f.value = '没有看到'; f.dispatchEvent(new Event('input'))")
        p.network(False)
        p.press("未发现问题", ".sheet .button.main")
        self.assertEqual(self.grid.act(number, "check_found").status, 200)  # somebody else was there before
        p.network(True)
        p.go("/outbox")
        p.says("这一步已经不能办了", ".parked")
        p.press("移除", ".parked .button")
        p.press("移除", ".sheet .button.danger")
        p.says("全部已发送")
        self.assertEqual(self.deeds(number), ["check_found"])

    def test_unsent_is_not_lost_by_logout_or_by_another_login(self):
        p, self.troubled = self.phone, True
        p.login("grid", PASSWORD)
        p.go("/report")
        p.hands("await until('buttons', () => all('.often').length === 8)")
        p.network(False)
        p.hands(self.REPORTS, 1)
        p.go("/me")
        p.press("退出登录", "main .button")
        p.says("还有1件没有发送", ".sheet")
        p.press("保留", ".sheet .button")
        self.assertEqual(p.unsent(), 1)
        # the session ends at the server; somebody else logs in on this phone
        p.b.driver.delete_cookie("yiwang")
        p.network(True)
        before = self.field_cases()
        p.b.driver.refresh()
        p.wait(".login")
        p.says("还没有发送")
        p.b.find("#login").send_keys("handler")
        p.b.find("#password").send_keys(PASSWORD)
        p.b.find("form button[type=submit]").click()
        p.go("/outbox")
        p.says("别的账号")
        self.assertEqual(self.field_cases(), before)
        p.b.driver.delete_cookie("yiwang")
        p.b.driver.refresh()
        p.wait(".login")
        p.b.find("#login").send_keys("grid")
        p.b.find("#password").send_keys(PASSWORD)
        p.b.find("form button[type=submit]").click()
        p.wait(".tabs")
        p.until("sent by its writer", lambda: len(self.field_cases() - before) == 1)

    def test_plain_http_is_said_and_the_outbox_works(self):
        """Not loopback and not https: no service worker, no locks, no place; one lease instead of a lock."""
        names = subprocess.run(["hostname", "-I"], capture_output=True, text=True, check=False).stdout.split()
        address = next((n for n in names if ":" not in n), "")
        if not address:
            self.skipTest("this machine has no address but the loopback")
        line, self.troubled = phone.Line(self.server.port, address), True
        number = self.to_check("站牌歪了")
        try:
            p = phone.Phone(self.b, line)
            p.login("grid", PASSWORD)
            p.says("没有加密", ".banner")
            self.assertEqual(p.hands("return [isSecureContext, !!navigator.locks, !!navigator.serviceWorker]"), [False, False, False])
            p.network(False)
            p.go("/case/" + number)
            p.press("情况属实", ".steps .button")
            p.press("情况属实", ".sheet .button.main")
            p.until("written down", lambda: p.unsent() == 1)
            p.network(True)
            p.until("at the server", lambda: self.deeds(number) == ["check_found"])
            p.go("/report")
            p.hands("(await until('what', () => all('.often')[0])).click()")
            p.press("就在这里")
            p.says("不能定位")
            p.forget()
        finally:
            line.close()
            phone.Phone(self.b, self.line)

    def test_new_version_waits_for_consent(self):
        p = self.phone
        p.login("grid", PASSWORD)
        p.with_shell()
        self.line.patch["/field/sw.js"] = lambda data: data + b"\n// another build\n"
        p.hands("await (await navigator.serviceWorker.ready).update()")
        p.says("有新版本")
        self.assertTrue(p.hands("return !!(await navigator.serviceWorker.getRegistration('/field/')).waiting"))
        p.press("切换到新版本")
        p.hands("await until('no banner', () => !document.body.innerText.includes('有新版本') && document.querySelector('.tabs'))")
        p.wait(".tabs")
        self.assertFalse(p.hands("return !!(await navigator.serviceWorker.getRegistration('/field/')).waiting"))


class Looks(unittest.TestCase):
    """Every page, dialog and state: accessible, large enough, not wider than the phone, no key instead of a word."""

    @classmethod
    def setUpClass(cls):
        Field.setUpClass.__func__(cls)
        cls.folder = os.environ.get("PICTURES", "")

    tearDownClass = classmethod(Field.tearDownClass.__func__)
    setUp, tearDown, to_check = Field.setUp, Field.tearDown, Field.to_check

    def states(self, number, lang):
        """(name, how to get there); each starts where the one before it ended."""
        p = self.phone
        first = "document.querySelector"

        def sheet(css):
            return lambda: p.hands("(await until('a button', () => all(arguments[0])[0])).click(); await until('the sheet', () => document.querySelector('.sheet'))", css)

        def close():
            p.hands(f"const x = {first}('.sheet header button'); if (x) x.click(); await until('closed', () => !{first}('.sheet'))")

        def step(n):
            return lambda: p.hands("await go('#/report'); (await until('what', () => all('.often')[0] || document.querySelector('main h1'))); await until('step', () => true)")

        return [
            ("tasks", lambda: p.go("/")), ("act", sheet(".card .button")),
            ("act-wrong", lambda: (close(), p.go("/case/" + number), sheet(".steps .button:not(.main)")(), p.hands("document.querySelector('.sheet .button.main').click(); await sleep(200)"))),
            ("case", lambda: (close(), p.go("/case/" + number))),
            ("case-map", lambda: p.hands("(await until('the button', () => all('.panel .button.big')[0])).click(); await until('the map', () => document.querySelector('.map canvas')); await sleep(300)")),
            ("case-photo", lambda: p.hands("(await until('a photo', () => all('.photos button')[0])).click(); await until('it large', () => document.querySelector('.sheet img'))")),
            ("tasks-way", lambda: (close(), p.go("/"), p.hands("all('.choices .button')[2].click(); await until('numbers', () => document.querySelector('.stop'))"))),
            ("tasks-map", lambda: p.hands("all('.choices .button')[3].click(); await until('the map', () => document.querySelector('.map canvas')); await sleep(600)")),
            ("patrol", lambda: p.go("/patrol")), ("patrol-act", sheet("ul.cards .button")), ("patrol-again", close),
            ("patrol-map", lambda: p.hands("all('.choices .button').pop().click(); await until('the map', () => document.querySelector('.map canvas')); await sleep(600)")),
            ("patrol-found", lambda: p.hands("all('ul.cards > li')[0].querySelector('.two .button:last-child').click(); await until('what', () => document.querySelector('#report-text')); await sleep(100)")),
            ("patrol-clear", lambda: p.hands("all('.foot .button').pop().click(); await sleep(100)")),
            ("report-what", lambda: (step(0)(), p.hands("all('.button.big')[0].click(); await sleep(100)"))),
            ("report-where", lambda: p.hands("all('.often')[0].click(); await until('where', () => document.querySelector('#report-address'))")),
            ("report-send", lambda: p.hands("all('main .button.main')[0].click(); await until('send', () => document.querySelector('main label.check')); document.querySelector('main label.check input').click(); await sleep(400)")),
            ("receipt", lambda: p.hands("all('main .button.main')[0].click(); await until('the receipt', () => document.querySelector('.receipt .qr'))")),
            ("outbox", lambda: p.go("/outbox")), ("me", lambda: p.go("/me")), ("leave", sheet(".button.danger")),
            ("me-again", close),
        ]

    def look(self, name, lang):
        b = self.b
        has_axe = not browser.axe_missing() and not name.endswith("large")
        found = [f"{name}: {v}" for v in b.axe()] if has_axe else []
        wider, who = b.overflow()
        if wider > 0:
            found.append(f"{name}: {wider} px too wide: {who}")
        small = b.driver.execute_script(
            "return [...document.querySelectorAll('main .button, main a.tab, .sheet .button, .tabs a, .input')].filter(e => e.getClientRects().length && "
            "e.getBoundingClientRect().height < 44).map(e => e.outerHTML.slice(0, 120))")
        found += [f"{name}: small: {x}" for x in small]
        tiny = b.driver.execute_script(
            "return [...document.querySelectorAll('body *')].filter(e => e.getClientRects().length && [...e.childNodes].some(n => n.nodeType === 3 && n.data.trim()) && "
            "!e.closest('.visually-hidden,svg') && parseFloat(getComputedStyle(e).fontSize) < 18).map(e => getComputedStyle(e).fontSize + ' ' + e.outerHTML.slice(0, 90))")
        found += [f"{name}: tiny: {x}" for x in tiny]
        text = b.text("body")
        found += [f"{name}: a key is shown: {k}" for k in re.findall(r"\b(?:field|form|app|login|photo|picker|due|problem)\.[a-z_]+", text)]
        if self.folder:
            with open(os.path.join(self.folder, f"field-{name}.png"), "wb") as f:
                f.write(base64.b64decode(b.window()))
        return found

    def test_every_state(self):
        p, found = self.phone, []
        number = self.to_check("河滨路护栏断了一截", address="河滨路8号门前", media=[self.centre.photo()])
        self.to_check("路面塌陷", lon=119.58, lat=31.725)
        self.to_check("路灯不亮", lon=119.562, lat=31.728)
        for lang in ("zh", "en"):
            p.forget()
            p.open(lang)
            for scheme in ("light", "dark"):
                self.b.scheme(scheme)
                found += self.look(f"login-{lang}-{scheme}", lang)
            self.b.find("#login").send_keys("grid")
            self.b.find("#password").send_keys("not the password")
            self.b.find("form button[type=submit]").click()
            p.wait("form .notice.bad")
            for scheme in ("dark", "light"):
                self.b.scheme(scheme)
                found += self.look(f"login-wrong-{lang}-{scheme}", lang)
            self.b.messages()  # that it was refused is what was wanted
            p.login("grid", PASSWORD, lang)
            p.wait(".card")
            for look in ("light", "dark") + (("sun", "large") if lang == "zh" else ("large",)):
                self.b.scheme("dark" if look == "dark" else "light")
                p.hands("const b = document.querySelector('.bar button[aria-pressed]'); if ((b.getAttribute('aria-pressed') === 'true') !== arguments[0]) b.click()", look == "sun")
                if look == "large":
                    p.go("/me")
                    p.hands("document.querySelector('main label.check input').click()")
                for name, visit in self.states(number, lang):
                    visit()
                    found += self.look(f"{name}-{lang}-{look}", lang)
        self.assertEqual(found, [])

    def test_states_without_a_network(self):
        p, self.troubled, found = self.phone, True, []
        number = self.to_check("消火栓漏水")
        for lang in ("zh", "en"):
            p.forget()
            p.network(True)
            p.login("grid", PASSWORD, lang)
            p.wait(".card")
            p.go("/report")
            p.hands("await until('buttons', () => all('.often').length === 8)")
            p.go("/case/" + number)
            p.hands("await until('steps', () => document.querySelector('.steps .button'))")
            p.network(False)
            p.hands("all('.steps .button.main')[0].click(); (await until('the sheet', () => document.querySelector('.sheet .button.main'))).click(); await until('closed', () => !document.querySelector('.sheet'))")
            for scheme in ("light", "dark"):
                self.b.scheme(scheme)
                for where in ("/", "/case/" + number, "/outbox", "/patrol"):
                    p.go(where)
                    found += self.look(f"offline-{where.strip('/').split('/')[0] or 'tasks'}-{lang}-{scheme}", lang)
                p.go("/outbox")
                p.hands("all('.button.danger')[0].click(); await until('the sheet', () => document.querySelector('.sheet'))")
                found += self.look(f"offline-drop-{lang}-{scheme}", lang)
                p.hands("document.querySelector('.sheet header button').click()")
            # somebody else was faster: what waits is held back and explained
            self.assertEqual(self.centre.act(number, "note", {"note": "已电话核实过一次"}).status, 200)
            p.network(True)
            p.hands("await until('held back', () => document.querySelector('.parked')); await sleep(300)")
            for scheme in ("dark", "light"):
                self.b.scheme(scheme)
                found += self.look(f"parked-{lang}-{scheme}", lang)
            p.hands("all('.button.danger')[0].click(); await until('the sheet', () => document.querySelector('.sheet')); all('.sheet .button.danger')[0].click(); await until('empty', () => document.querySelector('.empty'))")
        self.assertEqual(found, [])


if __name__ == "__main__":
    unittest.main()
