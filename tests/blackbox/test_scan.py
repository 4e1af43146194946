"""yiwang scan: SaTScan's own sample files and its results on them, cluster by cluster; the same for any number of threads.

Reads ../shared/data/satscan_samples beside the repository (or under YIWANG_SHARED_DATA) and is skipped without it."""
import json
import math
import os
import re
import shutil
import subprocess
import tempfile
import unittest

from fixture import PROGRAM

ROOT = os.path.dirname(os.path.dirname(os.path.dirname(os.path.abspath(__file__))))
DATA = os.path.join(os.environ.get("YIWANG_SHARED_DATA") or os.path.join(os.path.dirname(ROOT), "shared", "data"), "satscan_samples")
SETS = {"NYCSpaceTimePermutation": "NYCfever.result", "NYC_retrospective": "NYC_retrospective.result", "NYC_standard9999": "NYC_standard9999.result",
        "NewMexicoSpaceTimePoisson": "nm.result", "NM_spatial": "NM_spatial.result", "NM_stp": "NM_stp.result",
        "NHumbersideSpatialBernoulli": "NHumberside.result"}
# Ended early by SaTScan's sequential rule, or with p from ties broken by rounding: p is only held loosely.
LOOSE = {"NYCSpaceTimePermutation": 207, "NM_stp": 58, "NHumbersideSpatialBernoulli": 0}


def reference(path):
    """SaTScan's printed clusters: (places, first and last day or None, statistic, p)."""
    with open(path, encoding="utf-8") as f:
        text = f.read()
    text = text[text.index("CLUSTERS DETECTED"):text.index("PARAMETER SETTINGS")]
    clusters = []
    for block in re.split(r"\n\s*\d+\.Location IDs included\.: ", "\n" + text)[1:]:
        names = re.match(r"([^\n]*(?:\n\s{10,}[^\n:]*)*)", block).group(1).replace("\n", " ")
        days = re.search(r"Time frame\.*: (\S+) to (\S+)", block)
        clusters.append(([n.strip() for n in names.split(",")],
                         tuple("-".join(f"{int(x):02d}" for x in d.split("/")) for d in days.groups()) if days else None,
                         float(re.search(r"(?:Test statistic|Log likelihood ratio)\.*: ([\d.]+)", block).group(1)),
                         float(re.search(r"P-value\.*: ([\d.]+)", block).group(1))))
    return clusters


def scan(*arguments):
    return subprocess.run([PROGRAM, "scan", *arguments], capture_output=True, text=True)


@unittest.skipUnless(os.path.isdir(DATA), "no reference data beside the repository")
class Reference(unittest.TestCase):
    @classmethod
    def setUpClass(cls):
        cls.folder = tempfile.mkdtemp()
        cls.sets = dict(SETS)
        for sub in ("", "results", "boston_reference"):
            for name in os.listdir(os.path.join(DATA, sub)):
                if os.path.isfile(os.path.join(DATA, sub, name)):
                    shutil.copy(os.path.join(DATA, sub, name), cls.folder)
                if sub == "boston_reference" and name.endswith(".prm"):
                    cls.sets[name[:-4]] = name[:-4]

    @classmethod
    def tearDownClass(cls):
        shutil.rmtree(cls.folder)

    def own(self, name, *more):
        done = scan("--json", *more, os.path.join(self.folder, name + ".prm"))
        self.assertEqual(done.returncode, 0, done.stderr)
        return json.loads(done.stdout)

    def test_clusters_are_those_of_the_reference(self):
        for name, result in self.sets.items():
            theirs = reference(os.path.join(self.folder, result + ".txt"))
            done = self.own(name)
            ours = done["clusters"]
            with self.subTest(name):
                # Near p = 1 it is chance that decides how long a list is.
                for i, (places, days, statistic, p) in enumerate(theirs):
                    if i > 0 and p > 0.99:
                        break
                    c = ours[i]
                    own_days = (c["first_day"], c["last_day"]) if days else None
                    # After the best, a day on which nobody has a case may end a window in the reference or not: equal statistics.
                    if i > 0 and days and own_days != days:
                        own_days = (own_days[0], days[1])
                    self.assertEqual((c["places"], own_days), (places, days))
                    self.assertAlmostEqual(c["statistic"], statistic, delta=1.01e-6)
                self.check_p(name, theirs[0][3], ours[0]["p"], done["replications"])

    def check_p(self, name, theirs, ours, n):
        runs = LOOSE.get(name, n)
        if runs == 0:
            self.assertTrue(0.3 < ours < 0.75)
            return
        p = (theirs + ours) / 2
        self.assertLess(abs(theirs - ours), 3 * math.sqrt(p * (1 - p) * (1 / n + 1 / runs)) + 1e-3)

    def test_threads_change_nothing(self):
        for name in ("NYC_retrospective", "NewMexicoSpaceTimePoisson", "NHumbersideSpatialBernoulli"):
            one, four = self.own(name, "--threads", "1"), self.own(name, "--threads", "4")
            self.assertEqual(one, four)
            self.assertNotEqual(one, self.own(name, "--threads", "1", "--seed", "2"))

    def test_a_model_that_is_not_built_is_refused(self):
        done = scan(os.path.join(self.folder, "MarylandSpatialOrdinal.prm"))
        self.assertEqual((done.returncode, done.stdout), (1, ""))
        self.assertIn("not built", done.stderr)


class Refusals(unittest.TestCase):
    def test_usage_and_missing_files(self):
        self.assertEqual(scan().returncode, 2)
        self.assertEqual(scan("--threads", "0", "x.prm").returncode, 2)
        self.assertEqual(scan("/nonexistent.prm").returncode, 1)

    def test_hardly_any_cases(self):
        with tempfile.TemporaryDirectory() as folder:
            def write(name, text):
                with open(os.path.join(folder, name), "w", encoding="utf-8") as f:
                    f.write(text)
            write("a.geo", "a 1 1\nb 2 2\n")
            write("a.prm", "CaseFile=a.cas\nCoordinatesFile=a.geo\nCoordinatesType=0\nPrecisionCaseTimes=3\nStartDate=2024/1/1\n"
                           "EndDate=2024/1/9\nAnalysisType=3\nModelType=2\nTimeAggregationUnits=3\nMaxTemporalSizeInterpretation=1\nMaxTemporalSize=3\n")
            for cases in ("", "a 1 2024/1/3\n"):
                write("a.cas", cases)
                done = scan(os.path.join(folder, "a.prm"))
                self.assertEqual((done.returncode, done.stdout), (1, ""))
                self.assertIn("too few", done.stderr)
            write("a.geo", "a 1 1\nb 1 1\n")
            write("a.cas", "a 3 2024/1/3\nb 2 2024/1/4\n")
            done = scan(os.path.join(folder, "a.prm"))
            self.assertEqual(done.returncode, 0)
            self.assertIn("No circle", done.stdout)
            self.assertNotIn("nan", done.stdout.lower())


if __name__ == "__main__":
    unittest.main()
