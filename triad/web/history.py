"""Sentences for what changed; one for each kind of event."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date
from typing import Any

from triad.web import fields, i18n
from triad.web.i18n import gettext, lazy
from triad.web.pictures import geometry

PLAIN = {
    "planned": lazy("Planned"),
    "restored": lazy("Restored"),
    "void": lazy("Entered by mistake"),
    "unvoid": lazy("It was no mistake"),
    "closed": lazy("The search is closed"),
    "reopened": lazy("The search is open again."),
    "offers_withdrawn": lazy("Offers taken back"),
    "offer_declined": lazy("Said no"),
    "waived": lazy("Late, set aside"),
    "added": lazy("Added"),
    "changed": lazy("Changed"),
    "ended_work": lazy("Stops working here"),
    "resumed_work": lazy("Works here again"),
    "skill_added": lazy("A language was added"),
    "skill_removed": lazy("A language was removed"),
    "credential_added": lazy("A credential was added"),
    "credential_removed": lazy("A credential was removed"),
    "hours": lazy("Working hours changed"),
    "off": lazy("Time off changed"),
}
OUTCOMES = {"held": lazy("It took place"), "abandoned": lazy("It was broken off")}
MARKS = {
    "unknown": lazy("Not known yet"),
    "arrived": lazy("Came"),
    "late": lazy("Came late"),
    "absent": lazy("Did not come"),
    "excused": lazy("Excused"),
}
BECAUSE = {
    "declined": lazy("Said no"),
    "cancelled": lazy("Cancelled"),
    "moved": lazy("Another time or place"),
    "void": lazy("Entered by mistake"),
}


def sentence(event: Any) -> str:
    """What happened, without who and why."""
    if event.kind in PLAIN:
        return gettext(PLAIN[event.kind])
    return SPOKEN[event.kind](event)


def because(code: str) -> str:
    """Why an assignment ended, where no person gave a reason; "" for what is no such code."""
    return gettext(BECAUSE[code]) if code in BECAUSE else ""


def _moved(event: Any) -> str:
    was, to = (event.details.get(name, "") for name in ("was", "to"))
    if not was or was == to:
        return gettext("Another place or another way")
    return gettext("Moved from %(was)s to %(to)s", was=_wall(was), to=_wall(to))


def _wall(text: str) -> str:
    day, _, at = text.partition(" ")
    return geometry.isolated(f"{i18n.day_text(date.fromisoformat(day))} {at}".strip())


TOOK, INTERPRETS = lazy("%(name)s took the offer"), lazy("%(name)s interprets")


def _assigned(event: Any) -> str:
    text = TOOK if event.details.get("source") == "offer" else INTERPRETS
    return gettext(text, name=geometry.isolated(event.about))


def _outcome(event: Any) -> str:
    return OUTCOMES[event.details["outcome"]]


def _active(event: Any) -> str:
    return PLAIN["resumed_work" if event.details.get("active") else "ended_work"]


def _cancelled(event: Any) -> str:
    party = event.details.get("party", "")
    return f"{gettext('Cancelled by')}: {fields.party(party)}" if party else gettext("Cancelled")


def _attendance(event: Any) -> str:
    mark = event.details.get("mark", "")
    return f"{fields.party(event.details.get('party', ''))}: {gettext(MARKS.get(mark, mark))}"


def _offered(event: Any) -> str:
    count = int(event.details.get("people", 0))
    return i18n.ngettext("%(num)s person was asked", "%(num)s people were asked", count)


SPOKEN: dict[str, Callable[[Any], str]] = {
    "moved": _moved,
    "assigned": _assigned,
    "confirmed": lambda event: gettext("%(name)s said yes", name=geometry.isolated(event.about)),
    "unassigned": lambda event: gettext("%(name)s does not interpret any more", name=geometry.isolated(event.about)),
    "cancelled": _cancelled,
    "marked": lambda event: gettext(_outcome(event)),
    "corrected": lambda event: f"{gettext('Marked wrongly')}: {gettext(_outcome(event))}",
    "offered": _offered,
    "attendance": _attendance,
    "active": lambda event: gettext(_active(event)),
}
