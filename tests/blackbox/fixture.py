"""A real server on a free port over its own data directory, and clients for it."""
import http.client
import json
import os
import shutil
import signal
import subprocess
import struct
import tempfile
import time
import zlib

ROOT = os.path.dirname(os.path.dirname(os.path.dirname(os.path.abspath(__file__))))
PROGRAM = os.environ.get("YIWANG", os.path.join(ROOT, "build", "yiwang"))
JINTAN = os.path.join(ROOT, "city", "jintan")
BOSTON = os.path.join(ROOT, "city", "boston")
SHARED = os.path.join(os.path.dirname(ROOT), "shared")
PLACE = {"lon": 119.57, "lat": 31.72}


def png(width=8, height=6, colour=(200, 60, 40)):
    """A picture of one colour."""
    def chunk(kind, data):
        return struct.pack(">I", len(data)) + kind + data + struct.pack(">I", zlib.crc32(kind + data))
    rows = (b"\0" + bytes(colour) * width) * height
    return b"\x89PNG\r\n\x1a\n" + chunk(b"IHDR", struct.pack(">IIBBBBB", width, height, 8, 2, 0, 0, 0)) + chunk(b"IDAT", zlib.compress(rows)) + chunk(b"IEND", b"")



def until(what, seconds=20):
    """What a question answers once it has an answer."""
    end = time.time() + seconds
    while True:
        found = what()
        if found:
            return found
        assert time.time() < end, "it does not come about"
        time.sleep(0.05)


class Reply:
    def __init__(self, status, headers, body):
        self.status, self.headers, self.body = status, headers, body

    @property
    def json(self):
        return json.loads(self.body)

    def __repr__(self):
        return f"{self.status} {self.body[:400]!r}"


class Server:
    def __init__(self, city=JINTAN, data=None, limits_off=True, options=()):
        self.city, self.limits_off, self.options = city, limits_off, options
        self.own = data is None
        self.data = data or tempfile.mkdtemp(prefix="yiwang-test-")
        self.process = None
        self.start()

    def start(self):
        command = [PROGRAM, "serve", "--city", self.city, "--data", self.data, "--listen", "127.0.0.1:0"]
        command += [*self.options, *(["--limits", "off"] if self.limits_off else [])]
        self.log = open(os.path.join(self.data, "server.log"), "a+")
        self.process = subprocess.Popen(command, stdout=subprocess.PIPE, stderr=self.log, text=True)
        line = self.process.stdout.readline()
        if not line:
            self.process.wait()
            self.log.seek(0)
            raise RuntimeError("the server did not start: " + self.log.read())
        self.port = int(line.rsplit(":", 1)[1].strip().strip("/"))

    def kill(self):
        self.process.send_signal(signal.SIGKILL)
        self.process.wait()
        self.process.stdout.close()

    def stop(self):
        """Drains and stops; the exit code."""
        self.process.send_signal(signal.SIGTERM)
        code = self.process.wait(timeout=60)
        self.process.stdout.close()
        self.log.close()
        return code

    def close(self):
        if self.process.poll() is None:
            self.stop()
        if self.own:
            shutil.rmtree(self.data, ignore_errors=True)

    def client(self, token=None):
        return Client(self.port, token)

    def run(self, *arguments, text=None, check=True):
        """A subcommand that takes --city and --data."""
        command = [PROGRAM, *arguments, "--city", self.city, "--data", self.data]
        r = subprocess.run(command, input=text, text=True, capture_output=True)
        if check and r.returncode != 0:
            raise RuntimeError(f"{arguments}: {r.stderr}")
        return r

    def staff(self, login, role, unit="", area="", password=None):
        """An account; a client with its token."""
        more = (["--unit", unit] if unit else []) + (["--area", area] if area else [])
        more += ["--password-stdin"] if password else []
        self.run("user", "add", "--login", login, "--role", role, *more, text=password)
        return self.client(self.run("token", "add", "--login", login).stdout.strip())

    def wait_ready(self, timeout=20):
        end = time.time() + timeout
        while time.time() < end:
            if self.client().get("/readyz").status == 200:
                return
            time.sleep(0.05)
        raise RuntimeError("not ready")


class Client:
    def __init__(self, port, token=None):
        self.port, self.token = port, token
        self.connection = None
        self.cookie = self.csrf = None
        self.seq = 0

    def call(self, method, path, body=None, headers=None, raw=None, kind="application/json"):
        head = {}
        if body is not None or raw is not None:
            head["Content-Type"] = kind
        if self.token:
            head["Authorization"] = "Bearer " + self.token
        if self.cookie:
            head["Cookie"] = self.cookie
            if self.csrf:
                head["X-CSRF-Token"] = self.csrf
        head.update(headers or {})
        data = raw if raw is not None else json.dumps(body).encode() if body is not None else None
        for attempt in (1, 2):
            if self.connection is None:
                self.connection = http.client.HTTPConnection("127.0.0.1", self.port, timeout=30)
            try:
                self.connection.request(method, path, data, head)
                r = self.connection.getresponse()
                reply = Reply(r.status, r.headers, r.read())
                break
            except (http.client.HTTPException, OSError):
                self.connection.close()
                self.connection = None
                if attempt == 2:
                    raise
        if reply.headers.get("Yiwang-Seq"):
            self.seq = max(self.seq, int(reply.headers["Yiwang-Seq"]))
        return reply

    def get(self, path, headers=None):
        return self.call("GET", path, headers=headers)

    def post(self, path, body=None, headers=None, **more):
        return self.call("POST", path, body, headers, **more)

    def file(self, text="东门大街路灯不亮", headers=None, **fields):
        body = {"text": text, **PLACE, **fields}
        return self.post("/api/v1/reports", body, headers)

    def photo(self):
        """Uploads one; its id."""
        return self.call("POST", "/api/v1/media", raw=png(), kind="image/png").json["id"]

    def needed(self, offer):
        """What the offered action needs, filled in as a form would."""
        fields = {}
        for f in offer["fields"]:
            if f["required"]:
                fields[f["name"]] = f["choices"][0]["value"] if f["type"] == "choice" else self.photo() if f["type"] == "media" else "情况已核实"
        return fields

    def case(self, number):
        return self.get(f"/api/v1/cases/{number}")

    def act(self, number, action, body=None, version=None):
        headers = {"If-Match": f'"{version}"'} if version else {}
        return self.post(f"/api/v1/cases/{number}/actions/{action}", body or {}, headers)
