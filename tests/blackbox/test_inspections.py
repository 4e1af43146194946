"""Inspection plans: what is due is filed once, by day; an outage brings no flood; places with repeated hazards are proposed."""
import os
import tempfile
import unittest
import urllib.parse

import fixture
from test_registers import HEADER, run_import

HYDRANTS = [f"320413010130000{n:02d}" for n in range(1, 31)]
ROWS = HEADER + "".join(f"{code},b01013,消火栓{n}号（样例）,119.57{n % 10}000,31.720000,water,完好,A\n" for n, code in enumerate(HYDRANTS))
BEGIN = "2026-09-28 08:00"  # the plan of hydrants: three months from 2026-01-01, spread over 60 days


class Inspections(unittest.TestCase):
    def setUp(self):
        self.folder = tempfile.TemporaryDirectory()
        fixture.Server(data=self.folder.name, options=["--rehearsal", BEGIN]).stop()
        made, _ = run_import(self.folder.name, "components.csv", "components.yaml", ROWS)
        self.assertEqual(made.returncode, 0, made)
        self.begin()

    def begin(self):
        self.server = fixture.Server(data=self.folder.name)
        self.operator = self.server.staff("operator", "operator", unit="centre")
        self.fire = self.server.staff("fire", "handler", unit="fire_rescue")

    def leap(self, days):
        path = os.path.join(self.folder.name, "rehearsal")
        with open(path, encoding="ascii") as f:
            ahead = int(f.read())
        with open(path, "w", encoding="ascii") as f:
            f.write(f"{ahead + days * 86400000}\n")

    def tearDown(self):
        self.server.close()
        self.folder.cleanup()

    def pass_to(self, time):
        self.server.run("clock", "--to", time)

    def table(self, who=None, **query):
        who = who or self.operator
        reply = who.get("/api/v1/inspections?" + urllib.parse.urlencode({"plan": "hydrants", "limit": 500, **query}), {"Yiwang-Min-Seq": str(who.seq)})
        self.assertEqual(reply.status, 200, reply)
        return reply.json

    def filed(self):
        reply = self.operator.get("/api/v1/cases?limit=200&q=" + urllib.parse.quote("channel:plan condition:i04.1"))
        return reply.json["items"]

    def test_a_month_and_a_restart(self):
        quarter = {"from": "2026-10-01", "to": "2026-12-31"}
        before = self.table(**quarter)
        self.assertEqual({i["state"] for i in before["items"]}, {"planned"})
        self.assertEqual(sorted(i["thing"] for i in before["items"]), HYDRANTS)
        self.assertEqual(self.filed(), [])
        self.pass_to("2026-10-09 09:00")
        due = {i["thing"] for i in before["items"] if i["day"] <= "2026-10-09"}
        self.assertTrue(due and due != set(HYDRANTS), due)
        rows = self.filed()
        cases = [self.operator.case(r["number"]).json for r in rows]
        self.assertEqual(sorted(c["thing"]["code"] for c in cases), sorted(due))
        self.assertEqual({c["unit"]["code"] for c in cases}, {"fire_rescue"})
        self.assertIn("出水压力", cases[0]["text"])
        after = {i["thing"]: i for i in self.table(**quarter)["items"]}
        day_of = {i["thing"]: i["day"] for i in before["items"]}
        for case in cases:  # each on its own day
            self.assertEqual(case["filed"][:10], day_of[case["thing"]["code"]])
            self.assertEqual(after[case["thing"]["code"]]["number"], case["number"])
        # a restart files nothing twice
        self.server.stop()
        self.begin()
        self.pass_to("2026-10-09 12:00")
        self.assertEqual(len(self.filed()), len(rows))

    def test_an_outage_brings_no_flood_and_nothing_of_periods_that_are_over(self):
        quarter = {"from": "2026-10-01", "to": "2026-12-31"}
        day_of = {i["thing"]: i["day"] for i in self.table(**quarter)["items"]}
        self.server.stop()
        self.leap(46)  # to 2026-11-13: nothing ran meanwhile
        self.begin()
        due = {thing for thing, day in day_of.items() if day <= "2026-11-13"}
        self.assertGreater(len(due), 12)
        fixture.until(lambda: len(self.filed()) == len(due))
        rows = self.filed()
        self.assertEqual({r["filed"][:10] for r in rows}, {"2026-11-13"})
        self.assertEqual({self.table(**quarter, state="missed")["total"], len({r["number"] for r in rows})}, {0, len(due)})
        # the next outage reaches beyond the quarter: what was not filed in it is said to be missed, and is not filed
        self.server.stop()
        self.leap(50)  # to 2027-01-02
        self.begin()
        self.pass_to("2027-01-02 12:00")
        self.assertEqual(self.table(**quarter, state="missed")["total"], len(HYDRANTS) - len(due))
        self.assertEqual(self.table(**quarter, state="late")["total"], len(due))
        new = [r["thing"] for r in (self.operator.case(r["number"]).json for r in self.filed()) if r["filed"] > "2027"]
        self.assertEqual([c for c in new if c["code"] in due], [], "while one is open no other is filed")

    def test_done_dropped_and_who_sees_it(self):
        self.pass_to("2026-10-09 09:00")
        rows = self.filed()
        ok = {k: "ok" for k in ("passages", "equipment", "signs", "structure", "records")}
        done, dropped = rows[0]["number"], rows[1]["number"]
        self.assertEqual(self.fire.act(done, "record", {**ok, "answer": "in_order"}).status, 200)
        self.assertEqual(self.fire.act(dropped, "drop", {"note": "已拆除"}).status, 200)
        for who in (self.operator, self.fire):
            who.seq = max(self.operator.seq, self.fire.seq)
            states = {i["number"]: i["state"] for i in self.table(who, **{"from": "2026-10-01", "to": "2026-10-31"})["items"] if i["number"]}
            self.assertEqual((states[done], states[dropped]), ("done", "dropped"))
        other = self.server.staff("other", "handler", unit="housing")
        self.assertEqual(self.table(other, **{"from": "2026-10-01", "to": "2026-10-31"})["total"], 0)
        self.assertEqual(self.server.client().get("/api/v1/inspections").status, 401)

    def test_requests_that_make_no_sense(self):
        for query in ("from=2026-10-01&to=2026-09-01", "plan=nothing", "area=1", "state=maybe", "from=tomorrow", "skip=-1"):
            reply = self.operator.get("/api/v1/inspections?" + query)
            self.assertEqual(reply.status, 422, (query, reply))

    def test_hazards_at_one_place_are_proposed_until_somebody_takes_it_up(self):
        def proposals():
            return self.operator.get("/api/v1/inspections/proposals", {"Yiwang-Min-Seq": str(self.operator.seq)}).json
        for n in range(3):
            self.assertEqual(proposals()["items"], [])
            made = self.operator.file("阀门锈蚀", category="h01", thing=HYDRANTS[0])
            self.assertEqual(made.status, 201, made)
        found = proposals()
        self.assertEqual([(p["thing"], p["count"], len(p["numbers"])) for p in found["items"]], [(HYDRANTS[0], 3, 3)])
        self.assertEqual(found["rule"]["condition"], "i07.1")
        taken = self.operator.file("三次发现隐患", category=found["rule"]["category"], condition="i07.1", thing=HYDRANTS[0])
        self.assertEqual(taken.status, 201, taken)
        self.assertEqual(proposals()["items"], [])


if __name__ == "__main__":
    unittest.main()
