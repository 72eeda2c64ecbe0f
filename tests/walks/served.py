"""The program that walks start and kill: the application behind waitress, its syncs whole, removed or refused.

`python -m tests.walks.served ADDRESS PORT [no-sync] [refuse-sync] [refuse-write] [forget-repeats]`
"""

from __future__ import annotations

import contextlib
import ctypes
import errno
import http.client
import os
import platform
import resource
import signal
import socket
import struct
import subprocess
import sys
import time
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from urllib.parse import urlencode

from flask import Flask

from tests.walks import born

UP_WITHIN = 10.0
"""Seconds after which a killed server must answer again."""

SYNCS = {"x86_64": (74, 75), "aarch64": (82, 83)}
"""Numbers of fsync and fdatasync in Linux, by machine."""


@contextlib.contextmanager
def opened(url: str) -> Iterator[Flask]:
    """An application on this database, inside its context; no connection is left behind."""
    from triad.app import create_app
    from triad.store.db import db

    app = create_app("testing", database_url=url)
    with app.app_context():
        try:
            yield app
        finally:
            db.session.remove()
            db.engine.dispose()


def remove_syncs() -> None:
    """What a fast and careless set-up would do; the check at start is blinded to it."""
    from triad.store import db as database

    careful = database.sqlite_settings
    database.sqlite_settings = lambda version: {**careful(version), "synchronous": "0"}
    database.unsafe = lambda connection: []

    def connect(connection: object) -> None:
        with connection.cursor() as cursor:  # type: ignore[attr-defined]
            cursor.execute("SET synchronous_commit TO off; SET timezone TO 'UTC'")
        connection.commit()  # type: ignore[attr-defined]

    database._postgres_connect = lambda connection, _: connect(connection)


def refuse_syncs() -> None:
    """From here on the kernel answers every sync of this program with "input/output error" (a seccomp filter)."""
    load, equal, give = 0x20, 0x15, 0x06
    refused, allowed = 0x00050000 | errno.EIO, 0x7FFF0000
    first, second = SYNCS[platform.machine()]
    steps = [
        (load, 0, 0, 0),
        (equal, 1, 0, first),
        (equal, 0, 1, second),
        (give, 0, 0, refused),
        (give, 0, 0, allowed),
    ]
    code = b"".join(struct.pack("HBBI", *step) for step in steps)
    held = ctypes.create_string_buffer(code, len(code))
    program = struct.pack("HxxxxxxP", len(steps), ctypes.addressof(held))
    libc = ctypes.CDLL(None, use_errno=True)
    no_new_rights, set_filter, by_program = 38, 22, 2
    for call in ((no_new_rights, 1, 0, 0, 0), (set_filter, by_program, program, 0, 0)):
        if libc.prctl(*call):
            raise OSError(ctypes.get_errno(), os.strerror(ctypes.get_errno()))


def forget_repeats() -> None:
    """Nobody remembers that a request has come before."""
    from triad.services import repeats

    repeats.once = lambda actor, request, act: (act(), request.status, False)


def refuse_writes() -> None:
    """From here on no file takes a single byte more."""
    _, most = resource.getrlimit(resource.RLIMIT_FSIZE)
    resource.setrlimit(resource.RLIMIT_FSIZE, (0, most))


Serving = Callable[..., None]
"""Takes the address of the database, a port and flags, and serves until it is ended."""


class Servers:
    """Server programs on ports of their own, all on one database; each can be killed and started again.

    `under`: a command that starts them, from nothing, where they are else born beside a program that has read all.
    """

    def __init__(
        self, url: str, count: int, *flags: str, under: Sequence[str] = (), program: Serving | None = None
    ) -> None:
        self.url, self.flags, self.under, self.program = url, flags, under, program or serve
        self.ports = [free_port() for _ in range(count)]
        self.programs: dict[int, born.Program | subprocess.Popen[bytes]] = {}

    def start(self, port: int, from_nothing: bool = False) -> float:
        """Seconds until the server on this port answers."""
        began = time.monotonic()
        given = (self.url, str(port), *self.flags)
        if self.under or from_nothing:
            command = [*self.under, sys.executable, "-m", __name__, *given]
            self.programs[port] = subprocess.Popen(command, start_new_session=True)
        else:
            self.programs[port] = born.program(self.program, *given)
        while time.monotonic() - began < 3 * UP_WITHIN:
            with contextlib.suppress(OSError), socket.create_connection(("127.0.0.1", port), timeout=1):
                return time.monotonic() - began
            assert _lives(self.programs[port]), "the server ended by itself"
            time.sleep(0.02)
        raise AssertionError("the server does not come up")

    def kill(self, port: int) -> None:
        one = self.programs[port]
        if isinstance(one, subprocess.Popen):
            # The whole group: under strace the server is a child of what was started.
            os.killpg(one.pid, signal.SIGKILL)
            one.wait()
        else:
            one.kill()
            one.join()

    def __enter__(self) -> Servers:
        for port in self.ports:
            self.start(port)
        return self

    def __exit__(self, *_: object) -> None:
        for port in self.ports:
            self.kill(port)


def _lives(one: born.Program | subprocess.Popen[bytes]) -> bool:
    return one.poll() is None if isinstance(one, subprocess.Popen) else one.is_alive()


def free_port() -> int:
    with socket.socket() as found:
        found.bind(("127.0.0.1", 0))
        return int(found.getsockname()[1])


@dataclass
class Browser:
    """One person, signed in by a cookie and a CSRF token: both are good at every server and after a restart."""

    port: int
    cookie: str
    csrf: str
    line: http.client.HTTPConnection | None = None

    def post(self, path: str, fields: Mapping[str, str]) -> int:
        """The status of the answer. Raises OSError or HTTPException when none comes."""
        body = urlencode({**fields, "csrf_token": self.csrf})
        headers = {"Cookie": self.cookie, "Content-Type": "application/x-www-form-urlencoded"}
        self.line = self.line or http.client.HTTPConnection("127.0.0.1", self.port, timeout=30)
        try:
            self.line.request("POST", path, body, headers)
            answer = self.line.getresponse()
            answer.read()
            return answer.status
        except (OSError, http.client.HTTPException):
            self.close()
            raise

    def close(self) -> None:
        if self.line:
            self.line.close()
            self.line = None


def serve(url: str, port: str, *flags: str) -> None:
    import logging

    from triad.cli import serve as shipped

    if "no-sync" in flags:
        remove_syncs()
    if "forget-repeats" in flags:
        forget_repeats()
    logging.disable()
    with opened(url) as app:
        pass
    if "refuse-sync" in flags:
        refuse_syncs()
    if "refuse-write" in flags:
        refuse_writes()
    shipped.listen(app, "127.0.0.1", int(port))


if __name__ == "__main__":
    serve(*sys.argv[1:])
