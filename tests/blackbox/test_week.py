"""The scripted week holds (tests/week)."""
import io
import os
import sys
import unittest

import fixture

sys.path.insert(0, os.path.join(fixture.ROOT, "tests", "week"))
import stories  # noqa: E402
import week  # noqa: E402


class AWeek(unittest.TestCase):
    def test_everything_that_the_city_does_in_a_week(self):
        server = fixture.Server(options=["--rehearsal", f"{week.MONDAY:%Y-%m-%d %H:%M}"])
        said = io.StringIO()
        try:
            week.Week(server, out=said).play(stories.ALL)
            self.assertEqual(server.run("verify").returncode, 0) if server.stop() == 0 else self.fail("the server did not stop")
        except AssertionError as e:
            self.fail(f"{e}\n{said.getvalue()[-4000:]}")
        finally:
            server.close()


if __name__ == "__main__":
    unittest.main()
