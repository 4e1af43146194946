"""Killed servers, restarts, backups, damage."""
import glob
import os
import random
import shutil
import sqlite3
import subprocess
import tempfile
import threading
import time
import unittest

import fixture


class Durability(unittest.TestCase):
    def setUp(self):
        self.server = fixture.Server()

    def tearDown(self):
        self.server.close()

    def verify(self, server):
        return server.run("verify", check=False)

    def test_kill_loses_nothing_acknowledged(self):
        rng = random.Random(7)
        acknowledged, lock = {}, threading.Lock()
        for _ in range(3):
            stop = threading.Event()

            def work(port):
                client = fixture.Client(port)
                while not stop.is_set():
                    try:
                        reply = client.file()
                    except OSError:
                        return
                    if reply.status == 201:
                        with lock:
                            acknowledged[reply.json["number"]] = reply.json["track"]

            threads = [threading.Thread(target=work, args=(self.server.port,)) for _ in range(8)]
            for t in threads:
                t.start()
            time.sleep(rng.uniform(0.2, 0.8))
            self.server.kill()
            stop.set()
            for t in threads:
                t.join()
            self.server.start()
            client = self.server.client()
            for number, track in acknowledged.items():
                reply = client.get(f"/api/v1/track/{track}")
                self.assertEqual((reply.status, reply.json["number"]), (200, number))
        self.assertGreater(len(acknowledged), 20)
        self.assertEqual(self.server.stop(), 0)
        r = self.verify(self.server)
        self.assertEqual(r.returncode, 0, r.stderr)

    def test_backup_and_restore(self):
        client = self.server.client()
        tracks = [client.file().json["track"] for _ in range(20)]
        folder = tempfile.mkdtemp(prefix="yiwang-backup-")
        self.addCleanup(shutil.rmtree, folder, True)
        to, back = os.path.join(folder, "copy"), os.path.join(folder, "restored")
        self.server.run("backup", to)
        receipt = client.get(f"/api/v1/track/{client.file().json['track']}/receipt")
        r = subprocess.run([fixture.PROGRAM, "restore", to, back], capture_output=True, text=True)
        self.assertEqual(r.returncode, 0, r.stderr)
        restored = fixture.Server(data=back)
        try:
            for track in tracks:
                self.assertEqual(restored.client().get(f"/api/v1/track/{track}").status, 200)
        finally:
            self.assertEqual(restored.stop(), 0)
        self.assertEqual(self.verify(restored).returncode, 0)
        self.receipt_shows_roll_back(folder, receipt, restored)

    def receipt_shows_roll_back(self, folder, receipt, restored):
        """The copy is older than the receipt: by itself it is sound, the receipt shows what is missing."""
        names = os.path.join(folder, "receipt.json"), os.path.join(folder, "key")
        with open(names[0], "wb") as f:
            f.write(receipt.body)
        with open(names[1], "w") as f:
            f.write(receipt.json["public_key"])
        more = ["verify", "--receipt", names[0], "--public-key", names[1]]
        kept, rolled_back = self.server.run(*more, check=False), restored.run(*more, check=False)
        self.assertEqual((kept.returncode, kept.stderr), (0, ""))
        self.assertEqual(rolled_back.returncode, 1)
        self.assertIn("not a continuation", rolled_back.stderr)

    def test_rebuild_gives_equal_views_also_after_erasing(self):
        operator, admin = self.server.staff("operator", "operator", "centre"), self.server.staff("admin", "admin", "centre")
        client = self.server.client()
        filed = [client.file(text=f"第{i}盏路灯不亮", contact={"phone": "13800000000"}).json for i in range(10)]
        early = admin.post(f"/api/v1/cases/{filed[0]['number']}/erase", {"reason": "当事人要求删除"})
        self.assertEqual((early.status, early.json["code"]), (409, "still_open"))
        self.assertEqual(client.post(f"/api/v1/track/{filed[0]['track']}/withdraw").status, 200)
        erased = admin.post(f"/api/v1/cases/{filed[0]['number']}/erase", {"reason": "当事人要求删除"})
        self.assertEqual(erased.status, 200, erased)
        lists = lambda c: c.get("/api/v1/cases?limit=500&q=", headers={"Yiwang-Min-Seq": str(admin.seq)}).json["items"]
        before = lists(operator)
        self.assertEqual(self.server.stop(), 0)
        self.server.run("rebuild")
        self.server.start()
        after = lists(self.server.client(operator.token))
        self.assertEqual(before, after)
        self.assertEqual(self.server.stop(), 0)
        self.assertEqual(self.verify(self.server).returncode, 0)

    def test_damage_is_found(self):
        client = self.server.client()
        for _ in range(10):
            client.file()
        self.assertEqual(self.server.stop(), 0)
        db = sqlite3.connect(os.path.join(self.server.data, "truth.db"))
        table = [r[0] for r in db.execute("SELECT name FROM sqlite_master WHERE sql LIKE '%facts%' AND type = 'table'")][0]
        facts = db.execute(f"SELECT facts FROM {table} WHERE rowid = 5").fetchone()[0]
        db.execute(f"UPDATE {table} SET facts = ? WHERE rowid = 5", (facts.replace(b"filed", b"close"),))
        db.commit()
        self.assertEqual(db.total_changes, 1)
        db.close()
        r = self.verify(self.server)
        self.assertEqual(r.returncode, 1, r)
        self.assertIn("fault", r.stderr)

    def test_one_server_a_directory(self):
        r = subprocess.run([fixture.PROGRAM, "serve", "--city", fixture.JINTAN, "--data", self.server.data, "--listen", "127.0.0.1:0"], capture_output=True, text=True, timeout=30)
        self.assertEqual(r.returncode, 1, r)

    def test_nothing_personal_in_clear_on_disk(self):
        secret = "13912345678"
        self.server.client().file(contact={"phone": secret, "name": "某某某某"})
        self.assertEqual(self.server.stop(), 0)
        for path in glob.glob(os.path.join(self.server.data, "**"), recursive=True):
            if os.path.isfile(path):
                with open(path, "rb") as f:
                    self.assertNotIn(secret.encode(), f.read(), path)


if __name__ == "__main__":
    unittest.main()
