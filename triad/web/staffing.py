"""Plans in words: how good one is, why somebody, why not, why nobody; and the verbs that take its lines over."""

from __future__ import annotations

import math
from collections.abc import Collection, Iterable, Mapping
from typing import Any

from triad.services import assignments, explaining, offers, staffing, staffing_undo
from triad.services.context import Actor
from triad.services.staffing import Settled, Shown
from triad.services.staffing_undo import TakenBack
from triad.web.i18n import gettext, lazy, ngettext

RULES = {
    "ROLE_FAMILY": lazy("relatives do not interpret"),
    "ROLE_MINOR": lazy("under 18"),
    "ETHICS": lazy("code of ethics not signed"),
    "CHECK_EXPIRED": lazy("background check not valid"),
    "LANG_PAIR": lazy("another language"),
    "LANG_DIRECTION": lazy("only one way"),
    "LANG_DIALECT": lazy("another dialect"),
    "LANG_LEVEL": lazy("level too low"),
    "CRED_INVALID": lazy("credential not valid"),
    "TRAINING_HOURS": lazy("too little training"),
    "CLIENT_CHOICE": lazy("not available for this client"),
    "GENDER": lazy("gender not as wished"),
    "WISH_MISSING": lazy("something wished for is missing"),
    "WISH_AVOIDED": lazy("something not wished for"),
    "CONFLICT_OPEN": lazy("an open question of acquaintance"),
    "MODE": lazy("does not work this way"),
    "TIME_OFF": lazy("away"),
    "AVAILABILITY": lazy("outside working hours"),
    "OVERLAP": lazy("already booked at that time"),
    "GAP": lazy("too little time between sessions"),
    "LOAD_MAX": lazy("the week is full"),
    "EXPOSURE_CAP": lazy("enough sessions in this week"),
    "DECLINED": lazy("said no to this session"),
    "stale": lazy("changed by somebody since"),
    "bad_transition": lazy("no longer possible"),
    "clash": lazy("the time was taken meanwhile"),
    "unfit": lazy("does not work here now"),
    "not_found": lazy("no longer there"),
    "inactive": lazy("no longer in use"),
    "conflict": lazy("somebody was faster"),
    "together": lazy("only together with another session, which changed"),
}
"""A few words for each rule, and for each refusal when a line is taken over."""

ONE_CHANGE = {
    "TIME_OFF": lazy("%(n)s could take it if they were not away."),
    "AVAILABILITY": lazy("%(n)s could take it if they worked at that hour."),
    "MODE": lazy("%(n)s could take it another way, for example by video."),
    "LANG_LEVEL": lazy("%(n)s could take it if a lower level were enough."),
    "LANG_DIALECT": lazy("%(n)s could take it if their dialect were accepted."),
    "GENDER": lazy("%(n)s could take it if the client agreed to another gender."),
    "OVERLAP": lazy("%(n)s could take it at another hour."),
    "GAP": lazy("%(n)s could take it a little earlier or later."),
    "LOAD_MAX": lazy("%(n)s could take it if their week were longer."),
}
OTHER_CHANGE = lazy("%(n)s could take it but for one thing: %(what)s.")

GOALS = (
    ("moved", lazy("Nobody who was promised a session is moved"), "goal_moved"),
    ("continuity", lazy("The person the client is used to"), "goal_continuity"),
    ("preference", lazy("What the client would like"), "goal_preference"),
    ("dialect", lazy("Nearness in the dialect, each step"), "goal_dialect"),
    ("travel", lazy("Less travel, each minute"), "goal_travel"),
)
GAINS = {
    "continuity": lazy("the client is used to them"),
    "preference": lazy("more as the client would like"),
    "dialect": lazy("nearer in the dialect"),
    "exposure": lazy("less demanding work in their week"),
    "cost": lazy("costs less"),
}
LOSSES = {
    "continuity": lazy("though the client is less used to them"),
    "preference": lazy("though less as the client would like"),
    "dialect": lazy("though further off in the dialect"),
    "exposure": lazy("though more demanding work in their week"),
    "cost": lazy("though it costs more"),
}
COSTS = {
    "continuity": lazy("changes of person for clients: %(n)s more"),
    "preference": lazy("wishes not met: %(n)s more"),
    "dialect": lazy("steps off in the dialect: %(n)s more"),
    "exposure": lazy("demanding work beyond the limit: %(n)s more"),
    "travel": lazy("minutes of travel: %(n)s more"),
    "cost": lazy("cost: %(n)s more"),
}
WEEKDAYS = (
    lazy("Mondays"),
    lazy("Tuesdays"),
    lazy("Wednesdays"),
    lazy("Thursdays"),
    lazy("Fridays"),
    lazy("Saturdays"),
    lazy("Sundays"),
)
SINCE = {
    "new": lazy("new"),
    "gone": lazy("no longer planned"),
    "time": lazy("at another time"),
    "place": lazy("at another place"),
    "need": lazy("asks for something else"),
    "usual": lazy("has another usual interpreter"),
    "who": lazy("was given to somebody else, or taken from somebody"),
    "hours": lazy("other working hours"),
    "away": lazy("other time off"),
    "skills": lazy("other languages or credentials"),
}


def accept(actor: Actor, run_id: str, chosen: Collection[str] | None, ask: bool = False) -> Settled:
    """Through the one verb that assigns, here and for programs alike; with `ask` nobody is booked who has not said
    yes: each gets an offer."""
    return staffing.accept(
        actor, run_id, chosen, _ask if ask else assignments.assign_interpreter, assignments.release
    )


def take_back(actor: Actor, run_id: str) -> TakenBack:
    """By the single verbs, here and for programs alike."""
    verbs = staffing_undo.Verbs(
        release=lambda id_, why: assignments.release(actor, id_, why),
        assign=lambda id_, who: assignments.assign_interpreter(actor, id_, who, source=staffing.RELEASED),
        withdraw=lambda id_: offers.withdraw(actor, id_),
    )
    return staffing_undo.take_back(actor, run_id, verbs)


def _ask(actor: Actor, encounter_id: str, interpreter_id: str, *, source: str) -> str:
    return offers.send(actor, encounter_id, {interpreter_id: 1})[0]


def quality(found: Shown) -> str:
    """How good it is, in one sentence."""
    if found.run.how == "greedy":
        return gettext(lazy("No answer in time: this plan gave the scarcest first. How good it is, is not known."))
    if found.run.gap is None:
        return gettext(lazy("As few promises as can be are broken."))
    if not found.run.gap:
        return gettext(lazy("No plan is better: this is proved."))
    return gettext(lazy("At most %(share)s from the best possible."), share=percent(found.run.gap))


def percent(share: float) -> str:
    """Rounded up to two digits, so that nothing looks better than it is."""
    return f"{math.ceil(share * 10_000) / 100:.2f} %"


def reason(run: Any, line: Any) -> str:
    """Why `after` and not the runner-up; or why there is none."""
    if line.after_id is None and line.before_id is None and line.could and run.kind == "replan":
        return gettext(lazy("Left as it is: this plan is about the change alone."))
    if line.after_id is None:
        nobody, needed = lazy("Nobody may take it."), lazy("Everybody who may is needed more elsewhere.")
        return gettext(needed if line.could else nobody)
    if line.runner_up_id is None:
        return gettext(lazy("Nobody else may take it.") if line.could < 2 else lazy("Nobody else is free then."))
    found = "; ".join(differences(line.terms)) or gettext(lazy("The next best is as good by every goal"))
    return f"{found[:1].upper()}{found[1:]}."


def differences(terms: Mapping[str, int]) -> Iterable[str]:
    """What a choice gains and loses against another, in the order of the goals; less is better but for `fill`."""
    for goal, count in terms.items():
        if goal == "travel":
            text = lazy("%(n)s min less travel") if count < 0 else lazy("though %(n)s min more travel")
            yield gettext(text, n=abs(count))
        elif goal in GAINS and count:
            yield gettext(GAINS[goal] if count < 0 else LOSSES[goal])


def costs(forced: explaining.Forced) -> list[str]:
    """What giving it to somebody else would lose, by goal: the plan's terms less those it would have then."""
    lost, promises = forced.terms._asdict(), forced.promises
    found = []
    if forced.unfilled > 0:
        found.append(ngettext("%(num)s session stays unfilled", "%(num)s sessions stay unfilled", forced.unfilled))
    if promises > 0:
        found.append(ngettext("%(num)s promise more is broken", "%(num)s promises more are broken", promises))
    for goal in ("continuity", "preference", "dialect", "exposure", "travel", "cost"):
        if lost[goal] < 0:
            found.append(gettext(COSTS[goal], n=-lost[goal]))
    return found


def rule(code: str) -> str:
    return gettext(RULES[code])


def single(nobody: explaining.Nobody) -> str:
    """The one change that would help most; "" where it takes several."""
    if nobody.single is None:
        return ""
    code, count = nobody.single
    if code == "LANG_PAIR":
        return gettext(lazy("Nobody here speaks this language: somebody new who does would help most."))
    people = ngettext("%(num)s person", "%(num)s people", count)
    return gettext(ONE_CHANGE.get(code, OTHER_CHANGE), n=people, what=rule(code))


def hint(one: Any) -> str:
    """Somebody more, when, and how much it would fill."""
    day = gettext(WEEKDAYS[one.hours.weekday])
    return gettext(
        lazy("%(day)s, %(start)s–%(end)s"), day=day, start=f"{one.hours.start}:00", end=f"{one.hours.end}:00"
    )


def changed(one: Any) -> str:
    return gettext(SINCE[one.what])
