"""Exchange with other systems by hand: a FHIR bundle looked at and taken in, the plan of some days taken out."""

from __future__ import annotations

from contextlib import closing
from datetime import timedelta
from typing import Any

from flask import Blueprint, Response, flash, redirect, render_template, request, url_for
from werkzeug.wrappers import Response as AnyResponse

from triad.domain import errors
from triad.domain.notes import Fields
from triad.formats import fhir_bundle, fhir_codes, fhir_intake, fhir_schedule
from triad.services import interchange, referrals
from triad.services.policy import May
from triad.services.referrals import Seen
from triad.web import errors as refusals
from triad.web import fields as forms
from triad.web import guard, spans, uploads, weeks
from triad.web import instruments as files
from triad.web.i18n import gettext, lazy

bp = Blueprint("referrals", __name__)
bp.url_value_preprocessor(uploads.allow_files)
Answer = AnyResponse | str | tuple[str, int]
TAKEN = lazy("Taken in. New requests wait for an answer here.")
FILE = {
    "required": lazy("Choose a file."),
    **dict.fromkeys(("bundle", "object"), lazy("This is no FHIR bundle.")),
    "broken": lazy("The file did not arrive whole. Choose it again."),
}
PROFILES = {"hl7": "HL7", "us-core": "US Core"}


@bp.get("/exchange")
@guard.needs(May.IMPORT)
def index() -> str:
    return _page()


@bp.post("/exchange")
@guard.needs(May.IMPORT, "file")
def preview() -> Answer:
    upload = request.files.get("file")
    if upload is None or not upload.filename:
        return _page(wrong=_at_file(errors.Unfit({"file": "required"}))), 422
    with closing(upload):
        content = upload.read()
    try:
        bundle = fhir_bundle.parsed(content)
    except errors.Unfit as error:
        return _page(wrong=_at_file(error)), 422
    return _look(bundle, content)


@bp.post("/exchange/in")
@guard.needs(May.IMPORT, "content")
def take() -> Answer:
    """`content` is the file that was looked at."""
    try:
        content = uploads.unpack(request.form.get("content", ""))
        bundle = fhir_bundle.parsed(content)
    except errors.Unfit as error:
        return _page(wrong=_at_file(error)), 422
    try:
        made = referrals.take(guard.actor(), fhir_intake.read(bundle))
    except errors.Unfit:
        # Something has changed since it was looked at.
        return _look(bundle, content), 422
    flash(gettext(TAKEN), "ok")
    return redirect(url_for("requests.index" if made else "referrals.index"), 303)


@bp.post("/exchange/out")
@guard.needs(May.EXPORT_SCHEDULE, "first", "last", "profile")
def out() -> Response | tuple[str, int]:
    written = forms.written()
    try:
        fields = Fields(written)
        asked = {name: fields.day(name) for name in ("first", "last")}
        profile = fields.choice("profile", fhir_codes.PROFILES)
        fields.settle()
        plan = interchange.plan(guard.actor(), *spans.instants(asked))
    except errors.Unfit as error:
        return _page(written, forms.sentences(error.fields)), 422
    content = fhir_schedule.written(fhir_schedule.bundle(plan, profile))
    answer = Response(content, mimetype="application/fhir+json")
    answer.headers["Content-Disposition"] = 'attachment; filename="plan.fhir.json"'
    return answer


def _at_file(error: errors.Unfit) -> dict[str, str]:
    (code,) = error.fields.values()
    return {"file": gettext(FILE[code]) if code in FILE else files.sentence(code)}


def _look(bundle: dict[str, Any], content: bytes) -> str:
    seen = referrals.preview(guard.actor(), fhir_intake.read(bundle))
    against = [
        (place, fhir_bundle.held(bundle, place), refusals.sentence(code)) for place, code in seen.refused.items()
    ]
    return _page(seen=seen, against=against, kept="" if against else uploads.pack(content))


def _page(written: Any = None, wrong: Any = None, seen: Seen | None = None, against: Any = (), kept: str = "") -> str:
    monday = weeks.of("")[2]
    return render_template(
        "pages/referrals_index.html",
        written=written or {"first": monday, "last": monday + timedelta(days=6), "profile": fhir_codes.PROFILES[0]},
        wrong=wrong or {},
        seen=seen,
        against=against,
        kept=kept,
        most=fhir_intake.MOST,
        profiles=list(PROFILES.items()),
    )
