"""Offers: a coordinator asks several people to take a session, and an interpreter's own page to answer on."""

from __future__ import annotations

from typing import Any

from flask import Blueprint, flash, redirect, render_template, request, url_for
from werkzeug.wrappers import Response

from triad.domain import errors
from triad.domain import offers as rules
from triad.services import answers, assignments, offers
from triad.services.policy import May
from triad.web import asks, guard, reasons
from triad.web import errors as refusals
from triad.web.i18n import gettext, lazy
from triad.web.pages import unfilled

bp = Blueprint("offers", __name__)
Answer = Response | tuple[str, int]
ASKED = lazy("The offers are on their way. The session shows who says what.")
TAKEN_BACK = lazy("Nobody is asked any more. Those who had heard of it are told.")
ACCEPTED = lazy("The session is yours. It stands in your week.")
DECLINED = lazy("Thank you for saying so.")
OVER = lazy("This session is no longer on offer. There is nothing for you to do.")
UNSAID = lazy("I would rather not say")
REASONS = {
    "time": lazy("The time does not suit me"),
    "travel": lazy("Too far to travel"),
    "mode": lazy("Not in this way (in person, video, telephone)"),
    "topic": lazy("This kind of work is not for me"),
    "acquainted": lazy("I may know the people"),
}
SHORT = {
    "time": lazy("time"),
    "travel": lazy("way"),
    "mode": lazy("mode"),
    "topic": lazy("kind of work"),
    "acquainted": lazy("may know the client"),
}
TIERS = {1: lazy("First"), 2: lazy("Second"), 3: lazy("Third")}


@bp.app_template_filter("tier")
def tier(number: int) -> str:
    return gettext(TIERS[number])


@bp.app_template_filter("no_because")
def no_because(code: str) -> str:
    return gettext(SHORT[code]) if code else ""


@bp.post("/sessions/<id_>/offers")
@guard.needs(May.OFFER, "ask", "answer_hours", "wait_hours", "next")
def send(id_: str) -> Answer:
    form = request.form
    try:
        offers.send(guard.actor(), id_, asks.tiers(form), *asks.hours(form))
    except (errors.Conflict, errors.Unfit) as error:
        status, body = refusals.described(error)
        return _panel(id_, body), status
    flash(gettext(ASKED), "ok")
    if "next" in form:
        return unfilled.onward(form["next"])
    return redirect(url_for("encounters.show", id_=id_, _anchor="asked"), 303)


@bp.post("/sessions/<id_>/offers/withdraw")
@guard.needs(May.OFFER)
def withdraw(id_: str) -> Response:
    offers.withdraw(guard.actor(), id_)
    flash(gettext(TAKEN_BACK), "ok")
    return redirect(url_for("encounters.show", id_=id_, _anchor="asked"), 303)


@bp.get("/my-offers")
@guard.needs(May.SEE_OWN_OFFERS)
def mine() -> str:
    return _mine()


@bp.post("/my-offers/<offer_id>/accept")
@guard.needs(May.ANSWER_OFFER)
def accept(offer_id: str) -> Answer:
    try:
        said = answers.accept(guard.actor(), offer_id)
    except errors.NotEligible as error:
        against = [reasons.against(one.code, one.details) for one in error.reasons]
        return _mine(against), 409
    return _said(said, ACCEPTED)


@bp.post("/my-offers/<offer_id>/decline")
@guard.needs(May.ANSWER_OFFER, "reason")
def decline(offer_id: str) -> Answer:
    return _said(answers.decline(guard.actor(), offer_id, request.form.get("reason", "")), DECLINED)


def _said(state: str, words: str) -> Response:
    """Whoever comes too late, or twice, is told how it stands."""
    told = {"accepted": ACCEPTED, "declined": DECLINED}.get(state, OVER)
    flash(gettext(words if told is words else told), "ok" if told is not OVER else "wait")
    return redirect(url_for("offers.mine"), 303)


def _mine(against: Any = ()) -> str:
    found = answers.mine(guard.actor())
    return render_template(
        "pages/offers_mine.html",
        waiting=[one for one in found if one.state in rules.OPEN],
        over=[one for one in reversed(found) if one.state not in rules.OPEN],
        against=against,
        why=[("", gettext(UNSAID)), *((code, gettext(words)) for code, words in REASONS.items())],
    )


def _panel(id_: str, wrong: Any) -> str:
    """The candidates once more: whoever was chosen is chosen again, the list is fresh."""
    panel = assignments.panel(guard.actor(), id_)
    return render_template(
        "pages/unfilled_candidates.html",
        panel=panel,
        why=reasons.why,
        wrong=wrong,
        then=request.form.get("next"),
        all_shown=True,
        asked=offers.standing(guard.actor(), id_),
        written=request.form,
        chosen_asks=request.form.getlist("ask"),
    )
