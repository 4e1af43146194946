"""The procedure workshop: check explains a package, try plays scripts against it; no server runs."""
import os
import re
import shutil
import subprocess
import tempfile
import unittest

import fixture

SCRIPT = """trial: {{zh: 试, en: Try}}
begins: 2026-11-24 09:00
people:
  office: {{role: handler, unit: petition_office}}
steps:
  - {{file: p01, by: reporter, channel: letter, area: "320413001001", expect: {{state: registered{extra}}}}}
"""


class Workshop(unittest.TestCase):
    @classmethod
    def setUpClass(cls):
        cls.folder = tempfile.mkdtemp()

    @classmethod
    def tearDownClass(cls):
        shutil.rmtree(cls.folder)

    def run_yiwang(self, *arguments):
        return subprocess.run([fixture.PROGRAM, *arguments], capture_output=True, text=True, timeout=60)

    def try_script(self, text, *options):
        path = os.path.join(self.folder, "script.yaml")
        with open(path, "w", encoding="utf-8") as f:
            f.write(text)
        return self.run_yiwang("try", fixture.JINTAN, path, *options)

    def package(self, change):
        """A copy of the package with one file changed."""
        copy = os.path.join(self.folder, "city")
        shutil.rmtree(copy, ignore_errors=True)
        shutil.copytree(fixture.JINTAN, copy)
        for name, old, new in change:
            path = os.path.join(copy, name)
            with open(path, encoding="utf-8") as f:
                text = f.read()
            self.assertIn(old, text)
            with open(path, "w", encoding="utf-8") as f:
                f.write(text.replace(old, new))
        return copy

    UNREACHABLE = ("procedures/mediation.yaml", "\ntasks:\n",
                   '\n  lost: {label: {zh: 失落, en: Lost}, owner: centre, no_clock: "nobody comes here"}\ntasks:\n')
    WITHOUT_BASIS = ("procedures/mediation.yaml", ", rolls_over: true, basis: 人民调解法第33条；民事诉讼法第205条}", ", rolls_over: true}")
    UNOWNED = ("responsibilities.csv", "lead,,*,,,town\n", "")

    def test_all_findings_at_once(self):
        clean = self.run_yiwang("check", self.package([]))
        self.assertEqual(clean.returncode, 0, clean.stdout)
        refused = self.run_yiwang("check", self.package([self.UNREACHABLE, self.WITHOUT_BASIS, self.UNOWNED]))
        self.assertNotEqual(refused.returncode, 0)
        line = lambda pattern: self.assertRegex(refused.stdout, re.compile(pattern, re.M))
        line(r"^procedures/mediation.yaml:\d+: error: Nothing reaches the state lost of the case\. \(an action or join that leads there\)$")
        line(r"^procedures/mediation.yaml:\d+: error: .*basis")
        line(r'^categories.csv:\d+: error: "\w+" has no lead in \d+ of \d+ areas, as in \w+\.')
        named = len(re.findall(r": error: ", refused.stdout))
        self.assertRegex(refused.stdout, rf": {named} errors; the package may not be used\n$")

    def test_thousands_of_findings_are_bounded_and_counted(self):
        broken = "".join(f"lead,,zz{i},,nobody_{i},\n" for i in range(30000))
        refused = self.run_yiwang("check", self.package([self.UNREACHABLE, self.WITHOUT_BASIS, ("responsibilities.csv", "lead,,*,,,town\n", broken)]))
        self.assertNotEqual(refused.returncode, 0)
        lines = refused.stdout.rstrip("\n").split("\n")
        counted = int(re.search(r": (\d+) errors; the package may not be used$", lines[-1]).group(1))
        self.assertGreaterEqual(counted, 30002)
        self.assertLess(len(lines), 2000)
        # no file crowds out what is wrong in another
        for wanted in ("Nothing reaches the state lost", "mediation.yaml:.*basis", "responsibilities.csv:"):
            self.assertRegex(refused.stdout, wanted)
        listed = sum(": error: " in line for line in lines)
        left = sum(int(n) for n in re.findall(r"^.*: (\d+) further errors are not listed$", refused.stdout, re.M))
        self.assertEqual(listed + left, counted)

    def test_text_names_states_people_clocks_and_ways_out(self):
        done = self.run_yiwang("check", fixture.JINTAN, "--explain", "petition")
        self.assertEqual(done.returncode, 0, done.stderr)
        self.assertIn("信访工作条例", done.stdout)
        self.assertRegex(done.stdout, r"● 已登记 \(registered\) · .*时限：15日.*（信访工作条例第22条）")
        self.assertRegex(done.stdout, r"──▶ 转送 \(transfer\) · .* ──▶ ")
        self.assertIn("最近的出口：", done.stdout)
        self.assertNotIn("诉求办理 (report)", done.stdout)

    def test_every_state_of_every_procedure_is_told_in_both_languages(self):
        for lang in ("zh", "en"):
            done = self.run_yiwang("check", fixture.JINTAN, "--explain", "--lang", lang)
            self.assertEqual(done.returncode, 0, done.stderr)
            for name in os.listdir(os.path.join(fixture.JINTAN, "procedures")):
                with open(os.path.join(fixture.JINTAN, "procedures", name), encoding="utf-8") as f:
                    text = f.read()
                self.assertIn(f"({re.search(r'^procedure: (.*)$', text, re.M).group(1)})", done.stdout)
                states = text[text.index("\nstates:"):text.index("\nactions:")]
                for state in re.findall(r"^  (\w+):$", states.split("\ntasks:")[0], re.M):
                    self.assertIn(f"({state})", done.stdout)
            self.assertNotRegex(done.stdout, r"\b(cli|post|refusal|say)\.[a-z_]+")

    def test_diagram_is_mermaid_in_markdown(self):
        done = self.run_yiwang("check", fixture.JINTAN, "--diagram", "mediation", "--lang", "en")
        self.assertEqual(done.returncode, 0, done.stderr)
        self.assertEqual(done.stdout.count("```mermaid"), done.stdout.count("stateDiagram-v2"))
        self.assertIn("[*] --> applied", done.stdout)
        known = set(re.findall(r'" as (\w+)$', done.stdout, re.M))
        for a, b in re.findall(r"^    (\S+) --> (\S+)(?: :|$)", done.stdout, re.M):
            self.assertLessEqual({a, b} - {"[*]"}, known)

    def test_wrong_use_says_what_is_right(self):
        done = self.run_yiwang("check", fixture.JINTAN, "--explain", "permit")
        self.assertEqual(done.returncode, 1)
        self.assertIn("mediation", done.stderr)
        self.assertEqual(self.run_yiwang("check", fixture.JINTAN, "petition").returncode, 2)
        self.assertIn("zh en", self.run_yiwang("check", fixture.JINTAN, "--explain", "--lang", "fr").stderr)
        self.assertIn("--explain", self.run_yiwang("check", "--help").stdout)
        self.assertIn("docs/trials.md", self.run_yiwang("try", "--help").stdout)

    def test_faults_of_every_kind_at_once(self):
        city = self.package([
            ("procedures/mediation.yaml", "procedure: mediation\n", "procedure: mediation\n"),
            ("procedures/mediation.yaml", "states:\n  applied:", "states:\n  lost:\n    label: {zh: 迷失, en: Lost}\n    owner: lead\n    "
             "clock: {limit: 3 work_days}\n  applied:"),
            ("responsibilities.csv", "lead,,*,,,town\n", ""),
        ])
        done = self.run_yiwang("check", city)
        self.assertEqual(done.returncode, 1)
        self.assertRegex(done.stdout, r"procedures/mediation.yaml:\d+: error: The clock of the state lost names no basis")
        self.assertRegex(done.stdout, r"procedures/mediation.yaml:\d+: error: Nothing reaches the state")
        self.assertRegex(done.stdout, r"categories.csv:\d+: error: .* has no lead")

    def test_the_history_is_printed_in_the_packages_language(self):
        done = self.try_script(SCRIPT.format(extra=", due: 2026-12-09 24:00"))
        self.assertEqual(done.returncode, 0, done.stdout + done.stderr)
        self.assertRegex(done.stdout, r"2026-11-24 09:00  JT20261124\d+  提出人：已收到 → 已登记 · 应于2026-12-09 24:00")
        self.assertIn("who asked: ", self.try_script(SCRIPT.format(extra=""), "--lang", "en").stdout)

    def test_status_tells_whether_expectations_held(self):
        done = self.try_script(SCRIPT.format(extra=", due: 2026-12-10 24:00, can: {office: [opinion]}"))
        self.assertEqual(done.returncode, 1)
        self.assertRegex(done.stdout, r"script.yaml:6: error: Expected due 2026-12-10 24:00, but it is 2026-12-09 24:00")
        self.assertRegex(done.stdout, r'script.yaml:6: error: office cannot do "opinion" now')
        refused = self.try_script(SCRIPT.format(extra="") + "  - {do: transfer, by: reporter, fields: {units: labour}}\n")
        self.assertEqual(refused.returncode, 1)
        self.assertRegex(refused.stdout, r"script.yaml:7: error: Refused: not_allowed")

    def test_bad_scripts_are_not_played_and_every_bad_line_is_named(self):
        rows = [("by: nobody", r'Nobody here is called "nobody"'), ("by: office, do: fly", r".*no action .fly.*transfer"),
                ("by: office, do: transfer, fields: {unit: labour}", r"The action has no field .unit.* \(it has units"),
                ("at: yesterday", r".yesterday. is no time. \(local time like 2026"), ("colour: red", r"Unknown key"),
                ("on: nothing", r"There is no case"),
                ("expect: {state: heaven}", r"petition has no state .heaven."), ("wait: 3 moons", r".3 moons. is no time"),
                ("expect: {due: soon}", r".soon. is no time"), ("by: office, do: transfer, task_of: nobody", r"There is no unit"),
                ("file: q99, by: reporter", r"There is no category .q99.")]
        done = self.try_script(SCRIPT.format(extra="") + "".join("  - {" + row + "}\n" for row, _ in rows))
        self.assertEqual(done.returncode, 1)
        for n, (row, finding) in enumerate(rows, 7):
            with self.subTest(row=row):
                self.assertRegex(done.stdout, f":{n}: error: {finding}")
        self.assertIn("it was not played", done.stdout)
        self.assertNotIn("应于", done.stdout)
        self.assertEqual(self.try_script("trial: [").returncode, 1)
        self.assertEqual(self.run_yiwang("try", fixture.JINTAN, "/nonexistent.yaml").returncode, 1)

    def test_the_packages_own_trials_hold(self):
        for city in (fixture.JINTAN,):
            done = self.run_yiwang("try", city, "--quiet")
            self.assertEqual(done.returncode, 0, done.stdout)

    def test_trials_are_no_part_of_the_law(self):
        """The hash, by which cases are pinned, stays; a server would say so."""
        city = self.package([])
        os.makedirs(os.path.join(city, "trials"), exist_ok=True)
        with open(os.path.join(city, "trials", "broken.yaml"), "w", encoding="utf-8") as f:
            f.write(":::")
        self.assertEqual(self.run_yiwang("check", city).returncode, 0)
        self.assertEqual(self.run_yiwang("try", city, "--quiet").returncode, 1)


if __name__ == "__main__":
    unittest.main()
