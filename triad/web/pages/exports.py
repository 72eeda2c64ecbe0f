"""Taking ratings out as files: of one case, of all that is released to the lead, or one's own forms."""

from __future__ import annotations

from collections.abc import Callable

from flask import Blueprint, Response, render_template, request, url_for

from triad.domain.exports import Export
from triad.services import exports
from triad.services.policy import May
from triad.web import guard, i18n
from triad.web.i18n import lazy

bp = Blueprint("exports", __name__)

MIMETYPES = {
    "csv": "text/csv",
    "sav": "application/octet-stream",
    "R": "text/plain",
    "json": "application/fhir+json",
    "zip": "application/zip",
}
FILES = {
    "ratings.csv": lazy("A line for each answer, with codes."),
    "licensed.csv": lazy("The answers to licensed forms, with codes. What they mean is in the form's own file."),
    "triads_wide.csv": lazy("A line for each session: bonds, gaps and levels, as far as you see them."),
    "ratings.sav": lazy("The answers for SPSS, with labels."),
    "ratings.R": lazy("A script for R that reads the tables and puts labels on them."),
    "fhir.json": lazy("The forms as FHIR R4, for other systems."),
}


# No link but a button for each file: taking out is an act, and a GET is none.


@bp.get("/cases/<id_>/take-out")
@guard.needs(May.EXPORT_CASE)
def case(id_: str) -> str:
    code = exports.case_code(guard.actor(), id_)
    return _page("case", url_for("exports.take_case", id_=id_), id_=id_, code=code)


@bp.post("/cases/<id_>/take-out")
@guard.needs(May.EXPORT_CASE, "file")
def take_case(id_: str) -> Response:
    return _file(lambda name: exports.for_case(guard.actor(), id_, name))


@bp.get("/take-out")
@guard.needs(May.EXPORT_RELEASED)
def released() -> str:
    return _page("released", url_for("exports.take_released"))


@bp.post("/take-out")
@guard.needs(May.EXPORT_RELEASED, "file")
def take_released() -> Response:
    return _file(lambda name: exports.for_lead(guard.actor(), name))


@bp.get("/take-out/mine")
@guard.needs(May.EXPORT_OWN)
def own() -> str:
    return _page("own", url_for("exports.take_own"))


@bp.post("/take-out/mine")
@guard.needs(May.EXPORT_OWN, "file")
def take_own() -> Response:
    return _file(lambda name: exports.own(guard.actor(), name))


def _page(what: str, action: str, **values: str) -> str:
    """Says what there is to take and never how much: the page is the same before and after a release."""
    lines = [(name, i18n.gettext(FILES[name]) if name in FILES else _codebook(name)) for name in exports.names()]
    return render_template(
        "pages/exports_index.html",
        what=what,
        action=action,
        lines=lines,
        whole=exports.ALL,
        spss=exports.SPSS in exports.names(),
        **values,
    )


def _codebook(name: str) -> str:
    tag = name.removeprefix("codebook_").removesuffix(".csv")
    return i18n.gettext("What the codes and questions mean: %(language)s.", language=i18n.language_text(tag))


def _file(taken: Callable[[str], Export]) -> Response:
    name = request.form.get("file", "")
    answer = Response(exports.content(taken(name), name), mimetype=MIMETYPES[name.rpartition(".")[2]])
    answer.headers["Content-Disposition"] = f'attachment; filename="{name}"'
    return answer
