"""Every statutory limit and rule that concerns petitions, mediation, services and emergencies has a trial that plays it; the trials of
the package hold. The table stands here because the lists of the domain are not shipped: where they lie beside this
repository, a row of theirs that the table does not know fails the test."""
import csv
import glob
import os
import re
import subprocess
import unittest

import fixture

# id: (article as it stands in the package, None = the trial shows it by expectations alone)
PLAYED = {
    "PET-01": "信访工作条例第22条", "PET-02": "信访工作条例第23条第2款", "PET-03": "信访工作条例第23条第3款", "PET-04": "信访工作条例第23条第3款",
    "PET-05": "信访工作条例第23条第3款", "PET-06": "信访工作条例第34条", "PET-07": "信访工作条例第35条", "PET-08": "信访工作条例第35条",
    "PET-09": "信访工作条例第36条", "PET-10": "信访工作条例第36条第2款", "PET-11": "信访事项简易办理办法（试行）", "PET-12": "信访事项简易办理办法（试行）",
    "MED-01": "人民调解法第33条", "MED-02": "民事诉讼法第205条", "MED-03": "法释〔2011〕5号第4条", "MED-04": "法释〔2011〕5号第5条",
    "SVC-01": "行政许可法第32条第1款第4项", "SVC-02": "行政许可法第42条第1款", "SVC-03": "行政许可法第42条第2款", "SVC-04": "行政许可法第43条",
    "SVC-05": "行政许可法第44条", "SVC-06": "行政许可法第45条", "SVC-07": None, "SVC-08": "政府信息公开条例第33条第2款", "SVC-09": "政府信息公开条例第34条",
    "PR-01": "信访工作条例第17–21条", "PR-02": "信访工作条例第18条第3款", "PR-03": "信访工作条例第17–21条", "PR-04": "信访工作条例第19条第3款",
    "PR-05": "信访工作条例第17–21条", "PR-06": "信访工作条例第17–21条", "PR-07": "信访工作条例第21条第2款", "PR-08": "信访工作条例第22条第1款",
    "PR-09": "信访工作条例第22条第2款", "PR-10": "信访工作条例第22条第3款", "PR-11": "信访工作条例第22条、第28条第2款", "PR-12": "信访工作条例第23条第3款",
    "PR-13": "信访工作条例第23条第3款", "PR-14": "信访工作条例第24条第1款", "PR-15": "信访工作条例第24条第2款", "PR-16": "信访工作条例第25条",
    "PR-17": "信访工作条例第22条、第28条第2款", "PR-18": "信访工作条例第28条第3款", "PR-19": "信访工作条例第29条", "PR-20": "信访工作条例第22条、第30条第3款",
    "PR-21": "信访工作条例第31条", "PR-22": "信访工作条例第31条第6项", "PR-23": "信访工作条例第32条", "PR-24": "信访工作条例第33条", "PR-25": "信访工作条例第34条",
    "EMG-01": "生产安全事故报告和调查处理条例第9条", "EMG-02": "生产安全事故报告和调查处理条例第11条", "EMG-03": "生产安全事故报告和调查处理条例第13条",
    "EMG-04": "生产安全事故报告和调查处理条例第29条", "EMG-05": "突发事件应对法第17条", "EMG-06": "突发事件应对法第64条", "EMG-07": "突发事件应对法第70条", "EMG-08": "突发事件应对法第72条", "EMG-08b": "突发事件应对法第85条、第86条",
    "EMG-09": "本地报告时限（样例）", "EMG-10": "本地报告时限（样例）",
    "PR-26": "信访工作条例第35条", "PR-27": "信访工作条例第36条第3款", "PR-28": "信访工作条例第33条", "PR-29": "信访工作条例第40条", "PR-31": "信访工作条例第45条",
}
# Rows of those groups that no procedure plays, and why.
ELSEWHERE = {
    "PR-30": "the annual report is made from statistics, not by a procedure",
    "MED-05": "a third party applies to the court within a year; nothing of it runs here",
    "MED-06": "Shenzhen only: must not apply here", "MED-07": "Shenzhen only: must not apply here", "MED-08": "Shenzhen only: must not apply here",
}
# Rows that count nothing, or not here: no edge to play.
UNCOUNTED = {
    "SVC-06": "a pause", "SVC-07": "how days are counted", "EMG-01": "a unit reports to the district, by telephone", "EMG-05": "at once",
    "EMG-06": "what a warning states", "EMG-07": "at once", "EMG-08": "what an activation states", "EMG-08b": "at once",
}
UNITS = {"CALENDAR": {"calendar_day": 1}, "WORK": {"work_day": 1}, "WALL": {"hour": 60, "minute": 1}}
EXTENDED_BY_ITS_OWN = {"EMG-04"}  # once more the same: emergency_02_accident.yaml
CONCERNED = ("EMG-", "PET-", "MED-", "SVC-", "PR-")


class Law(unittest.TestCase):
    @classmethod
    def setUpClass(cls):
        cls.procedures = ""
        for path in glob.glob(os.path.join(fixture.JINTAN, "procedures", "*.yaml")):
            with open(path, encoding="utf-8") as f:
                cls.procedures += f.read()
        cls.proofs = {}
        for path in glob.glob(os.path.join(fixture.JINTAN, "trials", "*.yaml")):
            with open(path, encoding="utf-8") as f:
                for claim in re.search(r"^proves: \[(.*)\]$", f.read(), re.M).group(1).split(","):
                    cls.proofs.setdefault(claim.strip(), []).append(os.path.basename(path))

    def test_every_row_has_a_trial_and_its_article(self):
        for row, article in PLAYED.items():
            with self.subTest(row=row):
                self.assertIn(row, self.proofs, "no trial proves it")
                if article:
                    self.assertIn(article, self.procedures)

    def test_no_trial_claims_what_the_table_does_not_know(self):
        for claim in self.proofs:
            if claim.startswith(CONCERNED):
                self.assertIn(claim, PLAYED)
            else:
                self.assertIn(claim, self.procedures, "an article that no procedure cites")

    def test_the_table_is_whole(self):
        domain = os.path.join(fixture.SHARED, "domain")
        if not os.path.isdir(domain):
            self.skipTest("the lists of the domain are not here")
        for name in ("legal_limits.csv", "petition_rules.csv"):
            with open(os.path.join(domain, name), encoding="utf-8") as f:
                for row in csv.DictReader(f):
                    if row["id"].startswith(CONCERNED):
                        with self.subTest(row=row["id"]):
                            self.assertTrue(row["id"] in PLAYED or row["id"] in ELSEWHERE, row)

    @classmethod
    def edges(cls):
        """id: the amounts and units that test_limits.c plays to the minute, on plain days, holidays and make-up working days."""
        found = {}
        with open(os.path.join(fixture.ROOT, "tests", "unit", "casework", "test_limits.c"), encoding="utf-8") as f:
            for row, amount, unit in re.findall(r'\{"([A-Z]+-\w+)",[^{}]*?(\d+),\s*(CALENDAR|WORK|WALL),', f.read()):
                found.setdefault(row, []).append((int(amount), unit))
        return found

    def test_every_counted_limit_is_played_to_its_edge(self):
        edges = self.edges()
        for row in PLAYED:
            if not row.startswith("PR-"):
                with self.subTest(row=row):
                    self.assertNotEqual(row in edges, row in UNCOUNTED)

    def test_the_edges_are_those_of_the_law(self):
        path = os.path.join(fixture.SHARED, "domain", "legal_limits.csv")
        if not os.path.isfile(path):
            self.skipTest("the lists of the domain are not here")
        with open(path, encoding="utf-8") as f:
            law = {row["id"]: row for row in csv.DictReader(f)}
        for row, played in self.edges().items():
            with self.subTest(row=row):
                said, unit = int(law[row]["limit_value"]), law[row]["limit_unit"]
                if unit == "immediate":  # on the spot: the same day
                    self.assertEqual(played, [(1, "CALENDAR")])
                    continue
                self.assertIn(said, [amount / UNITS[u][unit] for amount, u in played if unit in UNITS[u]])
                if law[row]["extension_value"].isdigit():
                    self.assertTrue(int(law[row]["extension_value"]) in [amount for amount, _ in played] or row in EXTENDED_BY_ITS_OWN, played)

    def test_limits_of_another_city_are_not_here(self):
        self.assertNotIn("深圳", self.procedures)

    def test_every_action_of_an_office_cites_its_article(self):
        """What staff do to somebody's matter names what it rests on; what the reporter does needs no permission."""
        for path in glob.glob(os.path.join(fixture.JINTAN, "procedures", "*.yaml")):
            name = os.path.basename(path)[:-5]
            if name not in ("petition", "mediation", "service", "disclosure", "desk"):
                continue
            with open(path, encoding="utf-8") as f:
                actions = f.read().split("\nactions:\n")[1].split("\njoins:")[0]
            for action in re.split(r"^(?=  \w+:$)", actions, flags=re.M):
                title, by = re.match(r"  (\w+):", action), re.search(r"^    by: \[(.*)\]", action, re.M)
                if title is None or by.group(1) == "reporter":
                    continue
                with self.subTest(procedure=name, action=title.group(1)):
                    self.assertRegex(action, r"(?m)^    basis: \S")

    def test_the_trials_hold(self):
        done = subprocess.run([fixture.PROGRAM, "try", fixture.JINTAN, "--quiet"], capture_output=True, text=True, timeout=120)
        self.assertEqual(done.returncode, 0, done.stdout)
        self.assertRegex(done.stdout, r"\n\d+ trials: \d+ held, 0 did not; \d{3,} expectations\n$")


if __name__ == "__main__":
    unittest.main()
