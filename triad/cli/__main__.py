"""`python -m triad.cli` is `triad`, for a checkout that is not installed."""

from __future__ import annotations

from triad.cli import main

main(prog_name="triad")
