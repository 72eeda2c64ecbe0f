"""What every page has around it: language, navigation, clinic day, and the filters templates write with."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any
from zoneinfo import ZoneInfo

from flask import Flask, g, request, url_for
from flask_security import current_user

from triad.domain import errors
from triad.services import desk, policy
from triad.services.policy import May
from triad.web import fields, guard, i18n, reasons, states
from triad.web.i18n import lazy
from triad.web.pictures import geometry

# A day begins with the first of these that somebody has.
MENU = (
    ("unfilled.index", lazy("Unfilled"), May.SEE_UNFILLED),
    ("encounters.mine", lazy("My week"), May.SEE_OWN_WEEK),
    ("requests.index", lazy("Requests"), May.SEE_REQUESTS),
    ("replacements.broken", lazy("Broken bookings"), May.SEE_UNFILLED),
    ("board.week", lazy("Week"), May.SEE_BOARD),
    ("staffing.index", lazy("Plan"), May.PLAN_WEEK),
    ("offers.mine", lazy("Offers"), May.SEE_OWN_OFFERS),
    ("cases.index", lazy("Cases"), May.SEE_CASES),
    ("cancellations.index", lazy("Cancelled"), May.SEE_CANCELLED),
    ("people.index", lazy("People"), May.SEE_PEOPLE),
    ("messages.index", lazy("Messages"), May.SEE_MESSAGES),
    ("reporting.index", lazy("Reports"), May.SEE_REPORTS),
    ("imports.index", lazy("Import"), May.IMPORT),
    ("alliance.index", lazy("Pictures"), May.SEE_ALL_PICTURES),
    ("acquaintances.index", lazy("Acquaintance"), May.DECIDE_ACQUAINTANCE),
    ("relations.index", lazy("The clinic"), May.SEE_RELATIONS),
    ("exports.released", lazy("Take out data"), May.EXPORT_RELEASED),
    ("sheets.index", lazy("Paper sheets"), May.TRANSCRIBE),
    ("reviews.index", lazy("Languages"), May.SEE_LANGUAGES),
    ("instruments.index", lazy("Licensed forms"), May.SEE_INSTRUMENTS),
    ("hours.mine", lazy("My hours"), May.CHANGE_OWN_HOURS),
    ("exports.own", lazy("Take out my forms"), May.EXPORT_OWN),
    ("accounts.index", lazy("Accounts"), May.SEE_ACCOUNTS),
    ("keys.index", lazy("API keys"), May.CHANGE_KEYS),
    ("audit.index", lazy("Audit trail"), May.SEE_AUDIT),
    ("grants.index", lazy("Roles"), May.SEE_GRANTS),
    ("settings.index", lazy("Settings"), May.SEE_SETTINGS),
)
JUMPS = {"unfilled.index": "g u", "board.week": "g b", "requests.index": "g r"}
"""Lines of the menu that two keys lead to."""
INSIDE = {
    "sites": "people",
    "bulk": "board",
    "voices": "reviews",
    "cancelling_rules": "cancellations",
} | dict.fromkeys(("plans", "needs", "exclusions", "notes", "agreements", "goals", "choosing"), "cases")
"""Pages that lie under a line of the menu which has another name."""


# The notice of the demo profile; a clinic may have another, in its own words.
lazy("Demo clinic: every person and every number here is synthetic.")


@dataclass(frozen=True)
class MenuLine:
    label: str
    href: str
    current: bool
    count: int | None = None
    jump: str = ""


def menu(app: Flask, waiting: int | None = None) -> list[MenuLine]:
    """The lines the reader has; `waiting` sessions that nobody interprets."""
    actor = guard.actor()
    here, counts = _here(), {"unfilled.index": waiting}
    return [
        MenuLine(
            i18n.gettext(label), url_for(endpoint), endpoint == here, counts.get(endpoint), JUMPS.get(endpoint, "")
        )
        for endpoint, label, may in MENU
        if endpoint in app.view_functions and policy.could(may, actor)
    ]


def _waiting() -> int | None:
    """How many sessions nobody interprets, for whoever finds somebody; None where there are none to speak of."""
    if not policy.could(May.SEE_UNFILLED, guard.actor()):
        return None
    if "waiting" in g:
        # The page lists them, and has counted.
        return g.waiting or None
    try:
        return desk.waiting_count(guard.actor()) or None
    except errors.Unavailable:
        # The page that says so is drawn here as well.
        return None


def _here() -> str:
    """The line of the menu that this page belongs to; "" for none."""
    endpoint = request.endpoint or ""
    lines = [one for one, _, _ in MENU]
    place = endpoint.split(".")[0]
    near = (one for one in lines if one.split(".")[0] == INSIDE.get(place, place))
    return endpoint if endpoint in lines else next(near, "")


FILTERS: dict[str, Callable[..., Any]] = {
    "day": i18n.day_text,
    "moment": i18n.moment_text,
    "clock": i18n.time_text,
    "city": i18n.city,
    "language": i18n.language_text,
    "state": states.word,
    "mode": reasons.mode,
    "way": reasons.way,
    "word": reasons.word,
    "attribute": reasons.attribute,
    "against": lambda reason: reasons.against(reason.code, reason.details),
    "tongue": fields.tongue,
    "dialect": fields.dialect,
    "isolated": geometry.isolated,
    "party_word": fields.party,
}
"""What templates turn into words, by the name they call it."""


def register(app: Flask) -> None:
    app.jinja_env.trim_blocks = app.jinja_env.lstrip_blocks = True
    app.jinja_env.add_extension("jinja2.ext.i18n")
    app.jinja_env.install_gettext_callables(i18n.plain, i18n.plain_count, newstyle=True)  # type: ignore[attr-defined]
    app.jinja_env.filters.update(FILTERS)
    app.jinja_env.globals.update(may=may, May=May, direction=i18n.direction)

    @app.context_processor
    def around() -> dict[str, Any]:
        if request.blueprint in guard.FORM and "refused" not in g:
            return {}
        settings = guard.clinic().settings
        actor = guard.actor()
        today = guard.clinic().clock().astimezone(ZoneInfo(settings.zone)).date()
        return {
            "lang": i18n.language(),
            "dir": i18n.direction(),
            "nav": menu(app, _waiting()) if actor.account_id else [],
            "me_name": actor.name,
            "single_keys": getattr(current_user, "single_keys", False),
            "today_text": f"{i18n.day_text(today)} · {i18n.city(settings.zone)}",
            "demo_notice": i18n.gettext(settings.notice),
            "drafted": i18n.language() in i18n.UNREVIEWED,
            "sign_out_url": url_for("security.logout"),
            "me_href": url_for("me.index"),
            "clinic_name": settings.clinic_name,
        }


def may(verb: May) -> bool:
    """For templates: could the reader do this at all? The verb itself decides about the thing."""
    return policy.could(verb, guard.actor())
