"""Which files a page that becomes a PDF may take, and under which names. What comes of it: `tests/walks/printing`."""

from __future__ import annotations

from pathlib import Path

import pytest

from triad.formats import pdf

STATIC = Path(pdf.__file__).parents[1] / "web" / "static"
HERE = f"{pdf.HERE}/static/"


@pytest.mark.parametrize("name", ["css/paper.css", "css/paper.css?v=1", "fonts/noto-sans-latin.woff2"])
def test_our_own_files_are_taken(name: str) -> None:
    assert pdf.own(HERE + name, "/static/", STATIC, ["noto-sans-latin"]).name == name.partition("?")[0].split("/")[1]


@pytest.mark.parametrize(
    "url",
    [
        "http://example.org/static/css/paper.css",
        "https://page.invalid/static/css/paper.css",
        "file:///static/css/paper.css",
        f"{HERE}../pages/handover.py",
        f"{HERE}../templates/../static/../shell.py",
        f"{HERE}css/none.css",
        f"{HERE}css",
        f"{HERE}js/listen.js",
        f"{HERE}fonts/noto-sans-arabic.woff2",
        f"{pdf.HERE}/f/away",
        "data:text/css,p{}",
        "",
    ],
)
def test_nothing_else_is(url: str) -> None:
    with pytest.raises(LookupError):
        pdf.own(url, "/static/", STATIC, ["noto-sans-latin"])


def test_each_font_goes_by_the_name_of_its_file() -> None:
    sheet = pdf.apart((STATIC / "css" / "fonts.css").read_text("utf-8"))
    files = sorted(path.stem for path in (STATIC / "fonts").glob("*.woff2"))
    assert sorted(name + ("-bold" if bold else "") for name, bold in named(sheet)) == files


def named(sheet: str) -> list[tuple[str, bool]]:
    faces = sheet.split("@font-face")[1:]
    return [(face.split('"')[1], "font-weight: 700" in face) for face in faces]
