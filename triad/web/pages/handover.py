"""Giving the client the form: the therapist chooses a language and shows the link once, as a QR and as text."""

from __future__ import annotations

from itertools import groupby
from pathlib import Path

import segno
from flask import Blueprint, current_app, redirect, render_template, request, session, url_for
from markupsafe import Markup
from werkzeug.wrappers import Response

from triad.domain import errors, forms, languages
from triad.domain.release import NEVER
from triad.formats import pdf
from triad.services import choosing, encounters, invitations, sheets, tablets
from triad.services.policy import May
from triad.web import errors as refusals
from triad.web import guard, i18n, room

bp = Blueprint("handover", __name__)


@bp.get("/sessions/<id_>/form")
@guard.needs(May.INVITE_CLIENT)
def ask(id_: str) -> str:
    return _page(id_)


@bp.post("/sessions/<id_>/form")
@guard.needs(May.INVITE_CLIENT, "language")
def give(id_: str) -> str | tuple[str, int]:
    """The answer to the POST itself shows the link: it can be seen this once, and no address holds it."""
    given = _issued(id_)
    if not isinstance(given, str):
        return given
    return _page(id_, link=guard.outside("room.landing", token=given), held=request.form)


@bp.post("/sessions/<id_>/form/paper")
@guard.needs(May.INVITE_CLIENT, "language", "as")
def paper(id_: str) -> Response | str | tuple[str, int]:
    """The sheet itself answers the POST, as the link does: it is printed from here or not at all.

    As `pdf` the same page is a file, under a name that tells nothing; NotFound where nothing can make one.
    """
    kind = request.form.get("as", "")
    if kind not in ("", "pdf") or (kind and not pdf.available()):
        raise errors.NotFound
    given = _issued(id_)
    if not isinstance(given, str):
        return given
    sheet = sheets.number(guard.actor(), id_, given)
    numbered = enumerate(sheet.lines, 1)
    groups = groupby(numbered, key=lambda one: one[1].direction.about if one[1].direction else None)
    page = render_template(
        "pages/handover_paper.html",
        row=encounters.to_hand_over(guard.actor(), id_),
        sheet=sheet,
        groups=[(about, list(lines)) for about, lines in groups],
        titles=room.ABOUT,
        drawn=_drawn(guard.outside("room.landing", token=given)),
        draft=not forms.reviewed(sheet.wording),
        lang=sheet.wording.language,
        dir=languages.direction(sheet.wording.language),
        desk_lang=i18n.language(),
        desk_dir=i18n.direction(),
        days=guard.clinic().settings.invitation_days + sheets.LONGER.days,
    )
    return _file(page, sheet.wording.language) if kind else page


@bp.post("/sessions/<id_>/form/tablet")
@guard.needs(May.INVITE_CLIENT, "language")
def tablet(id_: str) -> Response | str | tuple[str, int]:
    """This browser is the client's from here on: whoever was signed in on it is so no more."""
    given = _issued(id_)
    if not isinstance(given, str):
        return given
    held = tablets.hand_over(guard.actor(), id_, given)
    session.clear()
    answer = redirect(url_for("tablets.index"), 303)
    answer.set_cookie(value=held, **guard.tablet_cookie())
    return answer


@bp.post("/sessions/<id_>/form/code")
@guard.needs(May.INVITE_CLIENT)
def code(id_: str) -> str | tuple[str, int]:
    """Said aloud to the client, whose tablet has gone blank or lies elsewhere; shown this once."""
    try:
        return _page(id_, code=tablets.say_code(guard.actor(), id_))
    except errors.Closed:
        return _page(id_, no_tablet=True), 409


def _issued(id_: str) -> str | tuple[str, int]:
    """A fresh link's token, or the page that says why there is none."""
    try:
        return invitations.issue(guard.actor(), id_, request.form.get("language", ""))
    except errors.Unfit as error:
        return _page(id_, wrong=refusals.sentence(error.fields.get("language", "")), held=request.form), 422
    except errors.Conflict as error:
        return _page(id_, wrong=refusals.described(error)[1]["message"]), 409


def _drawn(link: str) -> Markup:
    return Markup(segno.make(link, error="m").svg_inline(scale=6, border=2, omitsize=True))  # noqa: S704


def _file(page: str, language: str) -> Response:
    assert current_app.static_folder is not None
    fonts = tuple(dict.fromkeys(("noto-sans-latin", *reversed(languages.written(language).fonts))))
    made = pdf.printed(page, url_for("static", filename=""), Path(current_app.static_folder), fonts)
    answer = Response(made, mimetype="application/pdf")
    answer.headers.set("Content-Disposition", "attachment", filename="form.pdf")
    return answer


def _page(
    id_: str, link: str = "", wrong: str = "", held: object = None, code: str = "", no_tablet: bool = False
) -> str:
    row = encounters.to_hand_over(guard.actor(), id_)
    words = {one.language: one.ui for one in invitations.offered(guard.actor())}
    language = getattr(held, "get", lambda *_: "")("language") or row.case.client.form_language
    return render_template(
        "pages/handover_ask.html",
        row=row,
        offered=[(tag, languages.endonym(tag)) for tag in words],
        chosen=language,
        link=link,
        # As neutral as the page itself: whoever reads along learns nothing.
        message=f"{words[language]['page_title']}: {link}" if link else "",
        direction=languages.direction(language) if link else "",
        drawn=_drawn(link) if link else "",
        wrong=wrong,
        code=code,
        no_tablet=no_tablet,
        as_pdf=pdf.available(),
        licensed=choosing.of_session(guard.actor(), id_),
        tags=words.keys(),
        days=guard.clinic().settings.invitation_days,
        sealed=guard.clinic().settings.release_policy == NEVER,
    )
