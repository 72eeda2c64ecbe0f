"""What every page of the client's form is made of: whose browser it is, the stamp of its forms, the words around."""

from __future__ import annotations

from typing import Any

from flask import render_template, request, url_for

from triad.domain import forms, languages
from triad.domain import voices as spoken
from triad.domain.forms import State
from triad.domain.instruments import Wording
from triad.domain.parties import Role
from triad.domain.voices import WHO_SEES, WHO_SEES_NEVER, Clip
from triad.web import guard

Page = tuple[str, int]

ABOUT = {Role.THERAPIST: "about_therapist", Role.INTERPRETER: "about_interpreter", None: "about_us"}
"""The heading over questions, by whom they are about; None for the three together."""


def cookie() -> dict[str, Any]:
    https = guard.clinic().settings.https
    place = {"key": "__Host-form", "path": "/"} if https else {"key": "form", "path": "/f"}
    return {**place, "secure": https, "httponly": True, "samesite": "Lax"}


def held() -> str:
    """The page value the browser holds; "" opens nothing."""
    return request.cookies.get(cookie()["key"], "")


def stamp(secret: str) -> str:
    return guard.clinic().keyed("stamp", secret)


def plain(template: str, **more: Any) -> str:
    """A page that belongs to no form, and so to no language."""
    return render_template(f"room/{template}.html", lang="en", dir="ltr", demo_notice="", **more)


def page(template: str, wording: Wording, status: int = 200, **more: Any) -> Page:
    more["ui"] = wording.ui
    more["lang"], more["dir"] = wording.language, languages.direction(wording.language)
    more["demo_notice"] = "" if forms.reviewed(wording) else wording.ui["draft_notice"]
    more["exit_url"], more["exit_words"] = url_for("room.away"), wording.ui["quick_exit"]
    if guard.tablet() and template != "tablet":
        then = {"still": (30, "index"), "thanks": (30, "index")}.get(template, (60, "still"))
        more |= {"idle_seconds": then[0], "idle_url": url_for(f"tablets.{then[1]}"), "tablet": stamp(guard.tablet())}
    return render_template(f"room/{template}.html", **more), status


def voices(state: State, screen: str) -> dict[str, Clip]:
    """Unit to clip, of what is heard on this screen: its question and the answers, or who will see them."""
    line = state.line(screen)
    if line is None and screen not in ("who_sees", "practice"):
        return {}
    if screen == "who_sees":
        units = {WHO_SEES, WHO_SEES_NEVER}
    else:
        answers = {spoken.anchor(place) for place, _ in enumerate(state.wording.anchors, 1)}
        units = answers | ({spoken.unit(line)} if line else set())
    return {unit: clip for unit, clip in state.voices.items() if unit in units}
