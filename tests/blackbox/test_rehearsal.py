"""A rehearsal: a folder that lives by a clock of its own."""
import shutil
import subprocess
import tempfile
import unittest

from fixture import JINTAN, PROGRAM, Server


class Rehearsal(unittest.TestCase):
    @classmethod
    def setUpClass(cls):
        cls.server = Server(options=["--rehearsal", "2026-11-23 08:00"])

    @classmethod
    def tearDownClass(cls):
        cls.server.close()

    def pass_to(self, time, check=True):
        return self.server.run("clock", "--to", time, check=check)

    def test_clocks_tick_when_they_are_due_and_not_when_somebody_looks(self):
        operator = self.server.staff("operator", "operator", "centre")
        made = self.server.client().file("人行道地砖松动").json
        self.pass_to("2026-11-23 08:30")
        self.pass_to("2026-11-27 18:00")
        case = operator.case(made["number"]).json
        self.assertTrue(case["filed"].startswith("2026-11-23T08:00"), case["filed"])
        ticks = [h["at"] for h in case["history"] if h["by"]["kind"] == "timer"]
        self.assertEqual([t[:16] for t in ticks], ["2026-11-23T08:30"], case["history"])

    def test_faces_say_what_it_is_and_what_time_it_is(self):
        reply = self.server.client().get("/api/v1/city")
        self.assertIn("演练", reply.json["sample_banner"])
        self.assertGreater(int(reply.headers["Yiwang-Time"]), 1795000000000 - 10 * 86400000)
        page = self.server.client().call("GET", "/resident/")
        self.assertIn("演练", page.body.decode())

    def test_it_only_goes_forward_and_says_how_to_write_a_time(self):
        r = self.pass_to("2026-11-20 08:00", check=False)
        self.assertEqual(r.returncode, 1)
        self.assertIn("only goes forward", r.stderr)
        r = self.pass_to("tomorrow", check=False)
        self.assertEqual(r.returncode, 1)
        self.assertIn("2026-11-23 08:00", r.stderr)

    def test_a_folder_keeps_its_clock(self):
        with tempfile.TemporaryDirectory() as folder:
            first = Server(data=folder, options=["--rehearsal", "2026-01-05 08:00"])
            first.run("clock", "--to", "2026-01-06 09:00")
            self.assertEqual(first.stop(), 0)
            again = Server(data=folder)
            number = again.client().file("路灯不亮").json["number"]
            again.stop()
            self.assertIn("20260106", number)


class TheRealThing(unittest.TestCase):
    def test_a_folder_with_real_matters_is_no_rehearsal_and_has_no_other_clock(self):
        server = Server()
        try:
            self.assertIsNone(server.client().get("/api/v1/city").headers.get("Yiwang-Time"))
            r = server.run("clock", "--to", "2030-01-01 00:00", check=False)
            self.assertEqual(r.returncode, 1)
            self.assertIn("the real thing", r.stderr)
            server.stop()
            r = subprocess.run([PROGRAM, "serve", "--city", JINTAN, "--data", server.data, "--listen", "127.0.0.1:0", "--rehearsal", "2026-11-23 08:00"],
                               text=True, capture_output=True, timeout=30)
            self.assertEqual(r.returncode, 1)
            self.assertIn("holds real matters", r.stderr)
        finally:
            shutil.rmtree(server.data, ignore_errors=True)


if __name__ == "__main__":
    unittest.main()
