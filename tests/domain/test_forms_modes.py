"""The mode of a form: what was done by somebody else's hand counts, and the interpreter's before all."""

from __future__ import annotations

import pytest

from triad.domain import forms


@pytest.mark.parametrize(
    ("way", "helped", "mode"),
    [
        ("link", "nobody", "own_device"),
        ("tablet", "nobody", "clinic_tablet"),
        ("link", "recording", "recorded_audio"),
        ("tablet", "recording", "recorded_audio"),
        ("paper", "nobody", "paper_transcribed"),
        ("link", "relative", "relative"),
        ("paper", "relative", "relative"),
        ("tablet", "staff", "read_by_other_staff"),
        ("link", "interpreter", "read_by_interpreter"),
        ("paper", "interpreter", "read_by_interpreter"),
    ],
)
def test_the_strongest_help_names_the_mode(way: str, helped: str, mode: str) -> None:
    assert forms.mode(way, helped) == mode


def test_every_mode_has_its_place_and_the_rated_interpreter_the_last() -> None:
    assert set(forms.STRENGTH) == {*forms.WAYS.values(), *forms.MODES.values(), forms.HEARD}
    assert forms.STRENGTH[-1] == "read_by_interpreter"
