#!/usr/bin/env python3
"""Papers as pictures, several pages side by side, to be looked at: tools/gallery.py FOLDER [PATTERN [PER_SHEET]].

YIWANG_LETTERS=FOLDER tests/blackbox/test_letters_all.py leaves every letter of both packages in FOLDER as DOCX and PDF, and what LibreOffice
makes of the DOCX (-lo.pdf). The sheets lie in FOLDER/sheets; each page bears the name of its file."""
import fnmatch
import html
import os
import subprocess
import sys
import tempfile

ACROSS, WIDTH, HEIGHT, LABEL = 5, 380, 537, 16


def pages(pdf, folder):
    base = os.path.join(folder, os.path.basename(pdf)[:-4])
    subprocess.run(["pdftoppm", "-scale-to-x", str(WIDTH), "-scale-to-y", str(HEIGHT), "-png", pdf, base], check=True)
    prefix = os.path.basename(base) + "-"
    return [os.path.join(folder, x) for x in sorted(os.listdir(folder)) if x.startswith(prefix) and x[len(prefix):-4].isdigit()]


def sheet(pictures, png, folder):
    page = os.path.join(folder, "sheet.html")
    shown = "".join(f'<figure><img src="{html.escape(p)}"><figcaption>{html.escape(os.path.basename(p)[:-4])}</figcaption></figure>' for p in pictures)
    with open(page, "w", encoding="utf-8") as f:
        f.write("<meta charset=utf-8><style>body{margin:0;background:#777;display:flex;flex-wrap:wrap}figure{margin:2px}img{display:block;background:#fff}"
                f"figcaption{{font:11px/{LABEL}px sans-serif;color:#fff;height:{LABEL}px}}</style>" + shown)
    rows = -(-len(pictures) // ACROSS)
    subprocess.run(["chromium", "--headless", "--no-sandbox", "--disable-gpu", "--hide-scrollbars", "--allow-file-access-from-files",
                    f"--user-data-dir={folder}/profile", f"--window-size={ACROSS * (WIDTH + 4)},{rows * (HEIGHT + LABEL + 4)}",
                    f"--screenshot={png}", "file://" + page], check=True, capture_output=True)


def main(folder, pattern="*.pdf", per_sheet="10"):
    out = os.path.join(folder, "sheets")
    os.makedirs(out, exist_ok=True)
    with tempfile.TemporaryDirectory() as scratch:
        pictures = [p for name in sorted(fnmatch.filter(os.listdir(folder), pattern)) if name.endswith(".pdf")
                    for p in pages(os.path.join(folder, name), scratch)]
        step = int(per_sheet)
        for i in range(0, len(pictures), step):
            png = os.path.join(out, f"{i // step + 1:02}.png")
            sheet(pictures[i:i + step], png, scratch)
            print(png)


if __name__ == "__main__":
    sys.exit(main(*sys.argv[1:]))
