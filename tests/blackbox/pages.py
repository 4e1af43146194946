"""Pages without script, as a browser would use them: links followed, cookies kept, forms sent as they stand."""
import re
import uuid

import fixture


class Pages:
    """Follows links, keeps cookies, sends forms as they stand in a page without script."""

    def __init__(self, server, lang="zh"):
        self.client, self.jar, self.lang = server.client(), {}, lang

    def head(self):
        return {"Cookie": "; ".join(f"{k}={v}" for k, v in {"lang": self.lang, **self.jar}.items())}

    def keep(self, reply):
        for value in reply.headers.get_all("Set-Cookie") or []:
            name, secret = value.split(";")[0].split("=", 1)
            self.jar[name] = secret
        return reply

    def get(self, path):
        return self.keep(self.client.get(path, self.head()))

    def send(self, link, action, photo=False, **fields):
        """The form of the action: with the nonce that the page gave it."""
        page = self.get(link).body.decode()
        at = page.find(f'action="{link}/{action}"')
        nonce = re.search(r'name=nonce value="?([^" >]+)', page[at:]).group(1) if at >= 0 else uuid.uuid4().hex
        return self.post(link, action, {"nonce": nonce, **fields}, photo)

    def post(self, link, action, fields, photo=False):
        border = "x" + uuid.uuid4().hex
        parts = [f'--{border}\r\nContent-Disposition: form-data; name="{k}"\r\n\r\n{v}\r\n'.encode() for k, v in fields.items()]
        if photo:
            parts.append(f'--{border}\r\nContent-Disposition: form-data; name="media"; filename="a.png"\r\nContent-Type: image/png\r\n\r\n'.encode() + fixture.png() + b"\r\n")
        raw = b"".join(parts) + f"--{border}--\r\n".encode()
        return self.keep(self.client.call("POST", f"{link}/{action}", raw=raw, kind=f"multipart/form-data; boundary={border}", headers=self.head()))
