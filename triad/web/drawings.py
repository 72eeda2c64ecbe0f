"""The pictures of a case and of one of its sessions, drawn in the reader's language and direction."""

from __future__ import annotations

from collections.abc import Mapping

from markupsafe import Markup

from triad.domain.meetings import Meeting
from triad.domain.parties import DYADS
from triad.domain.pictures import Picture
from triad.web import bonds, i18n, marks, pictures
from triad.web.pictures import Point


def of_case(picture: Picture, names: Mapping[str, str]) -> dict[str, Markup]:
    """Every bond over the sessions (`tracks`), every number at a glance (`strip`), the two of the latest session."""
    points = [Point(one.number, i18n.day_text(one.day), one.changed, one.scores) for one in picture.meetings]
    words, signs, mirrored = bonds.words(), marks.signs(picture), i18n.direction() == "rtl"
    drawn = {
        "tracks": pictures.tracks(points, names, words, rtl=mirrored, flags=signs, band=picture.bands),
        "strip": pictures.strip(points, names, words, rtl=mirrored, flags=signs),
    }
    if picture.shown:
        drawn |= of_session(picture, picture.shown, bonds.names(picture, picture.shown.interpreter))
    return drawn


def of_session(picture: Picture, meeting: Meeting, names: Mapping[str, str]) -> dict[str, Markup]:
    """`triangle`: who gives whom what; `dumbbell`: how far apart, beside what is usual here."""
    scores, words, mirrored = meeting.scores, bonds.words(), i18n.direction() == "rtl"
    rows = [(dyad.key, scores[dyad.key], scores[dyad.back.key], picture.usual(dyad.key)) for dyad in DYADS]
    return {
        "triangle": pictures.triangle(scores, names, words, rtl=mirrored),
        "dumbbell": pictures.dumbbell(rows, names, words, rtl=mirrored),
    }
