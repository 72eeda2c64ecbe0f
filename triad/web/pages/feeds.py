"""One's own calendar to subscribe to: its address is made, renewed and ended here, and read by calendar programs."""

from __future__ import annotations

import hashlib

from flask import Blueprint, flash, make_response, redirect, render_template, request, url_for
from werkzeug.wrappers import Response as AnyResponse

from triad.domain.calendars import BEFORE
from triad.formats import ical
from triad.services import feeds
from triad.services.policy import May
from triad.web import guard
from triad.web.i18n import gettext

bp = Blueprint("feeds", __name__)


@bp.get("/me/calendar")
@guard.needs(May.CHANGE_OWN_CALENDAR)
def mine() -> str:
    return _page()


@bp.post("/me/calendar")
@guard.needs(May.CHANGE_OWN_CALENDAR)
def make() -> tuple[str, int]:
    return _page(guard.outside("feeds.read", feed=feeds.make(guard.actor()))), 201


@bp.post("/me/calendar/end")
@guard.needs(May.CHANGE_OWN_CALENDAR)
def end() -> AnyResponse:
    feeds.end(guard.actor())
    flash(gettext("The address shows nothing any more."), "ok")
    return redirect(url_for("feeds.mine"), 303)


@bp.get("/calendar/<feed>.ics")
@guard.needs(May.ENTER)
def read(feed: str) -> AnyResponse:
    """Wrong ones are not counted: nobody guesses 32 random bytes, and programs go on asking for old addresses."""
    found = feeds.read(guard.actor(), feed)
    written = ical.feed(found.entries, found.locale, guard.clinic().settings.mail_name)
    answer = make_response(written)
    answer.mimetype = "text/calendar"
    answer.headers["Content-Disposition"] = 'inline; filename="calendar.ics"'
    answer.set_etag(hashlib.sha256(written).hexdigest()[:32])
    return answer.make_conditional(request)


def _page(link: str = "") -> str:
    return render_template(
        "pages/feeds_mine.html",
        made_at=feeds.mine(guard.actor()),
        link=link,
        weeks=BEFORE.days // 7,
        zone=guard.clinic().settings.zone,
    )
