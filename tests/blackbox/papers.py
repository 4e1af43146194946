"""Looking into papers: what a DOCX and a PDF say, and what LibreOffice makes of a DOCX. YIWANG_LETTERS=folder keeps the files, to
be looked at."""
import io
import os
import re
import subprocess
import tempfile
import xml.etree.ElementTree as ET
import zipfile

W = "{http://schemas.openxmlformats.org/wordprocessingml/2006/main}"
# Of the program, not of the document: it looks for a Java that nothing here needs.
HARMLESS = re.compile(r"failed to launch javaldx|^\s*$")


def squeezed(text):
    return re.sub(r"\s+", "", text)


def spoken(text):
    """Without punctuation."""
    return re.sub(r"[\W_]+", "", text)


def paragraphs(docx):
    root = ET.fromstring(zipfile.ZipFile(io.BytesIO(docx)).read("word/document.xml"))
    return ["".join(t.text or "" for t in p.iter(W + "t")) for p in root.iter(W + "p")]


def text_of(pdf):
    """Without the page numbers and the lines to write on."""
    r = subprocess.run(["pdftotext", "-enc", "UTF-8", "-layout", "-", "-"], input=pdf, capture_output=True, check=True)
    return squeezed(re.sub(r"_+|^\s*—\s*\d+\s*—\s*$", "", r.stdout.decode(), flags=re.M))


def pages(pdf):
    r = subprocess.run(["pdfinfo", "-"], input=pdf, capture_output=True, check=True).stdout.decode()
    assert re.search(r"Page size:.*A4", r) or "842 x 595" in r or "841.89 x 595" in r, r
    return int(re.search(r"Pages:\s+(\d+)", r).group(1))


def kept(name, content):
    folder = os.environ.get("YIWANG_LETTERS")
    if folder:
        with open(os.path.join(folder, name), "wb") as f:
            f.write(content)
    return content


def through_libreoffice(files):
    """{name: DOCX} → {name: PDF} and what was said on the way that is no mere report of work."""
    with tempfile.TemporaryDirectory() as folder:
        for name, content in files.items():
            with open(os.path.join(folder, name + ".docx"), "wb") as f:
                f.write(content)
        r = subprocess.run(["soffice", f"-env:UserInstallation=file://{folder}/profile", "--headless", "--convert-to", "pdf",
                            "--outdir", folder, *(os.path.join(folder, n + ".docx") for n in files)],
                           capture_output=True, text=True, timeout=170)
        said = [x for x in (r.stdout + r.stderr).splitlines() if not x.startswith("convert ") and not HARMLESS.search(x)]
        made = {}
        for name in files:
            path = os.path.join(folder, name + ".pdf")
            if os.path.exists(path):
                with open(path, "rb") as f:
                    made[name] = f.read()
        return made, said
