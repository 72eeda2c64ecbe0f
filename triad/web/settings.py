"""What each setting is called, what it brings, and how its values are read out; the order in which they are shown."""

from __future__ import annotations

from collections.abc import Callable
from typing import NamedTuple

from triad import settings as rules
from triad.domain import languages
from triad.domain.batches import WEEKDAYS
from triad.web import i18n
from triad.web.i18n import gettext, lazy, ngettext


class Words(NamedTuple):
    """`unit` is a key of AMOUNTS, or "" for what is no number."""

    name: str
    what: str
    unit: str = ""


WORDS = {
    "clinic_name": Words(
        lazy("Name of the clinic"), lazy("Staff read it in the title of every page; a client's form never shows it.")
    ),
    "notice": Words(lazy("Notice"), lazy("A line on top of every staff page. Left empty, there is none.")),
    "zone": Words(lazy("Time zone"), lazy("Says when the clinic's day begins and ends, for example Europe/Berlin.")),
    "locale": Words(
        lazy("Language"), lazy("For staff who chose none, and whose browser asks for none that there is here.")
    ),
    "release_policy": Words(
        lazy("Who sees a client's form"),
        lazy("Told to clients before they answer. Forms that were sent keep what their clients were told."),
    ),
    "window_days": Words(
        lazy("Time for the forms"),
        lazy("So long after a session its forms can be filled in. Then they close, and may be read."),
        "days",
    ),
    "batch_day": Words(
        lazy("Let out together"),
        lazy(
            "On one day of the week, at least two sessions of a case together, so that nobody can tell which form "
            "came when. It only delays: one alone waits a week more."
        ),
    ),
    "batch_hour": Words(lazy("At this hour"), lazy("Of that day, on the clock of the clinic."), "o'clock"),
    "grace_minutes": Words(
        lazy("Time to correct"), lazy("So long staff can correct a form they sent. Then it is locked."), "minutes"
    ),
    "invitation_days": Words(lazy("A client's link"), lazy("So long a link to the form works."), "days"),
    "offline_tablets": Words(
        lazy("Tablets without network"),
        lazy(
            "A tablet in a client's hands keeps answers in its memory, sealed, until the network is back. Nothing of "
            "them stays on it."
        ),
    ),
    "note_before_hours": Words(
        lazy("Shared notes, before"), lazy("So long before a session its interpreter can read them."), "hours"
    ),
    "note_after_hours": Words(
        lazy("Shared notes, after"), lazy("So long after a session its interpreter can still read them."), "hours"
    ),
    "briefing_minutes": Words(
        lazy("Briefing"),
        lazy("Kept free before a session, for therapist and interpreter. What is planned stays as it is."),
        "minutes",
    ),
    "debrief_minutes": Words(
        lazy("Debriefing"),
        lazy("Kept free after a session, for therapist and interpreter. What is planned stays as it is."),
        "minutes",
    ),
    "setup_minutes": Words(
        lazy("Between two sessions"), lazy("The least time between two sessions of one interpreter."), "minutes"
    ),
    "min_training_hours": Words(lazy("Training"), lazy("With fewer an interpreter counts as in training."), "hours"),
    "pinned_days": Words(
        lazy("Left alone by plans"),
        lazy("Sessions that begin within so long keep the interpreter they have."),
        "days",
    ),
    "goal_moved": Words(
        lazy("Plans: nobody is moved"),
        lazy("What a promise is worth that is kept. To fill a session is worth 100,000."),
        "points",
    ),
    "goal_continuity": Words(
        lazy("Plans: the usual person"),
        lazy("What it is worth that they know each other."),
        "points",
    ),
    "goal_preference": Words(
        lazy("Plans: what clients would like"), lazy("What a wish is worth that is only hoped for."), "points"
    ),
    "goal_dialect": Words(lazy("Plans: the dialect"), lazy("What each step nearer is worth."), "points"),
    "goal_travel": Words(lazy("Plans: travel"), lazy("What each minute of travel less is worth."), "points"),
    "idle_minutes": Words(lazy("Idle login"), lazy("A login ends after so long without a step."), "minutes"),
    "session_hours": Words(lazy("Longest login"), lazy("After so long a login ends in any case."), "hours"),
}
GROUPS = (
    (lazy("The clinic"), ("clinic_name", "notice", "zone", "locale")),
    (
        lazy("Forms and notes"),
        (
            "release_policy",
            "window_days",
            "batch_day",
            "batch_hour",
            "grace_minutes",
            "invitation_days",
            "offline_tablets",
            "note_before_hours",
            "note_after_hours",
        ),
    ),
    (lazy("Planning"), ("briefing_minutes", "debrief_minutes", "setup_minutes", "min_training_hours")),
    (
        lazy("Plans"),
        ("pinned_days", "goal_moved", "goal_continuity", "goal_preference", "goal_dialect", "goal_travel"),
    ),
    (lazy("Logins"), ("idle_minutes", "session_hours")),
)
DAY_NAMES = (
    lazy("Monday"),
    lazy("Tuesday"),
    lazy("Wednesday"),
    lazy("Thursday"),
    lazy("Friday"),
    lazy("Saturday"),
    lazy("Sunday"),
)
CHOICES = {
    "client-choice": lazy("As each client chooses"),
    "never": lazy("Nobody: it is only counted"),
    "off": lazy("No: each by itself"),
    "no": lazy("No"),
    "yes": lazy("Yes"),
    **dict(zip(WEEKDAYS, DAY_NAMES, strict=True)),
    **{tag: languages.endonym(tag) for tag in i18n.STAFF},
}
CONSEQUENCES = {
    "never": lazy(
        "From now on no client's form is shown to anybody. Forms that were sent keep what their clients were told."
    ),
    "client-choice": lazy(
        "From now on each client chooses who sees the form. Forms that were sent under another rule stay closed."
    ),
    **dict.fromkeys(
        ("batch_day", "batch_hour"), lazy("Forms that could be read already are let out by the new rule as well.")
    ),
    "window_days": lazy("It holds for all sessions at once, for those that took place as well."),
}
"""What a confirmation brings, by the value or by the setting."""

STEPS = {
    "changed": ("ok", lazy("Changed"), "check"),
    "proposed": ("wait", lazy("Proposed"), "clock"),
    "confirmed": ("ok", lazy("Confirmed"), "done"),
    "taken_back": ("", lazy("Taken back"), "dash"),
}
AMOUNTS: dict[str, Callable[[int], str]] = {
    "minutes": lambda n: ngettext("%(num)s minute", "%(num)s minutes", n),
    "points": lambda n: f"{n:,}",
    "hours": lambda n: ngettext("%(num)s hour", "%(num)s hours", n),
    "days": lambda n: ngettext("%(num)s day", "%(num)s days", n),
    "o'clock": lambda n: f"{n:02}:00",
}
SPANS = {
    "minutes": lazy("%(low)s to %(high)s minutes"),
    "hours": lazy("%(low)s to %(high)s hours"),
    "days": lazy("%(low)s to %(high)s days"),
    "o'clock": lazy("%(low)s to %(high)s o'clock"),
    "points": lazy("%(low)s to %(high)s"),
}


def limits(key: str) -> str:
    """What is allowed; "" where the choice itself says so, or a sentence would not help."""
    if unit := WORDS[key].unit:
        low, high = rules.RANGES[key]
        return gettext(SPANS[unit], low=low, high=high)
    return gettext("At most %(high)s characters", high=rules.LENGTHS[key][1]) if key in rules.LENGTHS else ""


def told(key: str, text: str) -> str:
    """A value as it is read out: with its unit, or in the words of its choice."""
    unit = WORDS[key].unit if key in WORDS else ""
    if unit and text.isdecimal():
        return AMOUNTS[unit](int(text))
    return gettext(CHOICES[text]) if text in rules.CHOICES.get(key, ()) else text


def consequence(key: str, now: str) -> str:
    return gettext(CONSEQUENCES.get(now) or CONSEQUENCES[key])
