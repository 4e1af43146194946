"""A case page with its history and a list of 50, through HTTP and in process, beside PostgreSQL's prepared query alone."""
import machine
import bench
from figures import Figures
from postgres import Postgres

TITLE = "Reading: case page with history, list of 50"
WALKED = 200
STEPS = 8  # lines of history of a case that went all the way
CASE_SQL = ("SELECT id, number, procedure, state, category, condition, area, unit, channel, filed, updated, due, is_over, rating, text, "
            "address, ST_X(place), ST_Y(place) FROM cases WHERE number = $1")
HISTORY_SQL = ("SELECT h.n, h.kind, h.recorded, h.actor, h.facts FROM history h JOIN cases c ON c.id = h.case_id "
               "WHERE c.number = $1 ORDER BY h.n")
LIST_SQL = ("SELECT id, number, procedure, state, category, condition, area, unit, channel, filed, updated, due, is_over, rating, text, "
            "address FROM cases WHERE NOT is_over ORDER BY filed DESC, id DESC LIMIT 50")


def walk(b, server):
    """Some cases from filing to closing, over HTTP, each post as itself. out: their numbers, a token."""
    stranger = server.client()
    operator = server.staff("operator", "operator", "centre")
    token = server.staff("reader", "supervisor", "centre").token
    grid = server.staff("grid", "grid_worker", area="320413")
    handlers, numbers = {}, []

    def act(who, number, action, body=None):
        offered = {a["action"]: a for a in who.case(number).json["actions"]}
        if action not in offered:
            raise SystemExit(f"bench: {action} is not offered on {number}")
        reply = who.act(number, action, {**who.needed(offered[action]), **(body or {})})
        if reply.status != 200:
            raise SystemExit(f"bench: {action}: {reply}")
        return reply.json

    for i in range(b.by_scale(20, WALKED, WALKED)):
        number = stranger.file(text=f"东门大街路灯不亮，第{i}盏").json["number"]
        unit = act(operator, number, "accept_dispatch")["unit"]["code"]
        if unit not in handlers:
            handlers[unit] = server.staff("h_" + unit, "handler", unit)
        for who, action, body in ((handlers[unit], "sign", None), (handlers[unit], "done", None), (operator, "ask_verification", None),
                                  (grid, "verify_pass", None), (operator, "close", {"answer": "路灯已修好，谢谢反映。", "outcome": "solved"})):
            act(who, number, action, body)
        numbers.append(number)
    b.wait_views(server)
    return numbers, token


def over_http(b, server, paths, token, clients, seconds):
    cpu0 = machine.tree_cpu_s(server.process.pid)
    r = b.run("load", "--port", server.port, "--paths", paths, "--token", token, "--clients", clients, "--seconds", seconds)
    r["cpu_us"] = (machine.tree_cpu_s(server.process.pid) - cpu0) / max(r["acknowledged"], 1) * 1e6
    if r["failed"]:
        raise SystemExit(f"bench: {r['failed']} reads failed")
    return r


def over_libpq(peer, clients, seconds, *arguments):
    cpu0 = machine.tree_cpu_s(peer.process.pid)
    r = peer.query("--clients", clients, "--seconds", seconds, *arguments)
    r["cpu_us"] = (machine.tree_cpu_s(peer.process.pid) - cpu0) / max(r["acknowledged"], 1) * 1e6
    return r


def write_lines(path, lines):
    with open(path, "w", encoding="utf-8") as f:
        f.write("".join(line + "\n" for line in lines))
    return path


def fill_peer(b, cases, n_numbers):
    """The peer's newest cases get as many lines of history as ours. out: the file of their numbers."""
    peer = Postgres(b)
    peer.load_cases(cases)
    peer.psql(f"INSERT INTO history SELECT c.id, s, 'acted', c.filed, 'centre', h.facts FROM cases c JOIN history h ON h.case_id = c.id "
              f"AND h.n = 1, generate_series(2, {STEPS}) s WHERE c.id > {cases} - {n_numbers}; VACUUM ANALYZE history; CHECKPOINT;")
    numbers = [f"P{i}" for i in range(cases - n_numbers + 1, cases + 1)]
    return peer, write_lines(b.path("peer-numbers"), numbers)


def run(b):
    cases, seconds, clients = b.by_scale(2000, 100000, 1000000), b.by_scale(1, 3, 8), 4
    f = Figures("read", TITLE)
    data = b.fill(cases)
    server = b.serve(data)
    numbers, token = walk(b, server)
    case_paths = write_lines(b.path("case-paths"), [f"/api/v1/cases/{n}" for n in numbers])
    list_paths = write_lines(b.path("list-paths"), ["/api/v1/cases?q=status:open&limit=50"])
    peer, peer_numbers = fill_peer(b, cases, len(numbers))
    case_query = ("--sql", CASE_SQL, "--sql2", HISTORY_SQL, "--values", peer_numbers)
    found = {}
    for n in (1, clients):
        found[n] = b.pairs({
            "our case": lambda n=n: over_http(b, server, case_paths, token, n, seconds),
            "peer's case": lambda n=n: over_libpq(peer, n, seconds, *case_query),
            "our list": lambda n=n: over_http(b, server, list_paths, token, n, seconds),
            "peer's list": lambda n=n: over_libpq(peer, n, seconds, "--sql", LIST_SQL),
        })
    b.end(server)
    inside = b.pairs({"in process": lambda: b.run("read", "--city", bench.JINTAN, "--data", data, "--numbers",
                                                  write_lines(b.path("numbers"), numbers), "--q", "status:open",
                                                  "--count", b.by_scale(200, 2000, 5000))})["in process"]
    add_rows(f, found, inside, clients, b.contended)
    f.setting = f"{cases} cases in both; {inside[0]['entries']:.0f} lines of history on a page, {STEPS} with the peer; {inside[0]['rows']:.0f} rows in a list."
    peer.close()
    return f


def add_rows(f, found, inside, clients, contended):
    for what in ("case", "list"):
        for n in (1, clients):
            ours, peer = found[n]["our " + what], found[n][f"peer's {what}"]
            label = f"{what}, {n} client" + ("s" if n > 1 else "")
            f.ratio(f"{label}: CPU each", "µs", [r["cpu_us"] for r in ours], [r["cpu_us"] for r in peer], 1 if n > 1 else None, contended=contended)
            f.ratio(f"{label}: rate", "1/s", [r["per_s"] for r in ours], [r["per_s"] for r in peer], 1 if n > 1 else None,
                    less_is_better=False, contended=contended)
            f.ratio(f"{label}: median", "µs", [r["p50_us"] for r in ours], [r["p50_us"] for r in peer])
        f.ratio(f"{what} in process: median", "µs", [r[what]["p50_us"] for r in inside], [r["p50_us"] for r in found[1][f"peer's {what}"]], 2.5,
                contended=contended)
    f.note("ours through HTTP with login, rights, JSON; the peer's are bare prepared statements over a local socket, nothing rendered")
