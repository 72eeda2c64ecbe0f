"""A page of ours as PDF. The library is an extra of its own, loaded when the first one is made; it reads our own
static files and nothing else, neither over a network nor from the disk."""

from __future__ import annotations

import logging
import re
from collections.abc import Sequence
from functools import cache
from importlib import import_module
from importlib.util import find_spec
from pathlib import Path
from typing import Any

LIBRARY = "weasyprint"
HERE = "http://page.invalid"
"""Where a page is said to lie, so that it can name files as it always does: nobody can be reached there."""
KINDS = {".css": "text/css", ".woff2": "font/woff2"}
FACE = re.compile(r'(@font-face \{\s*font-family: )"[^"]+"([^}]*?/)([\w-]+?)((?:-bold)?\.woff2)')


@cache
def available() -> bool:
    """Is the extra `pdf` installed, and what it needs of the machine as well?"""
    if not find_spec(LIBRARY):
        return False
    try:
        import_module(LIBRARY)
    except OSError:
        return False
    return True


def printed(page: str, static: str, folder: Path, fonts: Sequence[str]) -> bytes:
    """The page as it is printed. `static` begins the addresses of the files in `folder`; of its fonts only these are
    taken, by name without ending, in this order. Whatever else the page names is left out.

    ImportError where the extra `pdf` is not installed.
    """
    weasyprint, fetcher = import_module(LIBRARY), _fetcher(static, folder, fonts)
    # It remarks on every line of a style sheet that it does not know, and on every address that it was refused.
    logging.getLogger(LIBRARY).setLevel(logging.CRITICAL)
    families = ", ".join(dict.fromkeys(f'"{name.removesuffix("-bold")}"' for name in fonts))
    drawn = weasyprint.CSS(string=f"* {{ font-family: {families} !important }}") if fonts else None
    made = weasyprint.HTML(string=page, base_url=HERE, url_fetcher=fetcher)
    found: bytes = made.write_pdf(stylesheets=[drawn] if drawn else None)
    return found


def apart(sheet: str) -> str:
    """A style sheet in which each font has the name of its file: the library takes two files under one name for the
    same font, and draws the letters of one by the numbers of the other."""
    return FACE.sub(r'\1"\3"\2\3\4', sheet)


def own(url: str, static: str, folder: Path, fonts: Sequence[str]) -> Path:
    """The file of ours at this address. LookupError for every other."""
    root, (address, _, _) = folder.resolve(), url.partition("?")
    path = (root / address.removeprefix(HERE + static)).resolve()
    ours = address.startswith(HERE + static) and path.is_relative_to(root) and path.is_file()
    if not ours or path.suffix not in KINDS or (path.suffix == ".woff2" and path.stem not in fonts):
        raise LookupError(url)
    return path


def _fetcher(static: str, folder: Path, fonts: Sequence[str]) -> Any:
    urls = import_module(f"{LIBRARY}.urls")

    class OwnFiles(urls.URLFetcher):  # type: ignore[name-defined]
        def fetch(self, url: str, headers: Any = None) -> Any:
            path = own(url, static, folder, fonts)
            content = path.read_bytes()
            if path.suffix == ".css":
                content = apart(content.decode()).encode()
            return urls.URLFetcherResponse(url, content, {"Content-Type": KINDS[path.suffix]})

    return OwnFiles()
