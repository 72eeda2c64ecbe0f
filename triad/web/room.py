"""What every page of the client's form is made of: whose browser it is, the stamp of its forms, screens and words."""

from __future__ import annotations

import hmac
import re
from collections.abc import Mapping
from functools import lru_cache
from typing import Any

from flask import render_template, request, url_for

from triad.domain import forms, instruments, languages
from triad.domain import voices as spoken
from triad.domain.forms import State
from triad.domain.instruments import Line, Wording
from triad.domain.parties import Role
from triad.domain.voices import WHO_SEES, WHO_SEES_NEVER, Clip
from triad.formats import wordings
from triad.services import invitations
from triad.web import guard

Page = tuple[str, int]

NUMBER = re.compile(r"-?[0-9]{1,4}")
"""A mark as forms post it: those of a licensed form may lie below nothing."""
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


def is_stamped(secret: str) -> bool:
    """Whether a step comes from a page that was made for this link or this visit, and from this site."""
    from_here = request.headers.get("Sec-Fetch-Site", "same-origin") in ("same-origin", "none")
    return from_here and hmac.compare_digest(request.form.get("csrf_token", "").encode(), stamp(secret).encode())


def mark(given: Mapping[str, str]) -> int | str:
    """What was chosen for a question: a value, a missing code, or "" for nothing."""
    text = given.get("answer", "")
    return given.get("missing") or (int(text) if NUMBER.fullmatch(text) else "")


def wishes(given: Mapping[str, str]) -> list[str]:
    """What was asked for beside the questions."""
    return [name for name in forms.WISHES if given.get(name) == "yes"]


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


def busy() -> str:
    """Nothing can be read just now, and so nobody knows whose form it is. Tried again at the same address, which a
    page never repeats, since it may hold a token; where that one takes forms alone, at the screen that is next."""
    same = request.method in guard.SAFE or "token" in (request.view_args or {})
    again = "" if same else url_for("room.current")
    return _in_all_languages("busy", _remembered(), again=again)


def _remembered() -> tuple[Wording, ...]:
    """What clients may be shown as far as it is known without the database: what was read last, or is shipped."""
    clinic, version = guard.clinic(), wordings.version()
    _, found = clinic.worded.get(version.key, ((), wordings.every()))
    return forms.offered(found, version, instruments.GIVEN_OUT, clinic.settings.offer_drafts_to_clients)


def in_all_languages(template: str, **more: Any) -> str:
    return _in_all_languages(template, invitations.offered(guard.actor()), **more)


def _in_all_languages(template: str, offered: tuple[Wording, ...], **more: Any) -> str:
    """English first, which most can tell apart from their own."""
    found = sorted(offered, key=lambda one: one.language != "en")
    words = [(one, languages.endonym(one.language), languages.direction(one.language)) for one in found]
    return plain(template, words=words, reviewed=forms.reviewed, **more)


def screen(state: State, name: str, status: int = 200, heard: bool = False) -> Page:
    """`heard` thanks for a wish, this once and without naming it: who helps with the form must not learn of it."""
    wording = state.wording
    if state.sent:
        return page("thanks", wording, status, stamp=stamp(held()), sealed=state.sealed)
    number, line = 1 + state.screens.index(name), state.line(name)
    more: dict[str, Any] = _asked(state, line) if line else {}
    return page(
        "question" if line else name,
        wording,
        status,
        state=state,
        number=number,
        stamp=stamp(held()),
        done=name in state.done,
        wrong=wording.ui["choose_one"] if status == 422 else "",
        heard=heard,
        scale=state.given.scale,
        faces=state.given.form is None,
        offered=_offered(state.offered, wording.language),
        numbers={screen: place for place, screen in enumerate(state.screens, 1)},
        text=wording.text,
        voices=voices(state, name),
        **more,
    )


@lru_cache(maxsize=64)
def _offered(wordings: tuple[Wording, ...], chosen: str) -> list[tuple[str, str, str]]:
    tags = sorted((one.language for one in wordings), key=lambda tag: tag != chosen)
    return [(tag, languages.endonym(tag), languages.direction(tag)) for tag in tags]


def _asked(state: State, line: Line) -> dict[str, Any]:
    """What a question adds: whom it is about, and how far one is among the questions alone."""
    now, about = 1 + state.lines.index(line), line.direction.about if line.direction else None
    ui = state.wording.ui
    return {
        "line": line,
        "role": about.value if about else "three",
        "about": ui[ABOUT[about]],
        "unit": spoken.unit(line),
        "step": now,
        "steps": len(state.lines),
        "instructions": state.given.instructions if now == 1 else "",
        "progress_text": ui["progress"].format(n=now, total=len(state.lines)),
    }
