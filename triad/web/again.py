"""A request that another one pushed aside in the database is answered anew, where nothing of it was written yet."""

from __future__ import annotations

from collections.abc import Callable
from functools import wraps
from typing import Any

from flask import Flask

from triad.domain import errors
from triad.services import context

View = Callable[..., Any]
AGAIN = 3
"""Times, after the first."""


def register(app: Flask) -> None:
    """After all routes are there. A view that has kept something already is not called twice."""
    for endpoint, view in app.view_functions.items():
        app.view_functions[endpoint] = _answered(view)


def _answered(view: View) -> View:
    @wraps(view)
    def answered(*args: Any, **kwargs: Any) -> Any:
        context.nothing_kept_yet()
        for left in range(AGAIN, -1, -1):
            try:
                return view(*args, **kwargs)
            except errors.Unavailable as error:
                if not (error.again and left):
                    raise
        raise AssertionError

    return answered
