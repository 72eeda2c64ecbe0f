"""How often a secret may be guessed: nobody is shut out for longer than a quarter of an hour, no guesser gets far.

What counts is a try that failed, under a key: a place it came from, the account it was about, the device it came by.
"""

from __future__ import annotations

import ipaddress
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from datetime import datetime, timedelta

LONGEST = timedelta(minutes=15)
"""No lock lasts longer."""
REMEMBERED = timedelta(days=1)
"""A failed try counts this long."""
NOWHERE = "unknown"


@dataclass(frozen=True)
class Origin:
    """Where a try comes from. `device`: the long-lived value this browser holds, "" for none."""

    address: str = ""
    device: str = ""
    browser: str = ""
    """As `factors.browser` tells it."""


@dataclass(frozen=True)
class Rule:
    """Once `fails` tries failed within `within`, the next may come `gap` after the last that failed."""

    fails: int
    within: timedelta
    gap: timedelta


def _minutes(fails: int, within: float, gap: float) -> Rule:
    return Rule(fails, timedelta(minutes=within), timedelta(minutes=gap))


DAY = REMEMBERED / timedelta(minutes=1)
RULES: dict[str, tuple[Rule, ...]] = {
    # One address (IPv6: one network): a whole clinic may stand behind it.
    "place": (_minutes(30, 10, 10), _minutes(60, DAY, 1)),
    # The addresses around it.
    "prefix": (_minutes(100, 10, 10),),
    # One account from devices it never signed in with.
    "account": (_minutes(5, DAY, 0.5), _minutes(10, DAY, 15)),
    # One account from a device it has signed in with before: nobody else can use this up.
    "device": (_minutes(10, 15, 5),),
    # Everybody from devices that are not known: a guess here and a guess there.
    "clinic": (_minutes(150, DAY, 1.5),),
}
"""Of 10,000 guesses at a rate of one a second or more, these let through at most 300, wherever they come from."""


def wait(rule: Rule, earlier: datetime | None, last: datetime | None, now: datetime) -> timedelta:
    """How long until the next try; zero when it may come now.

    `last` is the newest failed try, `earlier` the newest but `rule.fails - 1`; None where there are not so many.
    """
    if earlier is None or last is None or now - earlier >= rule.within:
        return timedelta(0)
    return max(last + rule.gap - now, timedelta(0))


def places(address: str) -> tuple[str, str]:
    """The network one sender has to itself, and the one around it: IPv4 /32 and /24, IPv6 /64 and /48.

    Addresses of IPv4 written as IPv6 count as what they are; anything else is one place of its own.
    """
    try:
        found = ipaddress.ip_address(address)
    except ValueError:
        return NOWHERE, NOWHERE
    if isinstance(found, ipaddress.IPv6Address):
        if found.ipv4_mapped is None:
            return _network(found, 64), _network(found, 48)
        found = found.ipv4_mapped
    return _network(found, 32), _network(found, 24)


def _network(address: ipaddress.IPv4Address | ipaddress.IPv6Address, bits: int) -> str:
    return str(ipaddress.ip_network((address, bits), strict=False))


def seconds(waits: Iterable[timedelta]) -> int:
    """The longest of them in whole seconds, rounded up; 0 when none has to wait."""
    longest = max(waits, default=timedelta(0))
    return -(-longest // timedelta(seconds=1))


def keys(
    hashed: Callable[[str, str], str], purpose: str, origin: Origin, who: str = "", known: bool = False
) -> dict[str, str]:
    """Under what a try counts: a line of RULES -> its keyed hash. `purpose`: `password`, `code`, `link` or `key`.

    A device that is known for `who` has a budget of its own, which nobody else can use up.
    """
    if known:
        about = {"device": f"{origin.device} {who}"}
    else:
        place, prefix = places(origin.address)
        about = {"place": place, "prefix": prefix, "clinic": ""} | ({"account": who} if who else {})
    return {kind: hashed("tries", f"{purpose} {kind} {value}") for kind, value in about.items()}
