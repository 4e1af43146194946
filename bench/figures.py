"""Figures: rows of what was measured beside what must hold, as text and as Markdown."""
import statistics


def short(x):
    """A number as people read it."""
    if x is None:
        return "–"
    if x == 0:
        return "0"
    if abs(x) >= 1000:
        return f"{x:,.0f}".replace(",", " ")
    return f"{x:.3g}"


def spread(values):
    """Median, and the least and greatest if there are several."""
    if not values:
        return "–"
    middle = short(statistics.median(values))
    return middle if len(values) == 1 else f"{middle} ({short(min(values))}–{short(max(values))})"


class Row:
    def __init__(self, what, unit, ours, peer, ratios, hold, at_most, contended):
        self.what, self.unit, self.ours, self.peer, self.ratios = what, unit, ours, peer, ratios
        self.hold, self.at_most, self.contended = hold, at_most, contended

    def verdict(self):
        if self.hold is None:
            return ""
        if self.contended:
            return "contended"
        value = statistics.median(self.ratios if self.ratios else self.ours)
        good = value <= self.hold if self.at_most else value >= self.hold
        return "holds" if good else "MISSED"

    def cells(self):
        limit = "" if self.hold is None else ("≤ " if self.at_most else "≥ ") + short(self.hold) + ("×" if self.ratios else "")
        ratio = spread(self.ratios) + "×" if self.ratios else ""
        return [self.what, self.unit, spread(self.ours), spread(self.peer) if self.peer else "", ratio, limit, self.verdict()]


HEAD = ["what", "unit", "ours", "peer", "ratio", "must", ""]


class Figures:
    """The rows of one benchmark."""

    def __init__(self, name, title):
        self.name, self.title, self.rows, self.notes, self.setting = name, title, [], [], ""

    def ratio(self, what, unit, ours, peer, hold=None, less_is_better=True, contended=False):
        """Paired runs: the ratio says how many times better ours is."""
        pairs = [(p / o if less_is_better else o / p) for o, p in zip(ours, peer) if o and p]
        self.rows.append(Row(what, unit, ours, peer, pairs, hold, False, contended))

    def value(self, what, unit, values, hold=None, contended=False, peer=None):
        """An absolute figure with an upper limit."""
        self.rows.append(Row(what, unit, values, peer or [], [], hold, True, contended))

    def growth(self, what, unit, small, large, hold, contended=False):
        """How much dearer the large case is than the small one."""
        self.rows.append(Row(what, unit, large, small, [b / a for a, b in zip(small, large)], hold, True, contended))

    def note(self, text):
        if text not in self.notes:
            self.notes.append(text)

    def text(self):
        cells = [HEAD] + [r.cells() for r in self.rows]
        widths = [max(len(row[i]) for row in cells) for i in range(len(HEAD))]
        lines = [f"== {self.title} ==", f"   {self.setting}"] if self.setting else [f"== {self.title} =="]
        for row in cells:
            lines.append("  ".join(c.ljust(w) for c, w in zip(row, widths)).rstrip())
        return "\n".join(lines + [f"   {n}" for n in self.notes]) + "\n"

    def markdown(self):
        lines = [f"## {self.title}", ""]
        if self.setting:
            lines += [self.setting, ""]
        lines += ["| " + " | ".join(HEAD) + " |", "|" + "---|" * len(HEAD)]
        lines += ["| " + " | ".join(r.cells()) + " |" for r in self.rows]
        return "\n".join(lines + [""] + [f"- {n}" for n in self.notes]) + "\n"
