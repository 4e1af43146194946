"""What a filing costs when the store is large, beside a small store."""
import intake
from figures import Figures

TITLE = "Growth: CPU per filing in a large store beside a small one"


def run(b):
    few, many, seconds = b.by_scale(1000, 10000, 100000), b.by_scale(5000, 200000, 5000000), b.by_scale(2, 5, 15)
    f = Figures("growth", TITLE)
    f.setting = f"peer = the same server with {few} cases, ours = with {many}."
    small, large = b.serve(b.fill(few, "few")), b.serve(b.fill(many, "many"))
    found = b.pairs({
        "small": lambda: intake.file_burst(b, small, seconds),
        "large": lambda: intake.file_burst(b, large, seconds),
    })
    for what, key, hold in (("until acknowledged", "cpu_us", 1.5), ("views and search caught up", "cpu_all_us", None)):
        pair = [[r[key] for r in found[name]] for name in ("small", "large")]
        if all(x is not None for side in pair for x in side):
            f.growth(f"CPU per filing, {what}", "µs", pair[0], pair[1], hold, b.contended)
    b.end(small)
    b.end(large)
    return f
