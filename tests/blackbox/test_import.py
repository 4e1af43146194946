"""Real input: Boston's requests (skipped where ../shared is absent), and what an import refuses."""
import collections
import csv
import gzip
import json
import os
import signal
import subprocess
import tempfile
import time
import unittest

import fixture

REAL = os.path.join(fixture.SHARED, "data", "boston311", "boston311_animal_pest_2013_2023_dev.csv.gz")
MAP = os.path.join(fixture.BOSTON, "import", "boston311.yaml")


def command(data, path, *more, mapping=MAP):
    return [fixture.PROGRAM, "import", "--city", fixture.BOSTON, "--data", data, "--map", mapping, "--json", *more, path]


def run_import(data, path, *more, mapping=MAP):
    return subprocess.run(command(data, path, *more, mapping=mapping), capture_output=True, text=True)


def last_json(text):
    return json.loads(text.strip().split("\n")[-1])


HEADER = "case_enquiry_id,open_dt,closed_dt,type,longitude,latitude,neighborhood,department,source"


def good_row(number):
    hour = f"{number // 3600 % 24:02d}:{number // 60 % 60:02d}:{number % 60:02d}"
    return f"{number},2019-03-04 {hour},2019-03-09 08:00:00,Animal Found,-71.06,42.35,Downtown / Financial District,ANML,Self Service"


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

    def test_bad_rows_are_named_and_the_others_come_in(self):
        place = "-71.06,42.35,Roxbury,ANML,Self Service"
        bad = [  # a row that cannot be used, and what is said of it
            (b"1001,yesterday,,Animal Found," + place.encode(), "no time: yesterday"),
            (b"1002,2019-03-04 10:00:00,soon,Animal Found," + place.encode(), "no time: soon"),
            (b"1003,2019-03-04 10:00:00,,Animal Found,-71.06,north,Roxbury,ANML,Self Service", "no latitude: north"),
            (b"1004,2019-03-04 10:00:00,,Animal Found,-71.06,142.35,Roxbury,ANML,Self Service", "no place on earth"),
            (b"1005,2019-03-04 10:00:00,,Unicorn Found," + place.encode(), "unknown category: Unicorn Found"),
            (b"1006,2019-03-04 10:00:00,,Animal Found,-71.06,42.35,Atlantis,ANML,Self Service", "unknown area: Atlantis"),
            (b",2019-03-04 10:00:00,,Animal Found," + place.encode(), "no usable number"),
            (b'1008,2019-03-04 10:00:00,,"Animal Found,' + place.encode(), "quote"),
            (b"1009,2019-03-04 10:00:00,,Animal F\xe9\x00und," + place.encode(), "not UTF-8"),
            (b"1010,2019-03-04 10:00:00,,Animal Found," + place.encode() + b",extra", "10 columns, the header has 9"),
            (b"1011,2019-03-04 10:00:00,,Animal Found,-71.06", "5 columns, the header has 9"),
            (b"1012," + b"," * 200, "too many columns"),
        ]
        lines = [HEADER.encode()]
        for n, (row, _) in enumerate(bad, 1):
            lines += [good_row(n).encode(), row]
        lines.append(good_row(len(bad) + 1).encode().replace(b"Animal Found", b'"Animal Found"'))
        with tempfile.TemporaryDirectory() as folder:
            path, mapping = os.path.join(folder, "x.csv"), os.path.join(folder, "map.yaml")
            data, rejected = os.path.join(folder, "data"), os.path.join(folder, "rejected.csv")
            with open(path, "wb") as f:
                f.write(b"\n".join(lines) + b"\n")
            with open(MAP, encoding="utf-8") as f, open(mapping, "w", encoding="utf-8") as out:
                out.write(f.read().replace("    otherwise: mother\n", ""))
            r = run_import(data, path, "--rejected", rejected, mapping=mapping)
            self.assertEqual(r.returncode, 0, r.stderr)
            said = last_json(r.stdout)
            self.assertEqual((said["rows"], said["filed"], said["rejected"]), (2 * len(bad) + 1, len(bad) + 1, len(bad)), said)
            with open(rejected, encoding="utf-8", newline="") as f:
                found = list(csv.DictReader(f))
            self.assertEqual([int(row["line"]) for row in found], [3 + 2 * n for n in range(len(bad))])
            for row, (text, says) in zip(found, bad):
                self.assertIn(says, row["reason"])
                readable = text.replace(b"\xe9\x00", b"\\xE9\\x00").decode()
                self.assertEqual(row["row"], readable)
            r = run_import(data, path, "--rejected", os.path.join(folder, "no", "such", "folder.csv"), mapping=mapping)
            self.assertEqual(r.returncode, 1, "a file of rejected rows that cannot be written is no detail")

    def test_killed_in_the_middle_and_run_again(self):
        n = 6000
        with tempfile.TemporaryDirectory() as folder:
            path, data = os.path.join(folder, "x.csv"), os.path.join(folder, "data")
            with open(path, "w", encoding="utf-8") as f:
                f.write(HEADER + "\n" + "".join(good_row(i) + "\n" for i in range(1, n + 1)))
            truth, kills = os.path.join(data, "truth.db-wal"), 0
            for written in (200000, 600000, 1200000):
                with subprocess.Popen(command(data, path), stdout=subprocess.PIPE, stderr=subprocess.PIPE) as p:
                    while p.poll() is None and not (os.path.exists(truth) and os.path.getsize(truth) > written):
                        time.sleep(0.002)
                    kills += p.poll() is None
                    p.send_signal(signal.SIGKILL)
                    p.communicate()
            said = last_json(run_import(data, path).stdout)
            self.assertEqual((said["rows"], said["filed"] + said["repeated"], said["rejected"]), (n, n, 0), said)
            self.assertGreater(kills, 0)
            self.assertGreater(said["repeated"], 0, said)
            self.assertGreater(said["filed"], 0, "the kill came too late to test anything")
            server = fixture.Server(city=fixture.BOSTON, data=data)
            try:
                leader = server.staff("leader", "leader", "")
                server.wait_ready()
                self.assertEqual([int(row[-1]) for row in leader.get("/api/v1/stats?by=category").json["rows"]], [n])
            finally:
                server.stop()
            again = last_json(run_import(data, path).stdout)
            self.assertEqual((again["filed"], again["repeated"]), (0, n), again)

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
