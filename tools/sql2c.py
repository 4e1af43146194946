#!/usr/bin/env python3
"""Turns a file of named queries into a C header.

in:  sql2c.py truth.sql truth.sql.h
A block starts with "-- name: append_entry" and ends before the next one; it becomes
    #define SQL_TRUTH_APPEND_ENTRY "INSERT ..."
and all of them together SQL_TRUTH_EACH(X), X(name, text), for tests that walk every plan.
Other comment lines are dropped, white space is folded outside quotes.
"""
import pathlib
import re
import sys


def blocks(text, path):
    name, lines, found = None, [], []
    for number, line in enumerate(text.splitlines(), 1):
        head = re.match(r"--\s*name:\s*(\S+)\s*$", line)
        if head:
            if name:
                found.append((name, lines))
            name, lines = head.group(1), []
            if not re.fullmatch(r"[a-z][a-z0-9_]*", name):
                sys.exit(f"{path}:{number}: bad name {name!r}: use a-z, 0-9 and _")
            if name in (n for n, _ in found):
                sys.exit(f"{path}:{number}: name {name!r} occurs twice")
        elif line.lstrip().startswith("--"):
            continue
        elif name is None and line.strip():
            sys.exit(f"{path}:{number}: text before the first '-- name:' line")
        elif line.strip():
            lines.append(line)
    if name:
        found.append((name, lines))
    return found


def fold(lines):
    """One line; strings in single or double quotes keep their spaces, a comment at the end of a line goes."""
    parts = re.findall(r"'(?:[^']|'')*'|\"[^\"]*\"|--[^\n]*|\s+|[^\s'\"-]+|-", "\n".join(lines))
    return "".join(" " if p.isspace() else p for p in parts if not p.startswith("--")).strip()


def quote(name, sql):
    if len(sql.encode()) > 4000:  # C17 promises literals of 4095 bytes
        sys.exit(f"{name}: longer than 4000 bytes: split the block")
    return '"' + sql.replace("\\", "\\\\").replace('"', '\\"').replace("\n", " ") + '"'


def main():
    source, target = map(pathlib.Path, sys.argv[1:3])
    stem = re.sub(r"\W", "_", source.stem).upper()
    found = blocks(source.read_text(encoding="utf-8"), source)
    guard = f"YIWANG_STORE_SQL_{stem}_H"
    out = [f"/* Made from {source.name} by tools/sql2c.py. */", f"#ifndef {guard}", f"#define {guard}", ""]
    for name, lines in found:
        out.append(f"#define SQL_{stem}_{name.upper()} {quote(name, fold(lines))}")
    each = " ".join(f'X("{name}", SQL_{stem}_{name.upper()})' for name, _ in found)
    out += [f"#define SQL_{stem}_EACH(X) {each}", "", "#endif", ""]
    target.write_text("\n".join(out), encoding="utf-8")


main()
