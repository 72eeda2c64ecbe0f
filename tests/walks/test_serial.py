"""A series is written whole or not at all. Written date by date the same walk leaves parts behind."""

from __future__ import annotations

from flask import Flask

from tests.walks import serial


def test_no_series_is_left_in_part(app: Flask) -> None:
    assert serial.play(app.extensions["triad"], 5) == {"planned": 0, "moved": 0}


def test_date_by_date_leaves_parts(app: Flask) -> None:
    with serial.date_by_date():
        found = serial.play(app.extensions["triad"], 3)
    assert min(found.values()) > 0
