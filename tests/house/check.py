#!/usr/bin/env python3
"""House rules that a tool can check. Each rule is a function that yields findings; one line each, exit 1 on any.

include     a layer includes only layers above it; *_int.h only inside its folder
pure        the pure layers' undefined symbols are on a short allow-list (no clock, file, socket, SQL)
comment     every exported prototype has a comment
banned      functions that banned.h forbids, as words in the sources
format      clang-format agrees
secrets     nothing that looks like a key or token
addresses   no registry host or local path in what is committed
persons     no schema column, package column or API field about kinds of persons
web         faces do not know each other; one file each knows the map and the charts; no inline style
words       every word that the pages ask for exists in every language
refusals    every refusal that a caller can meet has a word, so that no face shows the English of the source
"""
import csv
import glob
import os
import re
import subprocess
import sys

ROOT = os.path.dirname(os.path.dirname(os.path.dirname(os.path.abspath(__file__))))
LAYERS = ["base", "city", "exchange", "casework", "letter", "paper", "insight", "query", "store", "app", "http", "api", "jobs", "cli"]
PURE = ["base", "city", "exchange", "casework", "letter", "insight", "query"]
# Files of pure layers that read the package from disk: the only ones that may.
LOADERS = {"city_files.c", "city_load.c", "package.c", "files.c"}
BANNED = ["strcpy", "strcat", "sprintf", "strtok", "atoi", "gmtime", "localtime", "rand", "system", "alloca", "vsprintf", "gets"]


def files(*patterns):
    listed = subprocess.run(["git", "-C", ROOT, "ls-files", "-co", "--exclude-standard", *patterns], capture_output=True, text=True)
    return [f for f in listed.stdout.split("\n") if f and os.path.isfile(os.path.join(ROOT, f))]


def read(path):
    with open(os.path.join(ROOT, path), encoding="utf-8", errors="replace") as f:
        return f.read()


def allowed(layer, other):
    if layer == "app":
        return other in ("store", "app") or LAYERS.index(other) < LAYERS.index("store")
    if layer == "paper":
        return other in ("base", "letter", "paper")
    if layer == "http":
        return other in ("base", "http")
    return LAYERS.index(other) <= LAYERS.index(layer)


def rule_include():
    for path in files("src/*.c", "src/*.h"):
        layer = path.split("/")[1]
        for n, line in enumerate(read(path).split("\n"), 1):
            m = re.match(r'#include "(\w+)/([\w.]+)"', line)
            if not m or m.group(1) not in LAYERS:
                continue
            other, name = m.groups()
            if not allowed(layer, other):
                yield f"{path}:{n}: {layer} may not include {other}"
            if name.endswith("_int.h") and other != layer:
                yield f"{path}:{n}: {name} is for {other} only"
            if layer == "app" and other == "store" and name != "store.h":
                yield f"{path}:{n}: app sees store/store.h only"


IMPURE = re.compile(
    r"^(time|clock_gettime|gettimeofday|open|open64|openat|fopen|fopen64|read|write|socket|connect|bind|getenv|printf|puts|"
    r"random|srandom|getrandom|sqlite3_\w+|pthread_create|fork|execve|usleep|nanosleep|sleep|opendir|stat|stat64)$")


def rule_pure():
    build = os.path.join(ROOT, "build")
    for layer in PURE:
        archive = os.path.join(build, "src", layer, f"lib{layer}.a")
        if not os.path.exists(archive):
            yield f"{archive}: not built"
            continue
        nm = subprocess.run(["nm", "-u", "--format=posix", archive], capture_output=True, text=True).stdout
        member = ""
        for line in nm.split("\n"):
            m = re.search(r"\[(.*?)\]:$", line)
            if m:
                member = m.group(1).split(".c.o")[0].split("_")[-1] + ".c" if False else m.group(1)
                continue
            symbol = line.split(" ")[0].split("@")[0]
            if not symbol or not IMPURE.match(symbol):
                continue
            if layer == "city" and any(l[:-2] in member for l in LOADERS):
                continue
            if member.endswith("macro.c.o") or symbol == "puts":
                continue
            yield f"src/{layer} ({member}): calls {symbol}"


def rule_comment():
    prototype = re.compile(r"^(?!static|typedef|extern|#|/|\s|struct \w+ \{|enum \w+ \{|union|\}|NORETURN struct)[\w*][^;{}=]*\([^{}]*\)[^;{}]*;", re.M)
    for path in files("src/*.h"):
        text = read(path)
        for m in prototype.finditer(text):
            before = text[: m.start()].rstrip("\n").split("\n")
            previous = before[-1].strip() if before else ""
            if m.group(0).startswith(("BANNED", "_Static_assert")):
                continue
            inline = "/*" in text[m.end() : text.find("\n", m.end())]
            grouped = prototype.match(previous) is not None or previous.endswith(";") or previous.endswith("MUST_USE;")
            if not (previous.endswith("*/") or inline or grouped or previous.endswith("*/;")):
                yield f"{path}:{text[: m.start()].count(chr(10)) + 1}: no comment above {m.group(0).split('(')[0].split()[-1]}"


def strip_c(text):
    return re.sub(r'/\*.*?\*/|"(?:\\.|[^"\\])*"|\'(?:\\.|[^\'\\])*\'', lambda m: " " * len(m.group(0)) if "\n" not in m.group(0) else "\n" * m.group(0).count("\n"), text, flags=re.S)


def rule_banned():
    word = re.compile(r"(?<![\w.>])(" + "|".join(BANNED) + r")\s*\(")
    for path in files("src/*.c", "src/*.h", "tests/*.c", "bench/*.c", "fuzz/*.c"):
        if path.endswith("banned.h"):
            continue
        for n, line in enumerate(strip_c(read(path)).split("\n"), 1):
            m = word.search(line)
            if m:
                yield f"{path}:{n}: {m.group(1)} is banned"


def rule_format():
    sources = files("*.c", "*.h")
    tool = "clang-format-14"
    r = subprocess.run([tool, "--dry-run", "--Werror", "--ferror-limit=1", *sources], cwd=ROOT, capture_output=True, text=True)
    for line in r.stderr.split("\n"):
        if "error:" in line:
            yield line


def rule_secrets():
    pattern = re.compile(r"(-----BEGIN [A-Z ]*PRIVATE KEY-----|AKIA[0-9A-Z]{16}|ghp_[A-Za-z0-9]{36}|xox[bp]-[0-9A-Za-z-]{20,})")
    for path in files():
        if path.endswith((".png", ".jpg", ".gz", ".webp")) or path.startswith("tests/house/"):
            continue
        for n, line in enumerate(read(path).split("\n"), 1):
            if pattern.search(line):
                yield f"{path}:{n}: looks like a secret"


def rule_addresses():
    hosts = ["registry." + "npmjs.org", "deb." + "debian.org", "security." + "debian.org", "pypi." + "org", "snapshot." + "debian.org"]
    local = ["/" + "work/", "/" + "root/"]
    for path in files():
        if path.endswith((".png", ".jpg", ".gz", ".webp")):
            continue
        for n, line in enumerate(read(path).split("\n"), 1):
            for word in hosts + local:
                if word in line:
                    yield f"{path}:{n}: {word}"


def rule_persons():
    words = ["重点人员", "精神障碍", "信教", "走访频次", "上访人员", "吸毒人员", "刑满释放", "religion", "ethnicity", "blacklist", "watchlist", "watch_list"]
    for path in files("city/*", "src/*.sql", "src/store/sql/*", "src/api/schemas.json"):
        if not path.endswith((".csv", ".yaml", ".sql", ".json")):
            continue
        for n, line in enumerate(read(path).split("\n"), 1):
            for word in words:
                if word in line.lower() and "never" not in line.lower():
                    yield f"{path}:{n}: {word}: events and places, never persons"


FACES = ("console", "wall", "field", "resident")
ONLY_IN = {"ol": ("ui/map.ts", "ui/MapView.vue"), "ol-pmtiles": ("ui/map.ts",), "echarts": ("ui/echarts.ts",), "idb": ("field/",)}


def imports_of(text):
    for m in re.finditer(r"""(?:from|import)\s*\(?\s*'([^']+)'""", text):
        yield text.count("\n", 0, m.start()) + 1, m.group(1)


def rule_web():
    for path in (p for p in files("web/src/*.ts", "web/src/*.vue") if not p.endswith(".d.ts")):
        text, inside = read(path), path[len("web/src/"):]
        face = inside.split("/")[0]
        for n, what in imports_of(text):
            package, target = what.split("/")[0], what[2:].split("/")[0] if what.startswith("@/") else ""
            if package in ONLY_IN and not inside.startswith(ONLY_IN[package]):
                yield f"{path}:{n}: {package} belongs into {' or '.join(ONLY_IN[package])}"
            if target in FACES and target != face:
                yield f"{path}:{n}: a face does not know another one"
            if face == "shared" and (target == "ui" or what.endswith(".vue")):
                yield f"{path}:{n}: shared knows no components"
            if face == "resident" and (package == "vue" or what.endswith((".vue", "shared/words", "shared/format"))):
                yield f"{path}:{n}: the resident's pages carry no Vue"
        for m in re.finditer(r'\sstyle="', text):
            yield f"{path}:{text.count(chr(10), 0, m.start()) + 1}: the policy of the pages forbids inline style"


def rule_words():
    asked = set()
    for path in files("src/api/*.c"):
        asked |= set(re.findall(r'(?:page_word|page_open|page_text|page_pair|page_when|page_input|page_data|page_number|word)\([^;]*?"([a-z]+\.[a-z_0-9]+)"', read(path)))
        asked |= set(re.findall(r'= "(kind\.[a-z]+)"', read(path)))
    languages = {os.path.basename(p): {row[0] for row in csv.reader(open(p, encoding="utf-8"))} for p in glob.glob(os.path.join(ROOT, "src/api/words/*.csv"))}
    for name, keys in languages.items():
        for key in sorted(asked - keys):
            yield f"src/api/words/{name}: no word for {key}"
        for key in sorted(set().union(*languages.values()) - keys):
            yield f"src/api/words/{name}: no word for {key}, which another language has"


def rule_refusals():
    """Codes of err_set and of the helpers around it. Faults of the house itself are told by the title of their kind."""
    with open(os.path.join(ROOT, "src/api/words/zh.csv"), encoding="utf-8") as f:
        words = {row[0] for row in csv.reader(f)}
    cities = [re.search(r"^refusal:\n((?:  .*\n)+)", read(p), re.M) for p in files("city/*/texts/zh.yaml")]
    told = set.intersection(*[set(re.findall(r"^  (\w+):", m.group(1), re.M)) for m in cities if m])
    call = re.compile(r'\b(?:E_(?!INTERNAL|CORRUPT|STORAGE)[A-Z_]+, *|invalid\(\w+, |bad\(d, f, )"([a-z_]+)"')
    offline = {"bad_package", "bad_folder", "bad_mapping", "bad_row", "bad_years", "bad_hours", "bad_geojson", "bad_csv", "bad_limit", "bad_zone", "bad_checkpoint",
               "bad_entries", "bad_listen", "empty_file", "no_working_time", "no_file", "no_package", "package_too_large", "unknown_type", "unknown_dimension",
               "unknown_command", "no_closed_state"} # of the command line and of packages
    for path in files("src/api/*.c", "src/app/*.c", "src/casework/*.c", "src/query/*.c", "src/http/*.c"):
        if path.endswith(("import.c", "cities.c", "server.c")):
            continue
        for n, line in enumerate(read(path).split("\n"), 1):
            for code in call.findall(line):
                if code not in offline | told and not {f"say.{code}", f"error.{code}"} & words:
                    yield f"{path}:{n}: no word say.{code} in src/api/words"


def main():
    rules = {n[5:]: f for n, f in globals().items() if n.startswith("rule_")}
    wanted = sys.argv[1:] or list(rules)
    failed = 0
    for name in wanted:
        found = list(rules[name]())
        for line in found[:200]:
            print(f"{name}: {line}")
        print(f"{'not ok' if found else 'ok'} house {name}")
        failed += bool(found)
    sys.exit(1 if failed else 0)


main()
