"""The mode of a form: what was done by somebody else's hand counts, and the interpreter's before all."""

from __future__ import annotations

import pytest

from triad.domain import forms


@pytest.mark.parametrize(
    ("way", "helped", "heard", "mode"),
    [
        ("link", "nobody", False, "own_device"),
        ("tablet", "nobody", False, "clinic_tablet"),
        ("link", "nobody", True, "recorded_audio"),
        ("tablet", "nobody", True, "recorded_audio"),
        ("paper", "nobody", False, "paper_transcribed"),
        ("link", "relative", False, "relative"),
        ("paper", "relative", False, "relative"),
        ("tablet", "staff", True, "read_by_other_staff"),
        ("link", "interpreter", False, "read_by_interpreter"),
        ("paper", "interpreter", False, "read_by_interpreter"),
    ],
)
def test_the_strongest_help_names_the_mode(way: str, helped: str, heard: bool, mode: str) -> None:
    assert forms.mode(way, helped, heard) == mode


def test_every_mode_has_its_place_and_the_rated_interpreter_the_last() -> None:
    assert set(forms.STRENGTH) == {*forms.WAYS.values(), *forms.MODES.values(), forms.HEARD}
    assert forms.STRENGTH[-1] == "read_by_interpreter"
