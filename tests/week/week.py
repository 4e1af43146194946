#!/usr/bin/env python3
"""One week of the sample city, played with the whole program by a rehearsal's clock: ten stories at once, from Monday to Sunday.

    python3 tests/week/week.py [--stay] [--pictures FOLDER]

--stay leaves the server running at the end, to look at what happened; --pictures looks at the moments of the stories in the console,
the field face and the resident's page. Every step says what it expects; the first that does not hold ends the week with an error."""
import argparse
import csv
import datetime
import heapq
import os
import sys

HERE = os.path.dirname(os.path.abspath(__file__))
sys.path[:0] = [os.path.join(os.path.dirname(HERE), "blackbox"), HERE]
import fixture  # noqa: E402
import stories  # noqa: E402

MONDAY = datetime.datetime(2026, 11, 23)
DAYS = ("Mon", "Tue", "Wed", "Thu", "Fri", "Sat", "Sun")
PASSWORD = "yiwang-demo"


def moment(text):
    """"Tue 06:40" → its time in that week."""
    day, clock = text.split()
    hour, minute = clock.split(":")
    return MONDAY + datetime.timedelta(days=DAYS.index(day), hours=int(hour), minutes=int(minute))


class Refused(AssertionError):
    pass


class Person:
    """Somebody at work, by the account of the sample city."""

    def __init__(self, week, login, client):
        self.week, self.login, self.client = week, login, client

    def case(self, number):
        reply = self.client.call("GET", f"/api/v1/cases/{number}", headers={"Yiwang-Min-Seq": str(self.week.seq)})
        if reply.status != 200:
            raise Refused(f"{self.login} reads {number}: {reply}")
        return reply.json

    def file(self, text, **fields):
        """Files a case; its number and track."""
        return self.week.done(self, f"files: {text}", self.client.file(text, **fields), 201)

    def act(self, number, action, /, task=None, **fields):
        """Acts on a case, on the task of a unit where several are alike; the case afterwards."""
        body = dict(fields)
        if task is not None:
            body["task"] = task
        return self.week.done(self, f"{number} {action}", self.client.act(number, action, body), 200)

    def refused(self, number, action, code, /, **fields):
        """An act that the rules do not let pass."""
        reply = self.client.act(number, action, fields)
        if reply.status < 400 or reply.json.get("code") != code:
            raise Refused(f"{self.login} {number} {action}: expected the refusal {code}, got {reply}")
        self.week.say(self, f"{number} {action}: {reply.json['detail']}")
        return reply.json

    def get(self, path):
        reply = self.client.call("GET", "/api/v1" + path, headers={"Yiwang-Min-Seq": str(self.week.seq)})
        if reply.status != 200:
            raise Refused(f"{self.login} GET {path}: {reply}")
        return reply.json

    def photo(self):
        return self.client.photo()


class Resident(Person):
    """Somebody without login: all that is known of a matter is its track."""

    def track(self, track):
        return self.get("/track/" + track)

    def act(self, track, action, /, **fields):  # pylint: disable=arguments-differ
        return self.week.done(self, f"{action}", self.client.post(f"/api/v1/track/{track}/{action}", fields), 200)


class Week:
    def __init__(self, server, gallery=None, out=sys.stdout):
        self.server, self.gallery, self.out = server, gallery, out
        self.now, self.seq, self.people, self.gateway = MONDAY, 0, {}, None
        with open(os.path.join(fixture.JINTAN, "sample", "accounts.csv"), encoding="utf-8") as f:
            self.accounts = {row["login"]: row for row in csv.DictReader(f)}
        self.resident = Resident(self, "resident", server.client())

    def __getattr__(self, login):
        """week.operator1: an account of the sample city."""
        if login not in self.__dict__.get("accounts", {}):
            raise AttributeError(login)
        if login not in self.people:
            a = self.accounts[login]
            self.people[login] = Person(self, login, self.server.staff(login, a["role"], a["unit"], a["area"], PASSWORD))
        return self.people[login]

    def say(self, who, text):
        print(f"{self.now:%a %H:%M}  {who.login:<16} {text}", file=self.out, flush=True)

    def done(self, who, text, reply, status):
        if reply.status != status:
            raise Refused(f"{self.now:%a %H:%M} {who.login} {text}: {reply}")
        self.seq = max(self.seq, int(reply.headers.get("Yiwang-Seq") or 0))
        self.say(who, text)
        return reply.json

    def expect(self, is_so, what, seen=""):
        if not is_so:
            raise AssertionError(f"{self.now:%a %H:%M} expected {what}; seen {seen}")

    def until(self, what, seconds=10):
        """Waits until the program has followed: what() gives something that counts."""
        return fixture.until(what, seconds)

    def gauge(self, sensor, *values):
        """Readings of a sensor, a second apart, the last of them now."""
        now = int((self.now - datetime.timedelta(hours=8)).replace(tzinfo=datetime.timezone.utc).timestamp() * 1000)
        if self.gateway is None:
            self.gateway = self.server.staff("gateway", "gateway")
        reply = self.gateway.post("/api/v1/sensors/readings", [{"sensor": sensor, "value": v, "at": now + 1000 * (i + 1 - len(values))} for i, v in enumerate(values)])
        if reply.status != 200 or reply.json["taken"] != len(values):
            raise Refused(f"{sensor}: {reply}")

    def look(self, name, face, who, path):
        """A moment worth a picture: one of the faces, as somebody sees it."""
        if self.gallery is not None:
            who = getattr(self, who).login if who else None  # the account is made when it is first wanted
            self.gallery.look(name, face, who, path)

    def pass_to(self, time):
        if time > self.now:
            self.server.run("clock", "--to", f"{time:%Y-%m-%d %H:%M}")
            self.now = time

    def play(self, all_stories):
        """Each story says when it goes on; the week goes from one such moment to the next."""
        waiting = []
        for n, tell in enumerate(all_stories):
            story = tell(self)
            heapq.heappush(waiting, (moment(next(story)), n, story))
        while waiting:
            time, n, story = heapq.heappop(waiting)
            self.pass_to(time)
            for then in story:
                heapq.heappush(waiting, (moment(then), n, story))
                break


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--stay", action="store_true")
    parser.add_argument("--pictures", metavar="FOLDER")
    a = parser.parse_args()
    server = fixture.Server(options=["--rehearsal", f"{MONDAY:%Y-%m-%d %H:%M}"])
    gallery = None
    try:
        if a.pictures:
            import gallery as pictures  # needs a browser
            gallery = pictures.Week(server, a.pictures)
        Week(server, gallery).play(stories.ALL)
        print("the week held")
        if a.stay:
            input(f"http://127.0.0.1:{server.port}/ (logins as in city/jintan/sample/accounts.csv, password {PASSWORD}); Enter ends it ")
    finally:
        if gallery is not None:
            gallery.close()
        server.close()


if __name__ == "__main__":
    main()
