"""Emergencies, warnings and notices on a real server: the roll is gone after the end, also after a restore, and no route shows
it; a warning goes out as CAP 1.2 after another person approved it; an exercise says so everywhere."""
import os
import re
import shutil
import subprocess
import tempfile
import time
import unittest
import urllib.parse
import xml.etree.ElementTree as ElementTree

import fixture

AREA = "320413001"
PERSON, PHONE = "欧阳样例甲", "13911112222"
CAP = "{urn:oasis:names:tc:emergency:cap:1.2}"
LATER = time.strftime("%Y-%m-%dT%H:%M:%S+08:00", time.gmtime(time.time() + 200000))
FACTS = {"matter": "暴雨洪涝", "level": "2", "measures": "值守排水", "plan": "rainstorm"}
DRAFT = {"level": "orange", "areas": [AREA], "issuer": "emergency", "cautions_zh": "强降雨 <注意>", "measures_zh": "避开低洼路段",
         "cautions_en": "Heavy rain", "measures_en": "Avoid low roads"}
# What CAP 1.2 allows of the elements used here, in the order of its schema.
ALERT_ORDER = ["identifier", "sender", "sent", "status", "msgType", "source", "scope", "restriction", "addresses", "code", "note",
               "references", "incidents", "info"]
INFO_ORDER = ["language", "category", "event", "responseType", "urgency", "severity", "certainty", "audience", "eventCode", "effective",
              "onset", "expires", "senderName", "headline", "description", "instruction", "web", "contact", "parameter", "resource", "area"]
WORDS = {"status": {"Actual", "Exercise", "System", "Test", "Draft"}, "msgType": {"Alert", "Update", "Cancel", "Ack", "Error"},
         "scope": {"Public", "Restricted", "Private"}, "severity": {"Extreme", "Severe", "Moderate", "Minor", "Unknown"},
         "urgency": {"Immediate", "Expected", "Future", "Past", "Unknown"}, "certainty": {"Observed", "Likely", "Possible", "Unlikely", "Unknown"},
         "category": {"Geo", "Met", "Safety", "Security", "Rescue", "Fire", "Health", "Env", "Transport", "Infra", "CBRNE", "Other"}}
TIME = re.compile(r"^\d\d\d\d-\d\d-\d\dT\d\d:\d\d:\d\d[-+]\d\d:\d\d$")


class Emergency(unittest.TestCase):
    @classmethod
    def setUpClass(cls):
        cls.server = fixture.Server()
        cls.duty = cls.server.staff("duty", "operator", "centre")
        cls.chief = cls.server.staff("chief", "supervisor", "centre")
        cls.roads = cls.server.staff("roads", "handler", "cityops_municipal")
        cls.auditor = cls.server.staff("auditor", "auditor", "centre")

    @classmethod
    def tearDownClass(cls):
        cls.server.close()

    def filed(self, category, text, channel="phone"):
        r = self.duty.file(text, category=category, channel=channel, lon=119.5759, lat=31.7203)
        self.assertEqual(r.status, 201, r)
        return r.json["number"]

    def done(self, who, number, action, **fields):
        r = who.post(f"/api/v1/cases/{number}/actions/{action}", fields)
        self.assertEqual(r.status, 200, r)
        return r.json

    def responding(self, channel="phone"):
        number = self.filed("e01", "城区多处积水", channel)
        self.done(self.duty, number, "activate", until=LATER, **FACTS)
        return number

    def shows(self, number, needle):
        """Every reading route of staff and public that shows the text."""
        paths = [f"/api/v1/cases/{number}", "/api/v1/cases?q=", "/api/v1/cases.csv?q=", "/api/v1/cases?q=" + urllib.parse.quote(needle), "/api/v1/audit",
                 "/api/v1/public/notices", "/api/v1/public/cases", "/api/v1/public/feed.atom", "/api/v1/stats?by=category"]
        return [p for p in paths for c in (self.duty, self.auditor) if needle in c.get(p).body.decode("utf-8", "replace")]

    def test_the_four_facts(self):
        number = self.filed("e01", "积水")
        for fact in list(FACTS) + ["until"]:
            fields = {k: v for k, v in {**FACTS, "until": LATER}.items() if k != fact}
            r = self.duty.post(f"/api/v1/cases/{number}/actions/activate", fields)
            self.assertEqual((r.status, r.json["field"]), (422, fact), r)

    def test_tasks_of_the_plan(self):
        case = self.duty.case(self.responding()).json
        tasks = [t for t in case["tasks"] if t["kind"] == "measure"]
        self.assertEqual(len(tasks), 8)
        self.assertIn("下穿通道设岗值守，积水15厘米即封闭", [t["label"] for t in tasks])
        clocks = {c.get("task"): c for c in case["clocks"] if c["name"] == "task"}
        self.assertTrue(all(t["unit"] and clocks[t["id"]]["basis"] for t in tasks))
        self.assertEqual({a["name"]: a["value"] for a in case["attributes"]}["level"], "2")
        own = self.roads.get("/api/v1/cases?q=status:open&with=actions").json["items"]
        self.assertTrue(any(t["kind"] == "measure" for row in own for t in row["tasks"]))

    def test_the_roll_ends_with_the_response(self):
        number = self.responding()
        self.done(self.duty, number, "roll", person=PERSON, phone=PHONE, status="missing")
        self.assertEqual(self.shows(number, PERSON), [])
        self.assertEqual(self.shows(number, PHONE), [])
        self.assertEqual(self.roads.post(f"/api/v1/cases/{number}/actions/roll", {"person": PERSON, "status": "missing"}).status, 403)
        read = self.duty.post(f"/api/v1/cases/{number}/contact", {"purpose": "核对失联人员"})
        self.assertEqual(read.json["roll"][0]["fields"], {"person": PERSON, "phone": PHONE})
        folder = tempfile.mkdtemp(prefix="yiwang-roll-")
        self.addCleanup(shutil.rmtree, folder)
        os.mkdir(os.path.join(folder, "before"))
        for name in ("keys.db", "keys.db-wal"):
            if os.path.exists(os.path.join(self.server.data, name)):
                shutil.copy(os.path.join(self.server.data, name), os.path.join(folder, "before", name))
        self.done(self.chief, number, "end_response", note="威胁已消除")
        gone = self.duty.post(f"/api/v1/cases/{number}/contact", {"purpose": "核对失联人员"})
        self.assertEqual((gone.status, gone.json["code"]), (404, "no_contact"), gone)
        self.assertEqual(self.duty.post(f"/api/v1/cases/{number}/actions/roll", {"person": PERSON, "status": "missing"}).status, 409)
        self.assertEqual(self.shows(number, PERSON), [])
        case = self.duty.case(number).json
        self.assertFalse(case["has_contact"])
        self.assertIn("城区多处积水", case["text"], "only contact data goes, the record stays")
        self.assertIn("has_part", [link["kind"] for link in case["links"]], "a review was opened")
        self.restored_without(folder, number)

    def restored_without(self, folder, number):
        """A backup made afterwards, with the keys of before: destroying is repeated."""
        to, back = os.path.join(folder, "copy"), os.path.join(folder, "restored")
        self.server.run("backup", to)
        r = subprocess.run([fixture.PROGRAM, "restore", to, back], capture_output=True, text=True)
        self.assertEqual(r.returncode, 0, r.stderr)
        for name in os.listdir(os.path.join(folder, "before")):
            shutil.copy(os.path.join(folder, "before", name), os.path.join(back, name))
        restored = fixture.Server(data=back)
        try:
            duty = restored.staff("duty2", "operator", "centre")
            r = duty.post(f"/api/v1/cases/{number}/contact", {"purpose": "核对失联人员"})
            self.assertEqual((r.status, r.json["code"]), (404, "no_contact"), r)
        finally:
            self.assertEqual(restored.stop(), 0)
        verified = subprocess.run([fixture.PROGRAM, "verify", "--city", fixture.JINTAN, "--data", back], capture_output=True, text=True)
        self.assertEqual(verified.returncode, 0, verified.stdout + verified.stderr)

    def issued(self, channel="phone"):
        number = self.filed("y01", "气象台通报", channel)
        self.done(self.duty, number, "draft", starts="2026-01-01T00:00:00+08:00", ends=LATER, **DRAFT)
        own = self.duty.post(f"/api/v1/cases/{number}/actions/issue", {})
        self.assertEqual((own.status, own.json["code"]), (409, "own_draft"), own)
        self.done(self.chief, number, "issue")
        return number

    def cap_of(self, entry):
        return ElementTree.fromstring(self.server.client().get("/api/v1/public/alerts/" + entry["id"]).body)

    def check_cap(self, alert):
        names = [e.tag.replace(CAP, "") for e in alert]
        self.assertEqual(names, sorted(names, key=ALERT_ORDER.index))
        for info in alert.findall(CAP + "info"):
            inner = [e.tag.replace(CAP, "") for e in info]
            self.assertEqual(inner, sorted(inner, key=INFO_ORDER.index))
        for e in alert.iter():
            name = e.tag.replace(CAP, "")
            if name in WORDS:
                self.assertIn(e.text, WORDS[name])
            if name in ("sent", "effective", "onset", "expires"):
                self.assertRegex(e.text, TIME)
            if name == "polygon":
                points = e.text.split(" ")
                self.assertTrue(len(points) >= 4 and points[0] == points[-1])
        self.assertRegex(alert.findtext(CAP + "identifier"), r"^320413\d{8}_\d{14}_\d$")

    def test_a_warning_goes_out_and_is_lifted(self):
        before = {i["id"] for i in self.server.client().get("/api/v1/public/notices").json["items"]}
        number = self.issued()
        time.sleep(6)  # what is the same for everybody is kept for seconds
        items = self.server.client().get(f"/api/v1/public/notices?area={AREA}001&lang=en").json["items"]
        entry = [i for i in items if i["id"] not in before and not i.get("exercise")][0]
        self.assertEqual((entry["as"], entry["level"]["code"], entry["text"]), ("alert", "orange", "Heavy rain"))
        self.assertNotIn(number, str(items), "no number of a case outside")
        alert = self.cap_of(entry)
        self.check_cap(alert)
        self.assertEqual((alert.findtext(CAP + "status"), alert.findtext(CAP + "msgType")), ("Actual", "Alert"))
        self.assertEqual(alert.find(CAP + "info").findtext(CAP + "description"), "强降雨 <注意>")
        self.assertIn("强降雨", self.server.client().get("/resident/?lang=zh").body.decode())
        self.assertIn(entry["id"], self.server.client().get("/api/v1/public/alerts.atom").body.decode())
        elsewhere = self.server.client().get("/api/v1/public/notices?area=320413109").json["items"]
        self.assertNotIn(entry["id"], [i["id"] for i in elsewhere])
        self.done(self.duty, number, "lift", answer="降雨结束")
        time.sleep(6)
        self.assertNotIn(entry["id"], [i["id"] for i in self.server.client().get("/api/v1/public/notices").json["items"]])
        lifted = self.cap_of(entry)
        self.check_cap(lifted)
        self.assertEqual(lifted.findtext(CAP + "msgType"), "Cancel")
        self.assertIn(alert.findtext(CAP + "identifier"), lifted.findtext(CAP + "references"))

    def test_an_exercise_says_so_everywhere(self):
        number = self.responding("exercise")
        self.assertTrue(self.duty.case(number).json["exercise"])
        rows = self.duty.get("/api/v1/cases?q=flag:exercise").json["items"]
        self.assertTrue(any(r["number"] == number for r in rows) and all(r["exercise"] for r in rows))
        self.counted_nowhere(number)
        self.issued("exercise")
        time.sleep(6)
        entry = [i for i in self.server.client().get("/api/v1/public/notices").json["items"] if i.get("exercise")][0]
        self.assertIn("演练", entry["headline"])
        self.assertEqual(self.cap_of(entry).findtext(CAP + "status"), "Exercise")
        self.assertIn("EXERCISE", self.server.client().get("/resident/?lang=en").body.decode())

    def counted_nowhere(self, number):
        """Statistics leave out what was only practised, unless they are asked for it."""
        def count(q):
            rows = self.duty.get("/api/v1/stats?q=" + urllib.parse.quote(q)).json["rows"]
            return rows[0][0] if rows else 0
        self.assertEqual(count(f"number:{number}"), 0)
        self.assertEqual(count(f"number:{number} flag:exercise"), 1)
        listed = self.duty.get("/api/v1/cases?q=procedure:emergency").json["items"]
        self.assertEqual(count("procedure:emergency"), sum(not r.get("exercise") for r in listed))

    def test_a_grade_is_proposed(self):
        def proposed(**figures):
            return self.duty.get("/api/v1/emergencies/grade?" + urllib.parse.urlencode(figures))
        r = proposed(kind="work_accident", deaths=2, injured=12).json
        self.assertEqual((r["grade"]["code"], r["figure"]["code"], r["value"], r["from"]), ("III", "injured", 12, 10))
        self.assertIn("第3条", r["basis"])
        self.assertIsNone(proposed(kind="expressway", hours_cut=47).json["grade"])
        self.assertEqual(proposed(kind="comet").json["field"], "kind")
        self.assertEqual(proposed(kind="fire", deaths="many").json["field"], "deaths")
        self.assertEqual(self.server.client().get("/api/v1/emergencies/grade?kind=fire").status, 401)

    def test_plans_and_scales(self):
        r = self.roads.get("/api/v1/emergencies").json
        self.assertEqual(set(r["scales"]), {"grades", "warnings", "responses"})
        storm = [p for p in r["plans"] if p["code"] == "rainstorm"][0]
        self.assertEqual((storm["warnings"]["red"], storm["lead"]["code"], len(storm["tasks"])), (1, "emergency", 8))
        self.assertEqual({p["code"]: p["as"] for p in r["procedures"]}, {"alert": "alert", "emergency": "response", "notice": "notice"})


if __name__ == "__main__":
    unittest.main()
