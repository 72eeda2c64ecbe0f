"""The door of every route: which verb it is, who stands before it, and the headers each answer carries."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, TypeVar
from urllib.parse import urlsplit

from flask import Flask, Response, current_app, g, redirect, request, session, url_for
from flask_security import current_user
from werkzeug.datastructures import WWWAuthenticate
from werkzeug.exceptions import BadRequest, Unauthorized, UnsupportedMediaType
from werkzeug.wrappers import Response as AnyResponse

from triad.domain import errors
from triad.domain.parties import Role
from triad.domain.throttling import NOWHERE, Origin
from triad.services import context, guesses, keys, policy
from triad.services.context import Actor, Clinic
from triad.services.policy import May

View = TypeVar("View", bound=Callable[..., Any])

# Routes that libraries bring along, and the verb each one is.
LIBRARY = {
    "static": May.ENTER,
    "security.static": May.ENTER,
    "security.login": May.ENTER,
    "security.logout": May.ENTER,
    "api-docs.openapi_json": May.SEE_API,
}
API = "/api/"
ALL = "*"
"""Named by a route whose verb reads the whole form and itself refuses what it does not know."""
LIBRARY_FORMS = {
    "security.login": ("email", "password", "remember", "next", "submit"),
}
CONFIRM = ("confirm_password", "confirm_code", "confirm_key")
"""What any step may carry that asks who it is first: see `web/confirm`."""
SAFE = ("GET", "HEAD", "OPTIONS")
FORM = ("room", "ahead")
"""The client's form, whose pages bring their own words and their own language."""
HANDED_OVER = ("room", "tablets", "ahead")
"""What a tablet in a client's hands can show."""

CSP = (
    "default-src 'none'; style-src 'self'; script-src 'self'; img-src 'self'; font-src 'self'; media-src 'self'; "
    "connect-src 'self'; form-action 'self'; base-uri 'none'; frame-ancestors 'none'"
)
HEADERS = {
    "Content-Security-Policy": CSP,
    "X-Content-Type-Options": "nosniff",
    "X-Frame-Options": "DENY",
    "Referrer-Policy": "no-referrer",
    "Cross-Origin-Opener-Policy": "same-origin",
    "Cross-Origin-Resource-Policy": "same-origin",
    "Permissions-Policy": "camera=(), geolocation=(), microphone=()",
}


def needs(verb: May, *takes: str) -> Callable[[View], View]:
    """Name the verb of a route, and the fields its form may have. Without a verb the application does not start."""

    def named(view: View) -> View:
        view.may, view.takes = verb, takes  # type: ignore[attr-defined]
        return view

    return named


def verb_of(app: Flask, endpoint: str) -> May | None:
    if endpoint in LIBRARY:
        return LIBRARY[endpoint]
    return getattr(app.view_functions[endpoint], "may", None)


def check_doors(app: Flask) -> None:
    """RuntimeError naming every route that has no verb, or a verb the policy does not know."""
    endpoints = {rule.endpoint for rule in app.url_map.iter_rules()}
    bare = sorted(name for name in endpoints if verb_of(app, name) not in policy.TABLE)
    if bare:
        raise RuntimeError(f"routes without a policy: {', '.join(bare)}")


def clinic() -> Clinic:
    return current_app.extensions["triad"]


def actor() -> Actor:
    """Who stands before the door; read fresh from the account once a request."""
    if "actor" not in g:
        g.actor = _actor()
    return g.actor


def _actor() -> Actor:
    if request.path.startswith(API):
        return _bearer() or Actor(clinic())
    if not current_user.is_authenticated:
        return Actor(clinic())
    return Actor(
        clinic(),
        account_id=current_user.id,
        person_id=current_user.person_id,
        name=current_user.person.name,
        roles=frozenset(Role(grant.name) for grant in current_user.roles),
    )


def _bearer() -> Actor | None:
    """Programs show a key and nothing else: a browser's login opens no door here, so none needs a CSRF token."""
    shown = shown_key()
    return keys.find(clinic(), shown) if shown else None


def shown_key() -> str:
    """The key a program shows, good or not; "" for none."""
    shown = request.authorization
    return (shown.token or "") if shown and shown.type == "bearer" else ""


def keep_up() -> None:
    """Before each request: a page that asks no verb, such as the sign-in, has to know of changed settings too."""
    if request.endpoint == "static":
        return
    if fault := getattr(session, "fault", None):
        raise fault
    context.keep_up(clinic())


def tablet_cookie() -> dict[str, Any]:
    """Of a browser that was handed to a client: while it holds this, it shows that client's form and nothing else."""
    https = clinic().settings.https
    return {"key": "__Host-tablet" if https else "tablet", "secure": https, "httponly": True, "samesite": "Lax"}


def tablet() -> str:
    """The value such a browser holds; "" for every other."""
    return request.cookies.get(tablet_cookie()["key"], "")


def outside(endpoint: str, **values: str) -> str:
    """A whole address, to be given to somebody: over TLS where the clinic uses it, whatever stands before us."""
    return url_for(endpoint, _external=True, _scheme="https" if clinic().settings.https else None, **values)


def refuse_garbled() -> None:
    """What is no text, or has a NUL or a part without a name, is answered 400 before anybody looks for a token.

    JSON is for the API alone.
    """
    try:
        values = [request.path, *request.args.values(), *request.form.values()]
    except UnicodeDecodeError:
        raise BadRequest from None
    if request.is_json and not request.path.startswith(API):
        # Our pages send forms; the library behind the sign-in would take whatever a program sends there for one.
        raise UnsupportedMediaType
    if None in {*request.form, *request.files} or any("\0" in value for value in values):
        raise BadRequest


def refuse_foreign() -> None:
    """A changing request that another site caused is answered 400."""
    if request.method in SAFE:
        return
    # Pages that send no referrer have the Origin "null" even on their own forms: there Sec-Fetch-Site decides.
    site, origin = request.headers.get("Sec-Fetch-Site"), request.headers.get("Origin")
    own = site in ("same-origin", "none") if site else origin is None or _host(origin) == request.host
    if not own:
        raise BadRequest


def _host(origin: str) -> str:
    """Host and port of an Origin; "" for what is none."""
    try:
        return urlsplit(origin).netloc
    except ValueError:
        return ""


def stand_before() -> AnyResponse | None:
    """Before each request: may this actor do this verb to anything at all?"""
    if request.endpoint is None or request.endpoint == "static":
        return None
    verb = verb_of(current_app, request.endpoint)
    assert verb is not None
    if request.blueprint not in HANDED_OVER and tablet():
        return redirect(url_for("tablets.index"), 303)
    if not actor().account_id and request.path.startswith(API):
        if shown_key():
            guesses.missed(actor(), Origin(request.remote_addr or NOWHERE), "key")
        raise Unauthorized(www_authenticate=WWWAuthenticate("bearer", {"realm": "Triad"}))
    if policy.could(verb, actor()):
        _refuse_unknown(request.endpoint)
        return None
    if not actor().account_id:
        return redirect(url_for("security.login"), 303)
    raise errors.NotFound


def _refuse_unknown(endpoint: str) -> None:
    """Unfit for fields this page did not ask for: somebody tries what else might be written."""
    if request.method in SAFE or request.path.startswith(API):
        return
    named: tuple[str, ...] = getattr(current_app.view_functions[endpoint], "takes", ())
    known = LIBRARY_FORMS.get(endpoint, named)
    sent = {*request.files, *(() if ALL in known else request.form)}
    if unknown := sorted(sent - {"csrf_token", *known, *CONFIRM}):
        raise errors.Unfit(dict.fromkeys(unknown, "unknown_field"))


def add_headers(response: Response) -> Response:
    given = {name.lower() for name, _ in response.headers}
    for name, value in HEADERS.items():
        if name.lower() not in given:
            response.headers.add(name, value)
    if request.endpoint != "static":
        response.headers["Cache-Control"] = "no-store"
    if clinic().settings.https:
        response.headers["Strict-Transport-Security"] = "max-age=63072000; includeSubDomains"
    return response
