"""A worker's telephone: the field app in a small window, driven by what is written on its buttons, and a line to the server
that can be cut, lose answers, or answer 500."""
import http.client
import http.server
import random
import socket
import threading
import time

import browser

# What a hand does, in the page itself: hundreds of steps in seconds.
HANDS = """
const done = arguments[arguments.length - 1];
const sleep = ms => new Promise(r => setTimeout(r, ms));
const seen = e => e.getClientRects().length > 0 && !e.disabled;
const until = async (what, f, ms = 15000) => {
  for (const end = Date.now() + ms; Date.now() < end; await sleep(20)) { const v = f(); if (v) return v }
  throw new Error('never came: ' + what + ' at ' + location.hash + ' ' + document.body.innerText.slice(0, 1500));
};
const all = css => [...document.querySelectorAll(css)].filter(seen);
const press = async (words, css = 'button,a') => {
  (await until(words, () => all(css).filter(e => e.textContent.includes(words) || e.getAttribute('aria-label') === words).pop())).click();
};
const go = async hash => { location.hash = hash; await sleep(30) };
const photo = async input => {
  const c = document.createElement('canvas'); c.width = 64; c.height = 48;
  c.getContext('2d').fillRect(8, 8, 20 + Math.random() * 20, 20);
  const file = new File([await new Promise(r => c.toBlob(r, 'image/png'))], 'p.png', {type: 'image/png'}), dt = new DataTransfer();
  dt.items.add(file); input.files = dt.files; input.dispatchEvent(new Event('change', {bubbles: true}));
  await until('the photo', () => input.closest('.photos').querySelector('img'));
};
(async () => { %s })().then(v => done({ok: v === undefined ? null : v}), e => done({bad: String(e.stack || e)}));
"""


class Line:
    """Stands between the phone and the server. `trouble(method, path)` says what happens to a request: "" passed on, "gone"
    not there, "500" refused unseen, "lost" passed on but answered 500, "cut" passed on and hung up."""

    def __init__(self, port, host="127.0.0.1"):
        self.server_port, self.trouble, self.posts, self.patch = port, lambda method, path: "", [], {}
        line = self

        class Handler(http.server.BaseHTTPRequestHandler):
            protocol_version = "HTTP/1.1"

            def log_message(self, *_):
                pass

            def answer(self, status, headers, body):
                self.send_response_only(status)
                for name, value in headers:
                    self.send_header(name, value)
                self.send_header("Content-Length", str(len(body)))
                self.end_headers()
                self.wfile.write(body)

            def hang_up(self):
                self.close_connection = True
                self.connection.shutdown(socket.SHUT_RDWR)

            def pass_on(self, body):
                c = http.client.HTTPConnection("127.0.0.1", line.server_port, timeout=60)
                headers = {n: v for n, v in self.headers.items() if not (self.path in line.patch and n.lower() == "accept-encoding")}
                c.request(self.command, self.path, body, headers)
                r = c.getresponse()
                data = r.read()
                c.close()
                if self.command == "POST":
                    line.posts.append((self.path, r.status, r.headers.get("Idempotent-Replayed")))
                kept = [(n, v) for n, v in r.headers.items() if n.lower() not in ("content-length", "transfer-encoding", "connection")]
                return r.status, kept, data

            def handle_one(self):
                body = self.rfile.read(int(self.headers.get("Content-Length") or 0)) or None
                trouble = line.trouble(self.command, self.path)
                if trouble == "gone":
                    return self.hang_up()
                if trouble == "500":
                    return self.answer(500, [("Content-Type", "application/problem+json")], b'{"status":500,"code":"internal"}')
                status, headers, data = self.pass_on(body)
                if trouble == "lost":
                    return self.answer(500, [("Content-Type", "application/problem+json")], b'{"status":500,"code":"internal"}')
                if trouble == "cut":
                    return self.hang_up()
                if self.path in line.patch:
                    headers = [h for h in headers if h[0].lower() != "etag"]
                    data = line.patch[self.path](data)
                return self.answer(status, headers, data)

            def do_GET(self):
                try:
                    self.handle_one()
                except (OSError, http.client.HTTPException):
                    self.close_connection = True

            do_POST = do_DELETE = do_HEAD = do_GET

        class Threads(http.server.ThreadingHTTPServer):
            daemon_threads = True
            request_queue_size = 64

            def handle_error(self, *_):
                pass

        self.http = Threads((host, 0), Handler)
        self.port = self.http.server_address[1]
        threading.Thread(target=self.http.serve_forever, daemon=True).start()

    def flap(self, seed):
        """From now on a line as bad as can be, the same for the same seed."""
        dice, lock = random.Random(seed), threading.Lock()

        def trouble(method, path):
            with lock:
                x = dice.random()
            if method != "POST":
                return "gone" if x < 0.1 and path.startswith("/api/") else ""
            return "gone" if x < 0.15 else "lost" if x < 0.35 else "cut" if x < 0.5 else "500" if x < 0.6 else ""
        self.trouble = trouble

    def cut(self):
        self.trouble = lambda method, path: "gone"

    def mend(self):
        self.trouble = lambda method, path: ""

    def close(self):
        self.http.shutdown()
        self.http.server_close()


class Phone:
    def __init__(self, b, line):
        self.b, self.line = b, line
        b.base = "http://%s:%d" % line.http.server_address[:2]
        b.size(browser.PHONE)
        b.scheme("light")
        b.scripts(True)
        if "//127." in b.base:  # plain HTTP elsewhere gets no place at all
            b.cdp("Browser.grantPermissions", origin=b.base, permissions=["geolocation"])
        self.stand(browser.fixture.PLACE["lon"], browser.fixture.PLACE["lat"])

    def stand(self, lon, lat):
        self.b.cdp("Emulation.setGeolocationOverride", latitude=lat, longitude=lon, accuracy=12)

    def network(self, on):
        self.b.cdp("Network.enable")
        self.b.cdp("Network.emulateNetworkConditions", offline=not on, latency=0, downloadThroughput=-1, uploadThroughput=-1)

    def hands(self, script, *arguments):
        """Runs a script that may press, go, until, photo. out: what it returns."""
        r = self.b.driver.execute_async_script(HANDS % script, *arguments)
        if "bad" in r:
            raise AssertionError(r["bad"])
        return r["ok"]

    def open(self, lang="zh"):
        self.b.open("/field/", lang)
        self.wait(".tabs, .login")

    def wait(self, css, seconds=15):
        self.hands("await until(arguments[0], () => document.querySelector(arguments[0]), arguments[1])", css, seconds * 1000)

    def says(self, words, css="body", seconds=15):
        self.hands("await until(arguments[0], () => [...document.querySelectorAll(arguments[1])].some(e => e.innerText.includes(arguments[0])), arguments[2])", words, css, seconds * 1000)

    def press(self, words, css="button,a"):
        self.hands("await press(arguments[0], arguments[1])", words, css)

    def go(self, where):
        self.hands("await go(arguments[0]); await until('the page', () => document.querySelector('main h1, main .panel'))", "#" + where)

    def login(self, name, password, lang="zh"):
        self.open(lang)
        self.b.find("#login").send_keys(name)
        self.b.find("#password").send_keys(password)
        self.b.find("form button[type=submit]").click()
        self.wait(".tabs")

    def with_shell(self):
        """Until the service worker gives the page."""
        self.hands("await navigator.serviceWorker.ready")
        self.b.driver.refresh()
        self.wait(".tabs, .login")
        self.hands("await until('a controller', () => navigator.serviceWorker.controller)")

    def unsent(self):
        return self.hands("const c = document.querySelector('.tab .count'); return c ? parseInt(c.lastChild.textContent) : 0")

    def forget(self):
        """As a phone out of the box: no data, no worker, no cookie."""
        self.b.driver.get("about:blank")  # no page is to lose its store while it is open
        self.b.cdp("Storage.clearDataForOrigin", origin=self.b.base, storageTypes="all")

    def until(self, what, f, seconds=30):
        end = time.time() + seconds
        while time.time() < end:
            if f():
                return
            time.sleep(0.1)
        raise AssertionError("never: " + what)
