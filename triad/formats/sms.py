"""Handing short messages to a gateway: one POST of JSON to the one address that is set; see docs/sms.md."""

from __future__ import annotations

import json
import re
import urllib.error
import urllib.request
from http.client import HTTPException
from typing import Any
from urllib.parse import urlsplit

from triad.domain import cells
from triad.domain.telling import Answer, Outcome
from triad.settings import Settings

TIMEOUT = 20.0
NUMBER = re.compile(r"\+?[0-9]{6,15}")
LOCAL = ("localhost", "127.0.0.1", "::1")


class _Straight(urllib.request.HTTPRedirectHandler):
    """What is sent goes to the address that is set, or nowhere."""

    def redirect_request(self, *_: Any, **__: Any) -> None:
        return None


def number(text: str) -> str:
    """A telephone number without its spaces and strokes; "" for what is none."""
    bare = re.sub(r"[\s()/.-]", "", cells.latin(text))
    return bare if NUMBER.fullmatch(bare) else ""


def is_gateway(url: str) -> bool:
    """https, with a host and without a password in it; plain http only to this very machine."""
    try:
        found = urlsplit(url)
    except ValueError:
        return False
    secure = found.scheme == "https" or (found.scheme == "http" and found.hostname in LOCAL)
    return secure and bool(found.hostname) and not (found.username or found.password)


def carry(settings: Settings, to: str, text: str, id_: str) -> Answer:
    """One try. Only 2xx is yes; without an answer the gateway may have it, and knows a second copy by its `id`."""
    if not is_gateway(settings.sms_url):
        return Answer(Outcome.NOT_SENT, "no_gateway", stop=True)
    body = json.dumps({"id": id_, "to": to, "text": text}).encode()
    headers = {"Content-Type": "application/json", "Idempotency-Key": id_}
    headers |= {"Authorization": f"Bearer {settings.sms_key}"} if settings.sms_key else {}
    asked = urllib.request.Request(settings.sms_url, body, headers, method="POST")  # noqa: S310  (see is_gateway)
    opener = urllib.request.build_opener(_Straight, urllib.request.ProxyHandler({}))
    try:
        with opener.open(asked, timeout=TIMEOUT) as reply:
            return _answer(reply.status)
    except urllib.error.HTTPError as error:
        error.close()
        return _answer(error.code)
    except urllib.error.URLError as error:
        # Raised before anything was written, and also when the answer does not come in time.
        if isinstance(error.reason, ConnectionRefusedError):
            return Answer(Outcome.NOT_SENT, "no_gateway", stop=True)
        return Answer(Outcome.UNKNOWN, "no_answer", stop=True)
    except (OSError, HTTPException):
        return Answer(Outcome.UNKNOWN, "no_answer", stop=True)


def _answer(status: int) -> Answer:
    if 200 <= status < 300:
        return Answer(Outcome.SENT)
    if status in (401, 403):
        return Answer(Outcome.NOT_SENT, "no_login", stop=True)
    if status == 429 or status >= 500:
        return Answer(Outcome.NOT_SENT, "later", stop=True)
    return Answer(Outcome.REFUSED, "refused")
