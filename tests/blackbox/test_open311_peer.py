"""A case handed over to another city's Open311 server (another of ours): it is filed there once though that server was down
and the carrier restarted, its states are written back once, its answer closes the case here; what is refused comes back."""
import os
import unittest

import fixture

SPOT = {"lon": -71.0640, "lat": 42.3554}


class Peer(unittest.TestCase):
    def setUp(self):
        self.there = fixture.Server(city=fixture.BOSTON)
        self.addCleanup(self.there.close)
        self.key = self.there.staff("neighbour", "open311_app").token
        self.their = self.there.staff("op", "operator", unit="bos311")
        self.here = fixture.Server(city=fixture.BOSTON)
        self.addCleanup(self.here.close)
        self.ours = self.here.staff("op", "operator", unit="bos311")
        self.book(self.there.port)

    def book(self, port):
        with open(os.path.join(self.here.data, "peers.yaml"), "w", encoding="utf-8") as f:
            f.write(f"name: here\npeers:\n  - {{code: cambridge, address: \"http://127.0.0.1:{port}/open311/v2\", secret: \"{self.key}\", "
                    "jurisdiction: boston.example, every_s: 1}\n")
        self.here.run("reload")

    def file(self, text="A deep hole", **more):
        reply = self.ours.post("/api/v1/reports", {"text": text, "category": "mpothole", "contact": {"name": "Ada", "phone": "617-555-0100"}, **SPOT, **more})
        self.assertEqual(reply.status, 201, reply)
        return reply.json["number"]

    def theirs(self, n):
        """Their cases, once there are n."""
        return fixture.until(lambda: (lambda items: items if len(items) >= n else None)(self.their.get("/api/v1/cases").json["items"]))

    def act(self, client, number, action, **fields):
        offer = next((a for a in client.case(number).json["actions"] if a["action"] == action), None)
        self.assertIsNotNone(offer, f"{action} is not offered: {client.case(number)}")
        reply = client.act(number, action, {**client.needed(offer), **fields})
        self.assertEqual(reply.status, 200, reply)
        return reply.json

    def history(self, number):
        return self.ours.case(number).json["history"]

    def test_there_and_back(self):
        self.there.stop()  # it is down when the case goes
        number = self.file()
        self.act(self.ours, number, "hand_over", peer="cambridge")
        self.here.stop()
        self.here.start()
        self.ours.port, self.ours.connection = self.here.port, None
        self.there.start()
        self.their.port, self.their.connection = self.there.port, None
        self.book(self.there.port)
        other = self.theirs(1)[0]["number"]
        case = self.their.case(other).json
        self.assertEqual((case["channel"], case["text"], case["category"]["code"]), ("open311", f"[{number}] A deep hole", "mpothole"))
        self.assertNotEqual(self.their.post(f"/api/v1/cases/{other}/contact", {"purpose": "call back"}).status, 200, "no contact data goes")
        unit = self.act(self.their, other, "accept_dispatch")["unit"]["code"]
        staff = self.there.staff("pw", "handler", unit=unit)
        self.act(staff, other, "sign")
        self.act(staff, other, "done")
        self.act(self.their, other, "close", answer="Filled by the neighbour")
        fixture.until(lambda: self.ours.case(number).json["state"] == "closed", 30)
        told = [(h["action"], h["text"].split("\n")[0]) for h in self.history(number) if h["by"]["kind"] == "peer"][1:]
        self.assertEqual(told[-1], ("close_elsewhere", "Filled by the neighbour"))
        self.assertEqual(len(told), len(set(told)), "each word once")
        self.assertEqual(len(self.their.get("/api/v1/cases").json["items"]), 1, "filed once")
        before = len(self.history(number))
        # not solved: filed there anew, and this case waits for the new one
        self.act(self.ours, number, "reopen", text="It is there again")
        again = next(c["number"] for c in self.theirs(2) if c["number"] != other)
        self.assertIn("It is there again", self.their.case(again).json["text"])
        self.assertEqual(self.ours.case(number).json["state"], "elsewhere")
        self.assertGreater(len(self.history(number)), before)
        self.here.stop()
        self.assertIn('"faults":0', self.here.run("verify", "--json").stdout)

    def test_what_is_refused_comes_back(self):
        number = self.ours.post("/api/v1/reports", {"text": "A hole somewhere", "category": "mpothole"}).json["number"]
        self.act(self.ours, number, "hand_over", peer="cambridge")  # without any place the other cannot take it
        fixture.until(lambda: self.ours.case(number).json["state"] == "accepted", 30)
        self.assertEqual(self.their.get("/api/v1/cases").json["items"], [])


if __name__ == "__main__":
    unittest.main()
