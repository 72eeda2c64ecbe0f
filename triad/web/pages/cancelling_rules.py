"""Rules for late cancellations: seen, added, ended."""

from __future__ import annotations

from collections.abc import Mapping
from decimal import Decimal
from typing import Any

from babel import numbers
from flask import Blueprint, flash, redirect, render_template, url_for
from werkzeug.wrappers import Response

from triad.domain import errors
from triad.services import cancelling_rules
from triad.services.policy import May
from triad.web import fields as forms
from triad.web import guard, i18n
from triad.web.i18n import gettext, lazy

bp = Blueprint("cancelling_rules", __name__)
Answer = Response | tuple[str, int]
ADDED = lazy("The rule is added.")
ENDED = lazy("The rule has its last day.")
UNITS = {"hours": lazy("hours"), "business_days": lazy("business days of the site")}
INSURER = lazy("Whoever pays for the sessions")


@bp.app_template_filter("money")
def money(amount: Decimal, currency: str) -> str:
    return numbers.format_currency(amount, currency, locale=i18n.language())


@bp.app_template_filter("payer_word")
def payer_word(code: str) -> str:
    return dict(_payers())[code]


def _payers() -> list[tuple[str, str]]:
    return [("", gettext("Nobody is charged")), *forms.parties(), ("insurer", gettext(INSURER))]


@bp.get("/cancelling-rules")
@guard.needs(May.CHANGE_CANCELLING_RULES)
def index() -> str:
    return _page({})


@bp.post("/cancelling-rules")
@guard.needs(May.CHANGE_CANCELLING_RULES, guard.ALL)
def add() -> Answer:
    try:
        cancelling_rules.add(guard.actor(), forms.written())
    except errors.Unfit as error:
        return _page(forms.written(), error.fields), 422
    flash(gettext(ADDED), "ok")
    return redirect(url_for("cancelling_rules.index"), 303)


@bp.post("/cancelling-rules/<rule_id>/end")
@guard.needs(May.CHANGE_CANCELLING_RULES, guard.ALL)
def end(rule_id: str) -> Answer:
    try:
        cancelling_rules.end(guard.actor(), rule_id, forms.written())
    except errors.Unfit as error:
        return _page(forms.written(), error.fields, rule_id), 422
    flash(gettext(ENDED), "ok")
    return redirect(url_for("cancelling_rules.index"), 303)


@bp.post("/cancelling-rules/<rule_id>/remove")
@guard.needs(May.CHANGE_CANCELLING_RULES)
def remove(rule_id: str) -> Response:
    cancelling_rules.remove(guard.actor(), rule_id)
    return redirect(url_for("cancelling_rules.index"), 303)


def _page(written: Mapping[str, str], wrong: Any = None, ending: str = "") -> str:
    """`ending` is the rule whose last day did not fit; "" where it was a new one that did not."""
    return render_template(
        "pages/cancelling_rules_index.html",
        rows=cancelling_rules.listed(guard.actor()),
        written=written,
        fields=forms.sentences(wrong),
        ending=ending,
        parties=forms.parties(),
        modes=forms.modes(),
        units=[(code, gettext(words)) for code, words in UNITS.items()],
        payers=_payers(),
    )
