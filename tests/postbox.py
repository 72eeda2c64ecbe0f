"""A real mail server in a process of its own, which writes down every message it took.

How it behaves is in the receiver's name: `gone` is refused, `full` put off, `dies` taken without an answer.
"""

from __future__ import annotations

import asyncio
import json
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from email import message_from_bytes
from email.policy import default
from pathlib import Path
from typing import Any

SENDER = "calendar@triad.example.org"
SET = {"smtp_host": "127.0.0.1", "smtp_security": "none", "mail_from": SENDER, "address": "https://triad.example.org"}
TWICE = ("may reach you twice", "مرتين", "zweimal", "deux fois", "dos veces")


@dataclass(frozen=True)
class Taken:
    id: str
    to: str
    raw: bytes

    @property
    def message(self) -> Any:
        return message_from_bytes(self.raw, policy=default)

    @property
    def text(self) -> str:
        return str(self.message.get_body(("plain",)).get_content())

    @property
    def event(self) -> str:
        """The entry of a calendar that came along; "" for none."""
        found = [one for one in self.message.walk() if one.get_content_type() == "text/calendar"]
        return str(found[0].get_content()) if found else ""

    @property
    def says_twice(self) -> bool:
        return any(words in self.text for words in TWICE)


@dataclass(frozen=True)
class Postbox:
    port: int
    file: Path

    @property
    def settings(self) -> dict[str, Any]:
        return SET | {"smtp_port": self.port}

    def count(self) -> int:
        """As one byte each: whoever asks all the time shall not read all messages."""
        tally = self.file.with_suffix(".tally")
        return tally.stat().st_size if tally.exists() else 0

    def taken(self) -> list[Taken]:
        rows = [json.loads(line) for line in self.file.read_text("utf-8").splitlines()]
        return [Taken(row["id"], row["to"], row["raw"].encode("latin-1")) for row in rows]


@contextmanager
def opened(folder: Path) -> Iterator[Postbox]:
    file = folder / "taken.jsonl"
    file.touch()
    program = [sys.executable, "-m", "tests.postbox", str(file)]
    with subprocess.Popen(program, stdout=subprocess.PIPE, cwd=Path(__file__).parents[1]) as server:
        assert server.stdout is not None
        try:
            yield Postbox(int(server.stdout.readline()), file)
        finally:
            server.kill()


class Handler:
    def __init__(self, file: Path) -> None:
        self.file, self.tally = file.open("a", encoding="utf-8"), file.with_suffix(".tally").open("ab", buffering=0)

    async def handle_RCPT(self, server: Any, session: Any, envelope: Any, address: str, options: Any) -> str:
        if address.startswith("gone"):
            return "550 nobody of that name"
        if address.startswith("full"):
            return "452 the box is full"
        envelope.rcpt_tos.append(address)
        return "250 OK"

    async def handle_DATA(self, server: Any, session: Any, envelope: Any) -> str:
        raw, (to,) = envelope.original_content, envelope.rcpt_tos
        id_ = message_from_bytes(raw, policy=default)["Message-ID"]
        self.file.write(json.dumps({"id": id_, "to": to, "raw": raw.decode("latin-1")}) + "\n")
        self.file.flush()
        self.tally.write(b".")
        if to.startswith("dies"):
            server.transport.abort()
        return "250 OK"


async def serve(file: Path) -> None:
    from aiosmtpd.smtp import SMTP

    handler, loop = Handler(file), asyncio.get_running_loop()
    server = await loop.create_server(lambda: SMTP(handler, loop=loop), "127.0.0.1", 0)
    print(server.sockets[0].getsockname()[1], flush=True)
    await server.serve_forever()


if __name__ == "__main__":
    asyncio.run(serve(Path(sys.argv[1])))
