"""A message as e-mail: plain text, one receiver, and where it moves a calendar the entry beside it."""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import datetime
from email.headerregistry import Address
from email.message import EmailMessage
from email.policy import SMTP
from email.utils import format_datetime

from triad.formats.letters import Letter

ADDRESS = re.compile(r"[A-Za-z0-9.!#$%&'*+/=?^_`{|}~-]{1,64}@[A-Za-z0-9](?:[A-Za-z0-9.-]{0,251}[A-Za-z0-9])?")
WIRE = SMTP.clone(cte_type="7bit")
"""Seven bits on the way: not every server that takes a message says whether it takes eight."""


@dataclass(frozen=True)
class Sender:
    """`name` is shown to everybody who passes the receiver's telephone: nothing about the clinic is in it."""

    address: str
    name: str


def is_address(text: str) -> bool:
    """One bare address that can stand in a header and after RCPT TO: no name, no space, no line, no second one."""
    return len(text) <= 254 and ADDRESS.fullmatch(text) is not None and ".." not in text


def message_id(row_id: str, sender: str) -> str:
    """The same for every try, so that a reader's own machine knows a second copy."""
    return f"<{row_id}@{sender.partition('@')[2]}>"


def built(
    letter: Letter, sender: Sender, to: str, id_: str, written_at: datetime, event: bytes = b"", method: str = ""
) -> bytes:
    """The whole message as it goes over the wire. ValueError for an address that is none."""
    if not (is_address(to) and is_address(sender.address)):
        raise ValueError("a message goes from one address to one address")
    message = EmailMessage(policy=WIRE)
    message["From"] = Address(sender.name, addr_spec=sender.address)
    message["To"] = to
    message["Subject"] = letter.subject
    message["Date"] = format_datetime(written_at)
    message["Message-ID"] = message_id(id_, sender.address)
    message["Auto-Submitted"] = "auto-generated"
    message.set_content(letter.text)
    if event:
        message.add_alternative(event.decode(), subtype="calendar", params={"method": method})
        # The same for every try, and nothing that the text can hold.
        message.set_boundary(f"=_{id_}_=")
    # Last: setting content takes away whatever was said of it before.
    message["Content-Language"] = letter.language
    return message.as_bytes(policy=WIRE)
