"""The client's form as a browser draws it (F)."""

from __future__ import annotations

import re
import subprocess
import sys
from pathlib import Path

from tests.exam.sheet import Reached, Size, row
from triad.domain.languages import CLIENT_LANGUAGES

ROOT = Path(__file__).parents[2]
FILE = "tests/browser/test_tongues.py"
PATIENCE = 900
"""Seconds: three hundred looks by axe at pages of up to 1,280 pixels."""


@row(
    "F1",
    "whatever language it is in, the client's form has nothing that axe finds, at any width",
    "24 languages x 4 screens at 320, 768 and 1,280 px: 0",
    short_form=f"{FILE}::test_every_language_is_sound_at_three_widths",
)
def every_screen_is_sound_at_every_width(size: Size) -> Reached:
    command = [sys.executable, "-m", "pytest", "-rA", "--all-widths", FILE]
    ended = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, timeout=PATIENCE)
    passed = re.findall(r"^PASSED \S+::(\w+)", ended.stdout, re.MULTILINE)
    told = f"{len(CLIENT_LANGUAGES)} languages x 4 screens x 3 widths: "
    told += "0" if ended.returncode == 0 else ended.stdout[-600:]
    return Reached(told, ended.returncode == 0, "test_what_is_wrong_on_a_screen_is_found" in passed)
