"""yiwang learn and classify --model on plain files: what was taught is known, a worse model never replaces the one in use,
one command puts the previous one back, and a model that is cut or of another city is refused."""
import csv
import os
import random
import subprocess
import tempfile
import unittest

from fixture import PROGRAM, ROOT

JINTAN, BOSTON = os.path.join(ROOT, "city", "jintan"), os.path.join(ROOT, "city", "boston")
PARTS = [["路灯不亮", "灯泡坏了", "夜里一片漆黑", "灯杆倾斜"], ["垃圾成堆", "垃圾桶满了", "乱倒渣土", "臭味难闻"], ["流浪狗咬人", "遛狗不牵绳", "狗叫扰民", "犬只伤人"]]
FILLERS = ["请有关部门处理", "在小区门口", "已经三天了", "希望尽快解决", "你好我想反映", "昨天晚上"]


def run(*arguments):
    return subprocess.run([PROGRAM, *arguments], capture_output=True, text=True)


class Learn(unittest.TestCase):
    def setUp(self):
        self.folder = tempfile.TemporaryDirectory()
        self.addCleanup(self.folder.cleanup)
        listed = run("classify", "--city", JINTAN, self.file("one.csv", [["text"], ["路灯不亮"], ["垃圾成堆"], ["井盖丢失"]]))
        self.labels = [r["label"] for r in csv.DictReader(listed.stdout.splitlines())]

    def path(self, name):
        return os.path.join(self.folder.name, name)

    def read(self, name):
        with open(self.path(name), "rb") as f:
            return f.read()

    def file(self, name, rows):
        with open(self.path(name), "w", encoding="utf-8", newline="") as f:
            csv.writer(f).writerows(rows)
        return self.path(name)

    def texts(self, name, n, shuffled=False):
        r = random.Random(n)
        rows = [["text", "label"]]
        for i in range(n):
            k = i % 3
            rows.append(["，".join([r.choice(FILLERS), r.choice(PARTS[k]) + r.choice(PARTS[k]), r.choice(FILLERS) + str(i)]),
                         self.labels[r.randrange(3) if shuffled else k]])
        return self.file(name, rows + [["无类别的一条", "no such category"], ["", self.labels[0]]])

    def learn(self, *more, model="m"):
        return run("learn", "--city", JINTAN, "--model", self.path(model), *more)

    def test_learns_compares_and_rolls_back(self):
        self.assertEqual(len(set(self.labels)), 3)
        done = self.learn(self.texts("a.csv", 600))
        self.assertEqual(done.returncode, 0, done.stderr)
        self.assertIn("1 of no category of the city, 1 empty", done.stdout)
        first = self.read("m")
        asked = self.file("ask.csv", [["text"], ["昨天晚上路灯不亮一片漆黑"], ["乱倒渣土臭味难闻"], [""], ["Hello there, nobody"]])
        done = run("classify", "--city", JINTAN, "--model", self.path("m"), asked)
        rows = list(csv.DictReader(done.stdout.splitlines()))
        self.assertEqual([r["label"] for r in rows], [self.labels[0], self.labels[1], "", ""])
        self.assertEqual([r["abstains"] for r in rows], ["", "", "no words", "unknown words"])
        self.assertTrue(any(word in "昨天晚上路灯不亮一片漆黑" for word in rows[0]["reasons"].split()))
        # Worse: labels at random. It does not replace the one in use.
        done = self.learn(self.texts("b.csv", 603, shuffled=True))
        self.assertEqual(done.returncode, 1)
        self.assertIn("does not replace", done.stderr)
        self.assertEqual(self.read("m"), first)
        # As good: it does, and one command puts the former back.
        self.assertEqual(self.learn(self.texts("c.csv", 900)).returncode, 0)
        self.assertNotEqual(self.read("m"), first)
        self.assertEqual(run("learn", "--rollback", "--model", self.path("m")).returncode, 0)
        self.assertEqual(self.read("m"), first)

    def test_refusals(self):
        self.assertEqual(self.learn(self.texts("few.csv", 20)).returncode, 1)
        self.assertFalse(os.path.exists(self.path("m")))
        self.assertEqual(run("learn", "--rollback", "--model", self.path("m")).returncode, 1)
        self.assertEqual(self.learn(self.texts("a.csv", 600)).returncode, 0)
        asked = self.file("ask.csv", [["text"], ["路灯不亮"]])
        done = run("classify", "--city", BOSTON, "--model", self.path("m"), asked)
        self.assertEqual((done.returncode, done.stdout), (1, ""))
        self.assertIn("city", done.stderr)
        whole = self.read("m")
        for cut in (0, 3, 40, len(whole) // 2, len(whole) - 1):
            with open(self.path("cut"), "wb") as f:
                f.write(whole[:cut])
            done = run("classify", "--city", JINTAN, "--model", self.path("cut"), asked)
            self.assertEqual((done.returncode, done.stdout), (1, ""))


if __name__ == "__main__":
    unittest.main()
