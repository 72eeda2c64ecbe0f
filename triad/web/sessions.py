"""Login sessions on the server. The cookie is a random value and nothing else; a new login gets a new one."""

from __future__ import annotations

from typing import Any

from flask import Flask, Request, Response, has_request_context, session
from flask import request as http_request
from flask.json.tag import TaggedJSONSerializer
from flask.sessions import SessionInterface, SessionMixin
from flask_security import SQLAlchemyUserDatastore
from werkzeug.datastructures import CallbackDict

from triad.domain import errors, factors
from triad.services import logins
from triad.services.context import Actor, Clinic
from triad.services.logins import Login

ACCOUNT = "_user_id"


class LoginState(CallbackDict[str, Any], SessionMixin):
    """`account` is what was read along with the login: whose it was when the request began.

    `turn`: the browser gets a new value with this answer, and the old one opens nothing.
    `fault`: the database could not be asked, so nobody knows who this is, and nothing is written back.
    """

    fault: errors.Unavailable | None = None

    def __init__(self, contents: dict[str, Any] | None = None, value: str = "", login: Login | None = None) -> None:
        def changed(_: Any) -> None:
            self.modified = True

        super().__init__(contents or {}, changed)
        self.value = value
        self.was = self.get(ACCOUNT)
        self.due = bool(login and login.due)
        self.account = login.account if login else None
        self.modified = False
        self.turn = False
        self.new = not value


class ServerSessions(SessionInterface):
    packer = TaggedJSONSerializer()

    def __init__(self, clinic: Clinic) -> None:
        self.actor = Actor(clinic, source="login")
        self.secure = clinic.settings.https
        self.cookie = "__Host-triad" if self.secure else "triad"

    def open_session(self, app: Flask, request: Request) -> LoginState:
        value = "" if request.path.startswith("/api/") else request.cookies.get(self.cookie, "")
        try:
            found = logins.load(self.actor, value) if value and request.endpoint != "static" else None
        except errors.Unavailable as error:
            # Told at the door, where an answer can be made of it.
            unknown = LoginState()
            unknown.fault = error
            return unknown
        if found is None:
            return LoginState()
        return LoginState(self.packer.loads(found.contents), value, found)

    def save_session(self, app: Flask, session: SessionMixin, response: Response) -> None:
        assert isinstance(session, LoginState)
        if session.fault:
            return
        try:
            self._save(session, response)
        except errors.Unavailable as error:
            session.fault = error
            if session.modified or session.turn:
                raise

    def _save(self, session: LoginState, response: Response) -> None:
        account = session.get(ACCOUNT)
        if session.was and not account:
            # Signed out: what was known of the one who left is not kept for the next.
            session.clear()
        if session.value and (session.turn or account != session.was):
            # Rotation: whoever planted or saw the old value holds nothing now.
            logins.end(self.actor, session.value)
            session.value = ""
        if not session:
            if session.modified:
                response.delete_cookie(self.cookie, secure=self.secure, httponly=True, samesite="Lax")
            return
        if not (session.modified or (session.due and account)):
            return
        fresh = not session.value
        session.value = session.value or self.actor.clinic.secret()
        browser = factors.browser(http_request.user_agent.string)
        logins.save(self.actor, session.value, self.packer.dumps(dict(session)), account, browser)
        if fresh:
            response.set_cookie(self.cookie, session.value, secure=self.secure, httponly=True, samesite="Lax")


class Accounts(SQLAlchemyUserDatastore):
    """The library's own reads, but for the account that has come with the login."""

    def find_user(self, case_insensitive: bool = False, **by: Any) -> Any:
        account = getattr(session, "account", None) if has_request_context() else None
        if account and by == {"fs_uniquifier": account.fs_uniquifier}:
            return account
        return super().find_user(case_insensitive, **by)
