"""All languages on one picture, to be looked at: `python -m tests.browser.contact_sheet OUT.png`.

One question and the thanks of each, as on a small phone.
"""

from __future__ import annotations

import base64
import sys
import tempfile
from pathlib import Path

from playwright.sync_api import Page, sync_playwright

from tests.browser import get_browser, tongues
from tests.browser.conftest import ARGUMENTS, running
from triad.domain import languages

PHONE = (360, 720)
SHOWN = ("question", "thanks")
ACROSS = 8
SHEET = """<!doctype html><style>
body {{ display: grid; grid-template-columns: repeat({across}, 1fr); gap: 12px; font: 14px sans-serif; }}
figure {{ margin: 0; }} img {{ width: 100%; border: 1px solid #999; }} div {{ display: grid; gap: 4px; }}
</style>{figures}"""


def main(out: Path) -> None:
    with sync_playwright() as playwright, tempfile.TemporaryDirectory() as folder, running(Path(folder)) as live:
        browser = playwright.chromium.launch(executable_path=get_browser.installed(), args=ARGUMENTS)
        page = browser.new_page(viewport={"width": PHONE[0], "height": PHONE[1]}, locale="en")
        about = tongues.encounter(live)
        figures = ""
        for tag in languages.CLIENT_LANGUAGES:
            drawn = [taken(page) for name in tongues.screens(live, page, about, tag) if name in SHOWN]
            images = "".join(f'<img src="data:image/png;base64,{one}">' for one in drawn)
            figures += f"<figure><figcaption>{tag}</figcaption><div>{images}</div></figure>"
        sheet = browser.new_page(viewport={"width": 240 * ACROSS, "height": 900})
        sheet.set_content(SHEET.format(across=ACROSS, figures=figures))
        sheet.screenshot(path=out, full_page=True)
        browser.close()


def taken(page: Page) -> str:
    page.evaluate("document.fonts.ready.then(() => true)")
    return base64.b64encode(page.screenshot(full_page=True)).decode()


if __name__ == "__main__":
    main(Path(sys.argv[1]))
