"""The staff's own form about one session: fill it, send it, correct it for a few minutes."""

from __future__ import annotations

from itertools import groupby

from flask import Blueprint, redirect, render_template, request, url_for
from werkzeug.wrappers import Response

from triad.domain import errors, languages
from triad.domain.scoring import DECLINED
from triad.services import ratings
from triad.services.policy import May
from triad.web import errors as refusals
from triad.web import guard, i18n

bp = Blueprint("ratings", __name__)


@bp.get("/sessions/<id_>/rating")
@guard.needs(May.RATE)
def form(id_: str) -> str:
    return _page(id_)


@bp.post("/sessions/<id_>/rating")
@guard.needs(May.RATE, guard.ALL)
def submit(id_: str) -> Response | tuple[str, int]:
    answers = {key: value for key, value in request.form.items() if key not in ("csrf_token", "seen")}
    try:
        ratings.submit(guard.actor(), id_, answers, i18n.language(), request.form.get("seen", ""))
    except (errors.Unfit, errors.BadTransition, errors.Closed, errors.Stale) as error:
        status, body = refusals.described(error)
        return _page(id_, answers, body), status
    return redirect(url_for("ratings.form", id_=id_), 303)


def _page(id_: str, given: dict[str, str] | None = None, refusal: dict[str, object] | None = None) -> str:
    shown = ratings.form(guard.actor(), id_, i18n.language())
    return render_template(
        "pages/ratings_form.html",
        form=shown,
        groups=[(about, list(asked)) for about, asked in groupby(shown.questions, key=lambda one: one.about)],
        held=given if given is not None else shown.held,
        refusal=refusal,
        declined=DECLINED,
        wording_dir=languages.direction(shown.given.wording.language),
        window_days=guard.clinic().settings.window_days,
    )
