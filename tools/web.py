#!/usr/bin/env python3
"""Builds the web faces and writes them as a table that is linked into the program.

    tools/web.py TABLE.c BLOBS.S DEPFILE | --build | --packages | --run NAME [ARGUMENT …]

The bundle lies in web/dist with a stamp of the sources it was made of: where the stamp fits (a release archive carries
it), nothing is built and no Node is needed. Else Node 20.19 or later is taken from the system, or, where that is older, a
pinned one from npm is put into build/node. --packages installs what tests need; --run runs a script of package.json."""
import contextlib
import fcntl
import hashlib
import json
import os
import platform
import shutil
import subprocess
import sys

ROOT = os.path.dirname(os.path.dirname(os.path.abspath(__file__)))
WEB = os.path.join(ROOT, "web")
DIST = os.path.join(WEB, "dist")
STAMP = os.path.join(DIST, ".stamp")
NODE_WANTED, NODE_PINNED = (20, 19), "22.23.3"
SKIPPED = {"node_modules", "dist", "tests"}
TYPES = {".html": "text/html; charset=utf-8", ".js": "text/javascript; charset=utf-8", ".css": "text/css; charset=utf-8",
         ".svg": "image/svg+xml", ".png": "image/png", ".woff2": "font/woff2", ".json": "application/json",
         ".webmanifest": "application/manifest+json"}


def sources():
    """Files and folders that the bundle depends on, sorted."""
    found, folders = [], []
    for folder, inner, names in os.walk(WEB):
        inner[:] = sorted(n for n in inner if n not in SKIPPED)
        folders.append(folder)
        found += [os.path.join(folder, n) for n in names if n != "tsconfig.json"]
    return sorted(found), folders


def fingerprint(files):
    h = hashlib.sha256()
    for path in files:
        with open(path, "rb") as f:
            h.update(os.path.relpath(path, WEB).encode() + b"\0" + hashlib.sha256(f.read()).digest())
    return h.hexdigest()


def version_of(node):
    r = subprocess.run([node, "--version"], capture_output=True, text=True, check=False)
    return tuple(int(x) for x in r.stdout.strip().lstrip("v").split(".")[:2]) if r.returncode == 0 else (0, 0)


def node_folder():
    """A folder to put in front of PATH whose node is new enough; "" if the system's is."""
    if shutil.which("npm") is None:
        subprocess.run([os.path.join(ROOT, "tools", "deps.sh"), "web"], check=True)
    system = shutil.which("node")
    if system and version_of(system) >= NODE_WANTED:
        return ""
    package = "node-linux-" + {"x86_64": "x64", "aarch64": "arm64"}.get(platform.machine(), platform.machine())
    home = os.path.join(ROOT, "build", "node")
    folder = os.path.join(home, "node_modules", package, "bin")
    if not os.path.exists(os.path.join(folder, "node")):
        print(f"The Node of this system is older than {'.'.join(map(str, NODE_WANTED))}: taking {package}@{NODE_PINNED} from npm into build/node", flush=True)
        os.makedirs(home, exist_ok=True)
        subprocess.run(["npm", "install", "--prefix", home, "--no-save", "--no-audit", "--no-fund", "--ignore-scripts", f"{package}@{NODE_PINNED}"],
                       check=True, stdout=subprocess.DEVNULL)
    return folder


def environment():
    folder = node_folder()
    return {**os.environ, "PATH": folder + os.pathsep + os.environ["PATH"]} if folder else dict(os.environ)


def install(env):
    """The packages of the lock file, unless they are there."""
    lock, have = os.path.join(WEB, "package-lock.json"), os.path.join(WEB, "node_modules", ".lock-stamp")
    with open(lock, "rb") as f:
        want = hashlib.sha256(f.read()).hexdigest()
    if os.path.exists(have) and open(have, encoding="ascii").read() == want:
        return
    print("Installing the npm packages of web/package-lock.json", flush=True)
    subprocess.run(["npm", "ci", "--no-audit", "--no-fund", "--ignore-scripts", "--loglevel=error"], cwd=WEB, env=env, check=True, stdout=subprocess.DEVNULL)
    with open(have, "w", encoding="ascii") as f:
        f.write(want)


@contextlib.contextmanager
def alone():
    """Several builds at a time wait for each other."""
    os.makedirs(os.path.join(ROOT, "build"), exist_ok=True)
    with open(os.path.join(ROOT, "build", "web.lock"), "w", encoding="ascii") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        yield


def packages():
    """The environment with Node, after the packages are there."""
    with alone():
        env = environment()
        install(env)
    return env


def build():
    """web/dist for the sources as they are."""
    with alone():
        want = fingerprint(sources()[0])
        if os.path.exists(STAMP) and open(STAMP, encoding="ascii").read() == want:
            return
        env = environment()
        install(env)
        r = subprocess.run(["npm", "run", "--silent", "build"], cwd=WEB, env=env, text=True, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, check=False)
        if r.returncode != 0:
            sys.exit("the web faces do not build:\n" + r.stdout[-6000:])
        with open(STAMP, "w", encoding="ascii") as f:
            f.write(want)


def packed():
    """Files to serve with their compressed forms: [(path, raw, gz or None, br or None)]."""
    found = []
    for folder, inner, names in os.walk(DIST):
        inner[:] = [n for n in inner if n != ".vite"]
        for name in names:
            path = os.path.join(folder, name)
            if name.endswith((".gz", ".br")) or name in (".stamp", "entries.json"):
                continue
            forms = [path] + [path + e if os.path.exists(path + e) else None for e in (".gz", ".br")]
            found.append(("/" + os.path.relpath(path, DIST), *forms))
    return sorted(found)


def write_if_new(path, text):
    """Leaves an equal file alone, so that nothing is compiled again."""
    if os.path.exists(path) and open(path, encoding="utf-8").read() == text:
        return
    with open(path, "w", encoding="utf-8") as f:
        f.write(text)


def table(c_path, s_path):
    blobs, rows = ["/* Made by tools/web.py. */", '\t.section .rodata.faces,"a",@progbits'], []
    names = []
    for url, *forms in packed():
        with open(forms[0], "rb") as f:
            raw = f.read()
        etag = hashlib.sha256(raw).hexdigest()[:24]
        kind = TYPES.get(os.path.splitext(url)[1], "application/octet-stream")
        fields = []
        for form in forms:
            if form is None:
                fields.append("{NULL, 0}")
                continue
            name = f"face_blob_{len(names)}"
            names.append(name)
            # the content's hash stands in the text, so that another content is another file for the compiler
            with open(form, "rb") as f:
                content = hashlib.sha256(f.read()).hexdigest()[:16]
            blobs += [f"\t.balign 16 /* {content} */", f"\t.globl {name}", f"{name}:", f'\t.incbin "{form}"']
            fields.append(f"{{{name}, {os.path.getsize(form)}}}")
        kept = "true" if url.startswith("/assets/") else "false"
        rows.append(f'    {{"{url}", "{kind}", "{etag}", {kept}, {{{", ".join(fields)}}}}},')
    blobs.append('\t.section .note.GNU-stack,"",@progbits')
    entries = json.load(open(os.path.join(DIST, "entries.json"), encoding="utf-8"))
    resident = entries["resident"]
    text = ["/* Made by tools/web.py. */", '#include "api/faces.h"', ""]
    text += [f"extern const char {n}[];" for n in names]
    text += ["", "const struct face_file FACE_FILES[] = {", *rows, "};", f"const size_t N_FACE_FILES = {len(rows)};",
             f'const char *const FACE_RESIDENT_SCRIPT = "{resident["script"]}";',
             "const char *const FACE_RESIDENT_STYLE = " + (f'"{resident["styles"][0]}"' if resident["styles"] else "NULL") + ";",
             f'const char *const FACE_BUILD = "{open(STAMP, encoding="ascii").read()[:16]}";']
    write_if_new(s_path, "\n".join(blobs) + "\n")
    write_if_new(c_path, "\n".join(text) + "\n")


def main():
    if sys.argv[1:] == ["--build"]:
        build()
    elif sys.argv[1:] == ["--packages"]:
        packages()
    elif sys.argv[1:2] == ["--run"]:
        sys.exit(subprocess.run(["npm", "run", "--silent", *sys.argv[2:3], "--", *sys.argv[3:]], cwd=WEB, env=packages(), check=False).returncode)
    elif len(sys.argv) == 4:
        build()
        table(sys.argv[1], sys.argv[2])
        files, folders = sources()
        with open(sys.argv[3], "w", encoding="utf-8") as f:
            f.write(f"{sys.argv[1]}: {' '.join(p.replace(' ', chr(92) + ' ') for p in files + folders)}\n")
    else:
        sys.exit(__doc__)


if __name__ == "__main__":
    main()
