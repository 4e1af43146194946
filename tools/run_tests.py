#!/usr/bin/env python3
"""Runs the tests and closes with one line: N passed, N failed, N skipped. Stages: fast, all, long.

long adds 200 kills, 200 power losses, the thread sanitizer and longer random runs, and leaves its report in
docs/test-long.md."""
import concurrent.futures
import glob
import json
import os
import re
import subprocess
import sys
import time

ROOT = os.path.dirname(os.path.dirname(os.path.abspath(__file__)))
JOBS = str(os.cpu_count() or 2)


SAID = []


def say(line):
    SAID.append(line)
    print(line, flush=True)


class Count:
    def __init__(self):
        self.passed = self.failed = self.skipped = 0

    def add(self, passed, failed, skipped):
        self.passed += passed
        self.failed += failed
        self.skipped += skipped

    def line(self):
        return f"{self.passed} passed, {self.failed} failed, {self.skipped} skipped"


def run(command, **more):
    return subprocess.run(command, cwd=ROOT, text=True, capture_output=True, **more)


def build(directory, count, *targets):
    start = time.time()
    r = subprocess.run(["ninja", "-C", directory, *targets], cwd=ROOT, text=True, stdout=subprocess.PIPE, stderr=subprocess.STDOUT)
    if r.returncode != 0:
        print(r.stdout[-6000:])
        count.add(0, 1, 0)
        return False
    say(f"built {directory} in {time.time() - start:.0f} s")
    return True


def house(count):
    r = run([sys.executable, "tests/house/check.py"])
    print(r.stdout, end="")
    count.add(len(re.findall(r"^ok ", r.stdout, re.M)), len(re.findall(r"^not ok ", r.stdout, re.M)), 0)
    if r.returncode not in (0, 1):
        print(r.stderr)
        count.add(0, 1, 0)


def meson_tests(directory, count, *suites, slower=1):
    """Each executable's own counts (cmocka prints them); one for those that print none."""
    command = ["meson", "test", "-C", directory, "--no-rebuild", "--num-processes", JOBS, "--print-errorlogs"]
    command += ["--timeout-multiplier", str(slower)]
    for s in suites:
        command += ["--suite", s]
    start = time.time()
    run(command)
    log = os.path.join(ROOT, directory, "meson-logs", "testlog.json")
    with open(log, encoding="utf-8") as f:
        results = [json.loads(line) for line in f if line.strip()]
    for r in results:
        out = r.get("stdout", "") + r.get("stderr", "")
        passed = sum(int(n) for n in re.findall(r"\[  PASSED  \] (\d+) test", out))
        failed = sum(int(n) for n in re.findall(r"\[  FAILED  \] (\d+) test\(s\), listed", out))
        skipped = sum(int(n) for n in re.findall(r"\[  SKIPPED \] (\d+) test", out))
        if r["result"] == "SKIP" and skipped == 0:
            skipped = 1
        elif r["result"] not in ("OK", "SKIP", "EXPECTEDFAIL") and failed == 0:
            failed = 1
        elif r["result"] == "OK" and passed == 0 and skipped == 0:
            passed = 1
        count.add(passed, failed, skipped)
        if r["result"] not in ("OK", "SKIP", "EXPECTEDFAIL"):
            print(f"--- {r['name']}: {r['result']}\n{out[-4000:]}")
        elif skipped:
            print(f"skipped in {r['name']}: {skipped}")
    say(f"{directory} {' '.join(suites)}: {len(results)} test programs in {time.time() - start:.0f} s")


def random_runs(count, long):
    """What only much of it shows needs the fast build: random commands, random organisations, every row of the packages."""
    runs = [("tests/unit/casework/test_casework_random", "YIWANG_STEPS", 20000000 if long else 1000000),
            ("tests/unit/query/test_query_recusal", "YIWANG_ORGANISATIONS", 100000 if long else 10000)]
    if long:
        runs.append(("tests/unit/casework/test_casework_exhaustive_city", "YIWANG_EXHAUSTIVE", 1))
    for program, what, n in runs:
        if not build("build", count, program):
            continue
        r = run([os.path.join("build", program)], env={**os.environ, what: str(n)})
        if r.returncode == 0:
            say(next((line for line in r.stdout.split("\n") if re.match(r"\d+ ", line)), program))
        else:
            print(r.stdout + r.stderr)
        count.add(*((1, 0, 0) if r.returncode == 0 else (0, 1, 0)))


def python_test(folder, name):
    """One file of Python's unittest in a process of its own. out: its result, and how long it took."""
    start = time.time()
    r = run(["/usr/bin/python3", "-W", "ignore::ResourceWarning", "-m", "unittest", "discover", "-s", folder, "-p", name])
    return name, r, time.time() - start


def python_tests(folder, count):
    """The files of a folder against build/yiwang, as many at a time as there are cores, the longest first."""
    paths = sorted(glob.glob(os.path.join(ROOT, folder, "test_*.py")), key=os.path.getsize, reverse=True)
    with concurrent.futures.ThreadPoolExecutor(int(JOBS)) as pool:
        for done in concurrent.futures.as_completed([pool.submit(python_test, folder, os.path.basename(p)) for p in paths]):
            name, r, took = done.result()
            ran = sum(int(n) for n in re.findall(r"^Ran (\d+) test", r.stderr, re.M))
            bad = sum(int(n) for n in re.findall(r"(?:failures|errors)=(\d+)", r.stderr))
            skipped = sum(int(n) for n in re.findall(r"skipped=(\d+)", r.stderr))
            if r.returncode != 0 and bad == 0 or ran == 0:
                bad = max(bad, 1)
            if bad:
                print(r.stderr[-8000:])
            count.add(max(ran - bad - skipped, 0), bad, skipped)
            say(f"{folder}/{name}: {ran} tests in {took:.0f} s")


def web_tests(count):
    """Types and unit tests of the faces."""
    start = time.time()
    r = run([sys.executable, "tools/web.py", "--run", "check"])
    print(r.stdout[-4000:] + r.stderr[-2000:] if r.returncode else "", end="")
    count.add(*((1, 0, 0) if r.returncode == 0 else (0, 1, 0)))
    r = run([sys.executable, "tools/web.py", "--run", "test", "--reporter=json"])
    try:
        result = json.loads(r.stdout[r.stdout.index("{"):])
        count.add(result["numPassedTests"], result["numFailedTests"] or int(r.returncode != 0), result["numPendingTests"])
        for f in (a for t in result["testResults"] for a in t["assertionResults"] if a["status"] == "failed"):
            print(f"--- {f['fullName']}: {' '.join(f['failureMessages'])[:1500]}")
    except ValueError:
        print(r.stdout[-4000:] + r.stderr[-4000:])
        count.add(0, 1, 0)
    say(f"web: types and unit tests in {time.time() - start:.0f} s")


def thread_sanitizer(count):
    """The unit tests under TSan."""
    directory = "build/tsan"
    if not os.path.isdir(os.path.join(ROOT, directory)):
        run(["meson", "setup", directory, "--buildtype=debugoptimized", "-Db_sanitize=thread", "-Db_lundef=false"])
    if build(directory, count):
        meson_tests(directory, count, "unit", slower=10)


def write_report(lines, count):
    with open(os.path.join(ROOT, "docs", "test-long.md"), "w", encoding="utf-8") as f:
        f.write("# The last long test run\n\n")
        f.write(f"{time.strftime('%Y-%m-%d')}, {os.cpu_count()} cores, `make test-long`.\n\n```\n")
        f.write("\n".join(lines + [count.line()]) + "\n```\n")


def main():
    stage = sys.argv[1] if len(sys.argv) > 1 else "all"
    count = Count()
    start = time.time()
    if build("build", count, *([] if stage == "fast" else ["yiwang"])):
        house(count)
        if stage == "fast":
            meson_tests("build", count, "unit")
    if stage != "fast" and count.failed == 0 or stage == "all":
        if build("build/asan", count):
            meson_tests("build/asan", count, "unit", "fuzz", *(["long"] if stage == "long" else []))
        random_runs(count, stage == "long")
        web_tests(count)
        if stage == "long":
            thread_sanitizer(count)
        python_tests("tests/blackbox", count)
        python_tests("tests/browser", count)
    say(f"{stage} in {time.time() - start:.0f} s")
    if stage == "long":
        write_report(SAID, count)
    print(count.line())
    sys.exit(1 if count.failed or not count.passed else 0)


main()
