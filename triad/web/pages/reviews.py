"""Languages: which are ready for clients; a wording beside its source; judging, signing and letting it out."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from contextlib import closing
from typing import Any
from zoneinfo import ZoneInfo

from flask import Blueprint, Response, flash, redirect, render_template, request, url_for
from werkzeug.wrappers import Response as AnyResponse

from triad.domain import errors, languages
from triad.domain.packs import Said, tidy
from triad.services import approvals, review_files, reviews
from triad.services.policy import May
from triad.services.reviews import FIELDS, Shown
from triad.web import errors as refusals
from triad.web import guard, i18n
from triad.web import reviews as words
from triad.web.i18n import gettext, lazy
from triad.web.uploads import pack, unpack

bp = Blueprint("reviews", __name__)
Answer = AnyResponse | str | tuple[str, int]
SEEN = "seen"


@bp.get("/languages")
@guard.needs(May.SEE_LANGUAGES)
def index() -> str:
    lines = reviews.overview(guard.actor())
    return render_template(
        "pages/reviews_index.html",
        lines=lines,
        words=words,
        ready=sum(line.ready for line in lines),
        wanted=sum(line.needed and not line.ready for line in lines),
        languages=languages,
        demo=guard.clinic().settings.offer_drafts_to_clients,
    )


@bp.get("/languages/<tag>")
@guard.needs(May.SEE_LANGUAGES)
def show(tag: str) -> str:
    return _page(tag)


@bp.post("/languages/<tag>/reviews")
@guard.needs(May.REVIEW_WORDING, guard.ALL)
def say(tag: str) -> Answer:
    written = {name: tidy(text) for name, text in request.form.items() if name != "csrf_token"}
    named = [name.partition(":") for name in written if name not in (SEEN, "part", "open")]
    if unknown := [field for field, _, unit in named if field not in FIELDS or not unit]:
        raise errors.Unfit(dict.fromkeys(unknown, "unknown_field"))
    units = dict.fromkeys(unit for _, _, unit in named)
    said = {unit: Said(*(written.get(f"{field}:{unit}", "") for field in FIELDS)) for unit in units}
    try:
        count = reviews.say(guard.actor(), tag, written.get(SEEN, ""), said)
    except errors.Unfit as error:
        return _page(tag, typed=written, fields=_sentences(error), wrong=_sentence(error)), 422
    except errors.Conflict as error:
        return _refused(tag, error)
    if count:
        flash(i18n.ngettext("%(n)s text judged.", "%(n)s texts judged.", count), "ok")
    else:
        flash(gettext("Nothing was different, so nothing was changed."))
    return _back(tag, part=written.get("part"), open=written.get("open"))


@bp.post("/languages/<tag>/changes")
@guard.needs(May.SIGN_WORDING, SEEN, "take", "aside")
def settle(tag: str) -> Answer:
    numbers = (request.form.getlist(name, type=int) for name in ("take", "aside"))
    try:
        count = approvals.settle(guard.actor(), tag, request.form.get(SEEN, ""), *numbers)
    except errors.Unfit as error:
        return _page(tag, wrong=words.rule(error.fields["take"])), 422
    except errors.Conflict as error:
        return _refused(tag, error)
    if count:
        flash(gettext("Taken over. The new texts are to be judged, and every step is signed anew for them."), "ok")
    else:
        flash(gettext("Settled: the texts stay as they are."), "ok")
    return _back(tag)


@bp.post("/languages/<tag>/steps")
@guard.needs(May.SIGN_WORDING, SEEN, "step", "name", "credential", "day", "people")
def sign(tag: str) -> Answer:
    written = {name: request.form.get(name, "") for name in ("step", "name", "credential", "day", "people")}
    try:
        approvals.sign(guard.actor(), tag, request.form.get(SEEN, ""), written)
    except errors.Unfit as error:
        return _page(tag, signed=written, fields=_sentences(error), wrong=_sentence(error)), 422
    except errors.Conflict as error:
        return _refused(tag, error)
    flash(gettext("Signed, for exactly these texts."), "ok")
    return _back(tag)


@bp.post("/languages/<tag>/release")
@guard.needs(May.ACTIVATE_WORDING, SEEN)
def activate(tag: str) -> Answer:
    done = lazy("Let out. From now on clients can choose this language.")
    return _decided(tag, lambda: approvals.activate(guard.actor(), tag, request.form.get(SEEN, "")), done)


@bp.post("/languages/<tag>/withdrawal")
@guard.needs(May.ACTIVATE_WORDING)
def withdraw(tag: str) -> Answer:
    done = lazy("Withdrawn. Clients are not shown this language any more.")
    return _decided(tag, lambda: approvals.withdraw(guard.actor(), tag), done)


@bp.post("/languages/<tag>/file")
@guard.needs(May.REVIEW_WORDING)
def take(tag: str) -> Response:
    found = reviews.show(guard.actor(), tag)
    answer = Response(review_files.take(guard.actor(), tag, words.notes(found.desk)), mimetype="text/csv")
    answer.headers["Content-Disposition"] = f'attachment; filename="wording-{tag}.csv"'
    return answer


@bp.post("/languages/<tag>/import")
@guard.needs(May.REVIEW_WORDING, "file", "name", "interprets")
def preview(tag: str) -> Answer:
    upload = request.files.get("file")
    content = b""
    if upload is not None:
        with closing(upload):
            content = upload.read()
    return _read_in(tag, content)


@bp.post("/languages/<tag>/import/rows")
@guard.needs(May.REVIEW_WORDING, "content", "name", "interprets")
def commit(tag: str) -> Answer:
    try:
        content = unpack(request.form.get("content", ""))
        count = review_files.commit(guard.actor(), tag, content, _reviewer())
    except errors.Unfit as error:
        codes = {"files": "file"}
        named = errors.Unfit({codes.get(name, name): code for name, code in error.fields.items()})
        return _page(tag, fields=_sentences(named), reviewer=_reviewer()), 422
    flash(i18n.ngettext("%(n)s row is written.", "%(n)s rows are written.", count), "ok")
    return _back(tag)


def _read_in(tag: str, content: bytes) -> Answer:
    try:
        found = review_files.preview(guard.actor(), tag, content, _reviewer())
    except errors.Unfit as error:
        return _page(tag, fields=_sentences(error), reviewer=_reviewer()), 422
    return render_template(
        "pages/reviews_import.html",
        tag=tag,
        found=found,
        reviewer=_reviewer(),
        content=pack(content),
        words=words,
        direction=languages.direction(tag),
    )


def _reviewer() -> dict[str, str]:
    return {name: request.form.get(name, "") for name in ("name", "interprets")}


def _decided(tag: str, act: Callable[[], None], done: str) -> Answer:
    try:
        act()
    except errors.Conflict as error:
        return _refused(tag, error)
    except errors.NotAllowed:
        sentence = gettext("You signed these texts or judged them alone: another clinical lead has to let them out.")
        return _page(tag, wrong=sentence), 403
    flash(gettext(done), "ok")
    return _back(tag)


def _refused(tag: str, error: errors.Conflict) -> tuple[str, int]:
    status, body = refusals.described(error)
    return _page(tag, wrong=body["message"]), status


def _back(tag: str, **query: Any) -> AnyResponse:
    return redirect(url_for("reviews.show", tag=tag, **{key: held for key, held in query.items() if held}), 303)


def _sentence(error: errors.Unfit) -> str:
    return str(refusals.described(error)[1]["message"])


def _sentences(error: errors.Unfit) -> dict[str, str]:
    return {name: words.rule(code) for name, code in error.fields.items()}


def _page(tag: str, typed: Mapping[str, str] | None = None, **more: Any) -> str:
    found = reviews.show(guard.actor(), tag)
    clinic = guard.clinic()
    asked = (typed or request.args).get("part", "")
    parts = dict.fromkeys(words.part(unit) for unit in found.desk.units)
    part = asked if asked in parts else next(iter(parts))
    only = (typed or request.args).get("open") == "yes"
    units = [unit for unit in found.desk.units if words.part(unit) == part]
    today = clinic.clock().astimezone(ZoneInfo(clinic.settings.zone)).date()
    blank = {"name": guard.actor().name, "credential": "", "day": today.isoformat(), "people": "", "step": ""}
    return render_template(
        "pages/reviews_show.html",
        tag=tag,
        found=found,
        units=[unit for unit in units if not only or unit.state != "ok" or unit.key in _off(more)],
        part=part,
        parts=parts,
        only=only,
        held=_held(found, typed),
        words=words,
        endonym=languages.endonym(tag),
        direction=languages.direction(tag),
        zone=clinic.settings.zone,
        demo=clinic.settings.offer_drafts_to_clients,
        me=(guard.actor().account_id, guard.actor().name),
        **{"fields": {}, "signed": blank, "reviewer": {}, "wrong": ""} | more,
    )


def _off(more: Mapping[str, Any]) -> set[str]:
    return {name.partition(":")[2] for name in more.get("fields", ())}


def _held(found: Shown, typed: Mapping[str, str] | None) -> dict[str, str]:
    """What stands in each field: what was just typed, else what the reader said before."""
    own = {f"{field}:{unit}": getattr(one, field) for unit, one in found.mine.items() for field in FIELDS}
    return own if typed is None else own | dict(typed)
