"""`triad serve`: the application behind waitress, in one process as SQLite wants it."""

from __future__ import annotations

import contextlib
import ctypes
import gc
import threading
from collections.abc import Callable
from queue import SimpleQueue
from typing import TYPE_CHECKING

import click

from triad import cli

if TYPE_CHECKING:
    from flask import Flask

ARENAS = -8
"""`M_ARENA_MAX` of glibc's `mallopt`; other C libraries have none."""


@click.command("serve")
@click.option("--host", default="127.0.0.1", show_default=True, help="Address to listen on.")
@click.option("--port", default=5000, show_default=True, help="Port to listen on.")
@click.option("--threads", default=8, show_default=True, help="Requests answered at the same time.")
def command(host: str, port: int, threads: int) -> None:
    """Serve the clinic the settings name."""
    from flask import current_app

    from triad.store import erasure, revisions
    from triad.store.db import db

    with cli.opened():
        if revisions.current(db.engine) != revisions.head():
            raise click.ClickException("The tables are not the newest. Make a backup, then: triad migrate up")
        if erasure.is_unfinished(db.engine):
            raise click.ClickException("A restore broke off. Repeat it: triad restore FILE --yes")
        app = current_app._get_current_object()  # type: ignore[attr-defined]
    click.echo(f"Triad answers on http://{host}:{port}")
    listen(app, host, port, threads)


def listen(app: Flask, host: str, port: int, threads: int = 8) -> None:
    import waitress

    from triad.formats import tables

    app.extensions["triad"].later = _in_turn(app)

    # What stands now stays: no search for rubbish walks through it while somebody waits. What comes goes at once.
    gc.collect()
    gc.freeze()
    gc.set_threshold(2_000, 10, 10)
    _share_memory()
    # The application refuses what is too large for a page; here ends what nobody could mean, before it fills a disk.
    most = tables.LARGEST
    # Whose word counts for where a request comes from is decided in `triad.app.trust`: waitress would drop all.
    waitress.serve(
        app,
        host=host,
        port=port,
        threads=threads,
        ident="",
        max_request_body_size=most,
        clear_untrusted_proxy_headers=False,
    )


def _in_turn(app: Flask) -> Callable[[Callable[[], None]], None]:
    """What takes long is done beside the requests, one after another; what is not done yet ends with the server."""
    import structlog

    waiting: SimpleQueue[Callable[[], None]] = SimpleQueue()

    def work() -> None:
        while True:
            act = waiting.get()
            try:
                with app.app_context():
                    act()
            except Exception as error:
                # The next one is nobody else's to do.
                structlog.get_logger().error("later_failed", kind=type(error).__name__)

    threading.Thread(target=work, name="later", daemon=True).start()
    return waiting.put


def _share_memory() -> None:
    """Two heaps for all threads: glibc would give each its own, and keep what any of them once needed."""
    with contextlib.suppress(OSError, AttributeError):
        ctypes.CDLL(None).mallopt(ARENAS, 2)
