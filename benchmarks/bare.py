"""The baseline of `benchmarks.ratings`: a Flask route that writes one row in one transaction, and nothing else.

Engine settings, write lock and server are those of Triad.
"""

from __future__ import annotations

import contextlib
import logging
import threading

import waitress
from flask import Flask, Response
from sqlalchemy import Column, Integer, MetaData, String, Table, create_engine, insert

from triad.store import db as database

ROWS = Table("bare_row", MetaData(), Column("id", Integer, primary_key=True), Column("mark", String(10)))


def serve(url: str, port: str) -> None:
    """Until it is ended."""
    engine = create_engine(url, pool_pre_ping=not url.startswith("sqlite"))
    database.prepare(engine)
    writer = engine.execution_options(**{database.WRITES: True})
    ROWS.metadata.create_all(writer)
    lock = threading.Lock() if url.startswith("sqlite") else contextlib.nullcontext()
    app = Flask(__name__)

    @app.post("/row")
    def row() -> Response:
        with lock, writer.begin() as connection:
            connection.execute(insert(ROWS).values(mark="5"))
        return Response(status=303, headers={"Location": "/"})

    # A queue is what eight writers are for: it is no news.
    logging.getLogger("waitress.queue").setLevel(logging.ERROR)
    waitress.serve(app, host="127.0.0.1", port=int(port), threads=8, ident="")
