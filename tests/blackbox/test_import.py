"""Real input: Boston's requests (skipped where ../shared is absent), and what an import refuses."""
import collections
import csv
import gzip
import os
import subprocess
import tempfile
import time
import unittest

import fixture

REAL = os.path.join(fixture.SHARED, "data", "boston311", "boston311_animal_pest_2013_2023_dev.csv.gz")
MAP = os.path.join(fixture.BOSTON, "import", "boston311.yaml")


def run_import(data, path, *more):
    command = [fixture.PROGRAM, "import", "--city", fixture.BOSTON, "--data", data, "--map", MAP, "--json", *more, path]
    return subprocess.run(command, capture_output=True, text=True)


def last_json(text):
    import json
    return json.loads(text.strip().split("\n")[-1])


class Import(unittest.TestCase):
    def test_person_columns_are_refused_by_name(self):
        with tempfile.TemporaryDirectory() as folder:
            path = os.path.join(folder, "x.csv")
            with open(path, "w", encoding="utf-8") as f:
                f.write("case_enquiry_id,type,重点人员\n1,Animal Found,x\n")
            r = run_import(os.path.join(folder, "data"), path)
            self.assertEqual(r.returncode, 1, r)
            self.assertIn("重点人员", r.stderr)

    def test_unmapped_and_missing_columns(self):
        with tempfile.TemporaryDirectory() as folder:
            path = os.path.join(folder, "x.csv")
            with open(path, "w", encoding="utf-8") as f:
                f.write("case_enquiry_id,type,surprise\n1,Animal Found,x\n")
            r = run_import(os.path.join(folder, "data"), path)
            self.assertEqual(r.returncode, 1, r)
            self.assertIn("surprise", r.stderr)

    @unittest.skipUnless(os.path.exists(REAL), "../shared/data/boston311 is absent")
    def test_the_real_file(self):
        with gzip.open(REAL, "rt", encoding="utf-8", newline="") as f:
            rows = list(csv.DictReader(f))
        with tempfile.TemporaryDirectory() as folder:
            data, rejected = os.path.join(folder, "data"), os.path.join(folder, "rejected.csv")
            start = time.time()
            r = run_import(data, REAL, "--rejected", rejected)
            seconds = time.time() - start
            self.assertEqual(r.returncode, 0, r.stderr)
            said = last_json(r.stdout)
            self.assertEqual((said["rows"], said["filed"], said["rejected"]), (len(rows), len(rows), 0), said)
            placeless = sum(1 for row in rows if not row["latitude"] or not row["longitude"])
            self.assertEqual(said["placeless"], placeless)
            self.assertLess(said["seconds"], 60, "15 s on a machine that does nothing else")
            with open(rejected, encoding="utf-8") as f:
                self.assertEqual(f.read(), "line,reason,row\n")
            print(f"imported {len(rows)} rows in {seconds:.1f} s; {placeless} without a place")
            self.compare(data, rows)
            again = last_json(run_import(data, REAL).stdout)
            self.assertEqual((again["filed"], again["repeated"]), (0, len(rows)), again)

    def compare(self, data, rows):
        """Every count by type, month and neighborhood is the file's, name by name."""
        server = fixture.Server(city=fixture.BOSTON, data=data)
        try:
            leader = server.staff("leader", "leader", "")
            server.wait_ready()

            def counts(by):
                """Label (or "" for none) -> count."""
                reply = leader.get("/api/v1/stats?by=" + by, {"Accept-Language": "en"}).json
                ret = {label[0]: int(row[-1]) for label, row in zip(reply["labels"], reply["rows"])}
                self.assertEqual(len(ret), len(reply["rows"]), "two rows bear one label")
                return ret
            for by, column in (("category", lambda row: row["type"]), ("month", lambda row: row["open_dt"][:7]),
                               ("area:neighborhood", lambda row: row["neighborhood"])):
                self.assertEqual(counts(by), dict(collections.Counter(map(column, rows))), by)
            crossed = leader.get("/api/v1/stats?by=area:neighborhood,month", {"Accept-Language": "en"}).json
            got = {tuple(label): int(row[-1]) for label, row in zip(crossed["labels"], crossed["rows"])}
            self.assertEqual(got, dict(collections.Counter((r["neighborhood"], r["open_dt"][:7]) for r in rows)))
        finally:
            server.stop()


if __name__ == "__main__":
    unittest.main()
