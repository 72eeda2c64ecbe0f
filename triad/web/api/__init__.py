"""The same verbs for programs: one module per noun, each with a blueprint `bp`; found by looking, like the pages."""

from __future__ import annotations

from collections.abc import Callable
from importlib import import_module
from pkgutil import iter_modules
from threading import Lock
from typing import Any

import flask_smorest
from flask import Flask, request
from flask_wtf.csrf import CSRFProtect
from werkzeug.exceptions import NotAcceptable

from triad.web import guard
from triad.web.schemas.base import RefusalOut


class Api(flask_smorest.Api):
    """The document at `/api/openapi.json`; refusals are answered in `web/errors`, as for pages."""

    ERROR_SCHEMA = RefusalOut
    DEFAULT_ERROR_RESPONSE_NAME = None

    def __init__(self, app: Flask) -> None:
        self.undrawn: list[Callable[[], None]] = []
        self.drawing = Lock()
        super().__init__(app)

    def _register_error_handlers(self) -> None: ...

    def _openapi_json(self) -> Any:
        """Drawn when somebody first asks: most servers start without anybody reading it."""
        with self.drawing:
            while self.undrawn:
                self.undrawn.pop(0)()
        return super()._openapi_json()


def register(app: Flask, csrf: CSRFProtect) -> None:
    """Programs show a key in a header that no foreign page can set, and no cookie counts: no token is needed."""
    app.config.update(
        API_TITLE="Triad",
        API_VERSION="1",
        OPENAPI_VERSION="3.1.0",
        OPENAPI_URL_PREFIX="/api",
        API_SPEC_OPTIONS={"security": [{"key": []}]},
    )
    api = Api(app)
    api.spec.components.security_scheme("key", {"type": "http", "scheme": "bearer"})
    for module in iter_modules(__path__):
        noun = import_module(f"{__name__}.{module.name}").bp
        api.register_blueprint(noun)
        csrf.exempt(noun)
    app.before_request(refuse_other_formats)


def refuse_other_formats() -> None:
    accepted = request.accept_mimetypes
    if request.path.startswith(guard.API) and accepted and not accepted.accept_json:
        raise NotAcceptable
