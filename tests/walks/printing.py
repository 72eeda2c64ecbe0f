"""Sheets as PDF, made by the application and read again: `python -m tests.walks.printing`, with the extra `pdf`.

Fonts, paper, text, who is named in them, and whether anybody was asked for anything outside meanwhile.
"""

from __future__ import annotations

import io
import sys
import tempfile
import time
import unicodedata
from collections.abc import Iterator
from contextlib import contextmanager
from importlib import import_module
from pathlib import Path
from typing import Any

from flask.testing import FlaskClient

from tests import cast
from tests.walks import crowd
from triad.app import create_app
from triad.domain import languages
from triad.formats import pdf, wordings
from triad.store.db import db

TAGS = ("ar", "ti", "ur", "zh-Hans", "bn", "pl", "vi", "uk", "en")
JOINED = ("ar", "ur")
"""Drawn from parts that several letters share, so that a text which is copied has others for some."""
LATIN = "noto-sans-latin"
"""Digits and Latin letters, which every sheet has."""
A4 = (595, 842)
NAMES = ("Thea", "Cleo", "Ines", "Kora", "T-1001")
OUTSIDE = '<img src="http://127.0.0.1:9/a.png"><link rel="stylesheet" href="file:///etc/hostname"><p>a</p>'
ASKED = ("socket.connect", "socket.getaddrinfo", "urllib.Request")
seen: list[str] = []
"""What was asked for outside this program since it was last cleared."""


def main() -> int:
    sys.addaudithook(lambda name, given: seen.append(f"{name} {given[-1]}") if name in ASKED else None)
    wrong = 0
    with desk() as (client, address):
        for tag in TAGS:
            began = time.perf_counter()
            found, told = read(tag, sheet(client, address, tag))
            wrong += len(found)
            print(f"{tag}: {time.perf_counter() - began:.1f} s, {told}", *found, sep="\n  wrong: ")
    for what, holds in controls().items():
        wrong += not holds
        print(f"{what}: {'yes' if holds else 'NO'}")
    return min(wrong, 1)


@contextmanager
def desk() -> Iterator[tuple[FlaskClient, str]]:
    """Thea's browser, and the address at which she gives a sheet out."""
    with tempfile.TemporaryDirectory() as folder:
        app = create_app("testing", database_url=f"sqlite:///{Path(folder) / 'sheets.db'}")
        with app.app_context():
            who = crowd.people(app)
            [encounter] = crowd.encounters(who, 1, crowd.just_begun)
        yield cast.signed_in(app, who.thea), f"/sessions/{encounter}/form"
        with app.app_context():
            db.engine.dispose()


def sheet(client: FlaskClient, address: str, tag: str) -> Any:
    page = client.get(address).text
    assert 'value="pdf"' in page, "the extra `pdf` is not here"
    seen.clear()
    return client.post(f"{address}/paper", data={"language": tag, "as": "pdf", "csrf_token": cast.token(page)})


def read(tag: str, answer: Any) -> tuple[list[str], str]:
    """What is wrong with a sheet, and its figures."""
    if (answer.status_code, answer.mimetype) != (200, "application/pdf"):
        return [f"answered {answer.status_code} {answer.mimetype}"], "no sheet"
    file = import_module("pypdf").PdfReader(io.BytesIO(answer.data))
    wording, text = wordings.wording(tag), extracted(answer.data)
    fonts, bare = embedded(file)
    lost, told = letters("".join(wording.anchors) + wording.ui["paper_keep"]) - letters(text), dict(file.metadata)
    wrong = [
        *(["not two sides of A4"] if [size(page) for page in file.pages] != [A4, A4] else []),
        *(f"not embedded: {font}" for font in bare),
        *(f"another font: {font}" for font in sorted(fonts - {LATIN, *languages.written(tag).fonts})),
        *([f"lost: {' '.join(sorted(lost))}"] if lost and tag not in JOINED else []),
        *(f"names {name}" for name in NAMES if name in text or name in str(told)),
        *([f"says of itself {told}"] if set(told) - {"/Title", "/Producer"} else []),
        *(["titled otherwise"] if told["/Title"] != wording.ui["page_title"] else []),
        *([] if answer.headers["Content-Disposition"] == "attachment; filename=form.pdf" else ["named otherwise"]),
        *(f"asked outside: {one}" for one in seen),
    ]
    return wrong, f"{len(answer.data) / 1000:.0f} kB, {', '.join(sorted(fonts))}, {len(lost)} letters not found again"


def embedded(file: Any) -> tuple[set[str], list[str]]:
    """The names of all fonts, which are those of our files, and which of them lie in no file."""
    fonts = [one.get_object() for page in file.pages for one in page["/Resources"].get("/Font", {}).values()]
    names, bare = set(), []
    for font in fonts:
        described = font["/DescendantFonts"][0].get_object()["/FontDescriptor"].get_object()
        name = font["/BaseFont"].partition("+")[2].removesuffix("-Bold")
        names.add(name)
        bare += [] if {"/FontFile2", "/FontFile3"} & set(described) else [name]
    return names, bare


def extracted(content: bytes) -> str:
    """The text of all pages, as whoever copies it gets it."""
    return "\n".join(
        page.get_textpage().get_text_bounded() for page in import_module("pypdfium2").PdfDocument(content)
    )


def letters(text: str) -> set[str]:
    """Letters and marks, as they are before they are joined."""
    return {sign for sign in unicodedata.normalize("NFKC", text) if unicodedata.category(sign)[0] == "L"}


def size(page: Any) -> tuple[int, int]:
    return round(page.mediabox.width), round(page.mediabox.height)


def controls() -> dict[str, bool]:
    """Each would be missed if what looks for it were blind."""
    nowhere = Path(__file__).parent
    seen.clear()
    pdf.printed(OUTSIDE, "/static/", nowhere, ())
    ours = list(seen)
    import_module("weasyprint").HTML(string=OUTSIDE, base_url=pdf.HERE).write_pdf()
    theirs = list(seen)
    file = import_module("pypdf").PdfReader(io.BytesIO(pdf.printed("<p>a</p>", "/static/", nowhere, ())))
    return {
        "a page that names things outside asks for none of them": not ours,
        "the library left alone asks, and is heard": bool(theirs),
        "without our fonts others are found": bool(embedded(file)[0] - {LATIN}),
    }


if __name__ == "__main__":
    sys.exit(main())
