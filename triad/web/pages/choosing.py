"""What the sessions of a case are rated with."""

from __future__ import annotations

from flask import Blueprint, flash, redirect, render_template, request, url_for
from werkzeug.wrappers import Response

from triad.domain import errors
from triad.domain.parties import Role
from triad.services import choosing
from triad.services.policy import May
from triad.web import errors as refusals
from triad.web import guard
from triad.web.i18n import gettext, lazy

bp = Blueprint("choosing", __name__)
LACKS = {
    Role.THERAPIST: lazy("It asks the therapist nothing, who is given the Triad Session Form."),
    Role.INTERPRETER: lazy("It asks the interpreter nothing, who is given the Triad Session Form."),
    Role.CLIENT: lazy("It asks the client nothing, who is given the Triad Session Form."),
}


@bp.get("/cases/<id_>/rated-with")
@guard.needs(May.SEE_CASE)
def index(id_: str) -> str:
    return _page(id_)


@bp.post("/cases/<id_>/rated-with")
@guard.needs(May.CHOOSE_FORM, "form")
def choose(id_: str) -> Response | tuple[str, int]:
    try:
        choosing.choose(guard.actor(), id_, request.form.get("form", ""))
    except errors.Unfit as error:
        return _page(id_, refusals.sentence(error.fields["form"])), 422
    flash(gettext("Saved."), "ok")
    return redirect(url_for("choosing.index", id_=id_), 303)


def _page(id_: str, wrong: str = "") -> str:
    found = choosing.show(guard.actor(), id_)
    return render_template("pages/choosing_index.html", found=found, case=found.case, lacks=LACKS, wrong=wrong)
