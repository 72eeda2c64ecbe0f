"""Handing e-mail to a server, and saying truly what came of it: taken, not taken, or nobody knows."""

from __future__ import annotations

import re
import smtplib
import ssl
from types import TracebackType

from triad.domain.telling import Answer, Outcome
from triad.settings import Settings

TIMEOUT = 30.0
"""Seconds a server may be silent, at each step."""
DOT = re.compile(rb"(?m)^\.")
LOCAL = ("localhost", "127.0.0.1", "::1")
TAKEN = 250


class Post:
    """One connection, opened with the first message and used for all that follow."""

    def __init__(self, settings: Settings) -> None:
        self.settings = settings
        self._server: smtplib.SMTP | None = None

    def __enter__(self) -> Post:
        return self

    def __exit__(self, _: type[BaseException] | None, __: BaseException | None, ___: TracebackType | None) -> None:
        self._close()

    def carry(self, to: str, raw: bytes) -> Answer:
        """One try. Until the message is written a fault proves that nobody got it; from then on nothing does."""
        try:
            server = self._server = self._server or opened(self.settings)
        except (OSError, smtplib.SMTPException) as error:
            return Answer(Outcome.NOT_SENT, _fault(error), stop=True)
        try:
            refused = self._announce(server, to)
        except (OSError, smtplib.SMTPException):
            self._close()
            return Answer(Outcome.NOT_SENT, "no_server", stop=True)
        return refused or self._write(server, raw)

    def _announce(self, server: smtplib.SMTP, to: str) -> Answer | None:
        code, _ = server.mail(self.settings.mail_from)
        if code != TAKEN:
            # That is about us and not about this message: the next one would hear the same.
            self._close()
            return Answer(Outcome.NOT_SENT, "sender", stop=True)
        for step in (lambda: server.rcpt(to), lambda: server.docmd("DATA")):
            code, _ = step()
            if not 200 <= code < 400:
                self._close()
                return _refused(code)
        return None

    def _write(self, server: smtplib.SMTP, raw: bytes) -> Answer:
        try:
            server.send(DOT.sub(b"..", raw) + (b"" if raw.endswith(b"\r\n") else b"\r\n") + b".\r\n")
            code, _ = server.getreply()
        except (OSError, smtplib.SMTPException):
            self._close()
            return Answer(Outcome.UNKNOWN, "no_answer", stop=True)
        if code == TAKEN:
            return Answer(Outcome.SENT)
        self._close()
        return _refused(code)

    def _close(self) -> None:
        if self._server is not None:
            self._server.close()
            self._server = None


def _refused(code: int) -> Answer:
    return Answer(Outcome.REFUSED, "refused") if code >= 500 else Answer(Outcome.NOT_SENT, "later")


def _fault(error: Exception) -> str:
    if isinstance(error, smtplib.SMTPAuthenticationError):
        return "no_login"
    return "no_tls" if isinstance(error, (ssl.SSLError, smtplib.SMTPNotSupportedError)) else "no_server"


def greeted(settings: Settings) -> str:
    """Why the server does not let us in; "" when it does."""
    try:
        opened(settings).close()
    except (OSError, smtplib.SMTPException) as error:
        return _fault(error)
    return ""


def opened(settings: Settings) -> smtplib.SMTP:
    """A server that has said hello, over TLS unless set otherwise, signed in. Raises OSError, SMTPException."""
    secure = ssl.create_default_context()
    place = (settings.smtp_host, settings.smtp_port)
    if settings.smtp_security == "tls":
        server: smtplib.SMTP = smtplib.SMTP_SSL(*place, timeout=TIMEOUT, context=secure)
    else:
        server = smtplib.SMTP(*place, timeout=TIMEOUT)
    try:
        if settings.smtp_security == "starttls":
            server.starttls(context=secure)
        server.ehlo_or_helo_if_needed()
        if settings.smtp_user:
            server.login(settings.smtp_user, settings.smtp_password)
    except (OSError, smtplib.SMTPException):
        server.close()
        raise
    return server
