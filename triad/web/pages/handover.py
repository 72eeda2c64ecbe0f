"""Giving the client the form: the therapist chooses a language and shows the link once, as a QR and as text."""

from __future__ import annotations

import segno
from flask import Blueprint, render_template, request
from markupsafe import Markup

from triad.domain import errors, languages
from triad.domain.release import NEVER
from triad.services import encounters, invitations
from triad.services.policy import May
from triad.web import errors as refusals
from triad.web import guard

bp = Blueprint("handover", __name__)


@bp.get("/sessions/<id_>/form")
@guard.needs(May.INVITE_CLIENT)
def ask(id_: str) -> str:
    return _page(id_)


@bp.post("/sessions/<id_>/form")
@guard.needs(May.INVITE_CLIENT, "language")
def give(id_: str) -> str | tuple[str, int]:
    """The answer to the POST itself shows the link: it can be seen this once, and no address holds it."""
    try:
        token = invitations.issue(guard.actor(), id_, request.form.get("language", ""))
    except errors.Unfit as error:
        return _page(id_, wrong=refusals.sentence(error.fields.get("language", "")), held=request.form), 422
    except errors.Conflict as error:
        return _page(id_, wrong=refusals.described(error)[1]["message"]), 409
    return _page(id_, link=guard.outside("room.landing", token=token), held=request.form)


def _page(id_: str, link: str = "", wrong: str = "", held: object = None) -> str:
    row = encounters.to_hand_over(guard.actor(), id_)
    words = {one.language: one.ui for one in invitations.offered(guard.actor())}
    language = getattr(held, "get", lambda *_: "")("language") or row.case.client.form_language
    drawn = Markup(segno.make(link, error="m").svg_inline(scale=6, border=2, omitsize=True)) if link else ""  # noqa: S704
    return render_template(
        "pages/handover_ask.html",
        row=row,
        offered=[(tag, languages.endonym(tag)) for tag in words],
        chosen=language,
        link=link,
        # As neutral as the page itself: whoever reads along learns nothing.
        message=f"{words[language]['page_title']}: {link}" if link else "",
        direction=languages.direction(language) if link else "",
        drawn=drawn,
        wrong=wrong,
        days=guard.clinic().settings.invitation_days,
        sealed=guard.clinic().settings.release_policy == NEVER,
    )
