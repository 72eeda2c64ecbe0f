"""Find a browser for the tests, or fetch one; run as `python -m tests.browser.get_browser`."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
from pathlib import Path

NAMES = ("chromium", "chromium-browser", "google-chrome", "google-chrome-stable", "chrome")
ADVICE = (
    "No browser for the tests. Run: apt-get install chromium   (or: .venv/bin/python -m playwright install chromium)"
)


def installed() -> str:
    """Path of a Chromium or Chrome on this machine; "" if there is none."""
    return next((path for path in map(shutil.which, NAMES) if path), "") or downloaded()


def downloaded() -> str:
    """Path of the browser Playwright fetched; "" if it has not."""
    from playwright.sync_api import sync_playwright

    with sync_playwright() as playwright:
        path = playwright.chromium.executable_path
    return path if Path(path).is_file() else ""


def fetch() -> None:
    """Try what can be tried without asking anybody; a failure shows in `installed` afterwards."""
    if os.geteuid() == 0 and shutil.which("apt-get"):
        environment = os.environ | {"DEBIAN_FRONTEND": "noninteractive"}
        for words in (["update"], ["install", "-y", "--no-install-recommends", "chromium"]):
            subprocess.run(
                ["apt-get", "-qq", *words], env=environment, stdin=subprocess.DEVNULL, stdout=2, check=False
            )
    if not installed():
        words = [sys.executable, "-m", "playwright", "install", "chromium"]
        subprocess.run(words, stdin=subprocess.DEVNULL, stdout=2, check=False)


def main() -> int:
    if not installed():
        fetch()
    path = installed()
    print(path or ADVICE, file=sys.stdout if path else sys.stderr)
    return 0 if path else 1


if __name__ == "__main__":
    sys.exit(main())
