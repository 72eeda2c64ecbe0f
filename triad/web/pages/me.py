"""One's own account: name, roles, language of the desk, and signing out everywhere."""

from __future__ import annotations

from flask import Blueprint, redirect, render_template, request, url_for
from flask_security import current_user, logout_user
from werkzeug.wrappers import Response

from triad.domain import errors
from triad.domain.parties import STAFF
from triad.services import accounts
from triad.services.policy import May
from triad.web import errors as refusals
from triad.web import guard
from triad.web.i18n import gettext
from triad.web.pages.accounts import ROLES

bp = Blueprint("me", __name__)

LANGUAGES = (("en", "English"), ("ar", "العربية"))
"""Each in its own words, for whoever cannot read the page as it is."""


@bp.get("/me")
@guard.needs(May.SEE_OWN_ACCOUNT)
def index() -> str:
    return _page({})


def _page(fields: dict[str, str]) -> str:
    held = [gettext(ROLES[role]) for role in STAFF if role in guard.actor().roles]
    languages = (("", gettext("As the browser asks")), *LANGUAGES)
    return render_template(
        "pages/me_index.html",
        email=current_user.email,
        roles=held,
        languages=languages,
        locale=current_user.locale,
        fields=fields,
    )


@bp.post("/me/language")
@guard.needs(May.SEE_OWN_ACCOUNT, "locale")
def change_language() -> Response | tuple[str, int]:
    try:
        accounts.change_locale(guard.actor(), request.form.get("locale", ""))
    except errors.Unfit as error:
        return _page({key: refusals.sentence(code) for key, code in error.fields.items()}), 422
    return redirect(url_for("me.index"), 303)


@bp.post("/me/logins")
@guard.needs(May.SEE_OWN_ACCOUNT)
def end_logins() -> Response:
    accounts.end_my_logins(guard.actor())
    logout_user()
    return redirect(url_for("security.login"), 303)
