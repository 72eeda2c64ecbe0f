"""What a browser is given it cannot be turned against its owner with (W)."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterable
from itertools import chain
from pathlib import Path
from typing import Any

import flask.helpers
import pytest
from flask import Response, redirect, request
from werkzeug.wrappers import Response as AnyResponse

from tests.exam import corpora
from tests.exam.sheet import Reached, Size, address, row
from tests.walks import astray, clinic, delicate, scripts, sealed
from tests.walks.clinic import House
from triad.services import notes
from triad.web import guard, signing


@row(
    "W1-3, W10",
    "nothing is changed by another site's page, nothing is framed, kept or run from elsewhere",
    "CSRF on all unsafe verbs + Origin; CSP default none, no framing; no-store: 100% of routes and responses",
)
def pages_are_sealed(size: Size) -> Reached:
    with clinic.opened() as house:
        let_in, sent = sealed.forge(house, size.of(1, 23))
        bare, seen = sealed.bare(house, size.of(1, 47))
        with pytest.MonkeyPatch.context() as patch:
            patch.setitem(house.app.before_request_funcs, None, [guard.stand_before])
            patch.setitem(house.app.after_request_funcs, None, [])
            open_, _ = sealed.forge(house, 9)
            naked, _ = sealed.bare(house, 97)
    told = f"{sent} forged requests, {len(let_in)} let in; {seen.total()} answers of {len(seen)} kinds "
    told += f"({', '.join(map(str, sorted(seen)))}), {len(bare)} without a header"
    return Reached(told, not let_in and not bare and {400, 404, 405, 413, 500} <= set(seen), bool(open_ and naked))


@row(
    "W4-6",
    "hostile words are text on every page, and turn nothing but themselves; delicate ones come out as they went in",
    "150 payloads x field x sink: 0 run; bidi isolated; ZWNJ and marks kept: 12 scripts byte-exact",
)
def words_stay_words(size: Size) -> Reached:
    full = size.whole
    texts, signs = list(enumerate(corpora.TOGETHER))[:: size.of(1, 17)], corpora.TURNED[:: size.of(1, 6)]
    words = dict(list(corpora.WORDS.items())[:: size.of(1, 6)])
    with clinic.opened() as house:
        sinks = scripts.sinks(house) if full else list(scripts.SOME)
        house.keep()
        out: list[str] = []
        pages = 0
        for number, text in texts:
            shown = chain(scripts.shown(house, sinks, text), scripts.echoed(house, text, number, size.of(10, 24)))
            # How a page holds what was written depends on no one text: the first of each kind are read as a whole.
            known = text if number >= 15 else ""
            found, count = _found(shown, lambda page, known=known: scripts.escaped(page, known))
            out, pages = out + found, pages + count
        turned = (scripts.shown(house, sinks, text) for text in signs)
        turning, lines = _found(chain.from_iterable(turned), scripts.turning)
        changed, kept = delicate.kept(house, words)
        ran, opened = _in_a_browser(house, sinks) if full else ([], 0)
        loose = _unescaped(house, sinks, full)
    told = f"{3 * len(texts)} payloads on {len(sinks)} pages and in forms, {pages} answers, {len(out)} got out; "
    told += f"{opened} pages opened in Chromium without its policy, {len(ran)} ran; {len(signs)} signs that turn, "
    told += f"{len(turning)} of {lines} pages turned; {kept} readings of {len(words)} scripts, {len(changed)} changed"
    return Reached(told, not (out or turning or changed or ran), loose)


def _found(pages: Iterable[tuple[str, str]], check: Callable[[str], list[str]]) -> tuple[list[str], int]:
    wrong, count = [], 0
    for place, page in pages:
        count += 1
        wrong += [f"{place}: {one}" for one in check(page)]
    return wrong, count


def _in_a_browser(house: House, sinks: list[scripts.Sink]) -> tuple[list[str], int]:
    from tests.walks import browsed

    house.restore()
    browsed.crowd(house, corpora.SCRIPTS)
    ran, opened = browsed.ran(house, browsed.FULL_OF_THEM)
    house.restore()
    more, again = browsed.ran(house, sinks, corpora.TOGETHER[7::25])
    return ran + more, opened + again


def _unescaped(house: House, sinks: list[scripts.Sink], full: bool) -> bool:
    """Without escaping scripts get out and run, and names that turn are seen where nothing isolates them."""
    templates, change = house.app.jinja_env, [one for one in sinks if one.path.endswith("/change")]
    templates.filters["isolated"] = str
    turned, _ = _found(scripts.shown(house, change, corpora.TURNED[0]), scripts.turning)
    templates.autoescape = False
    templates.cache.clear()
    out, _ = _found(scripts.shown(house, sinks[:6], corpora.SCRIPTS[1]), scripts.escaped)
    if full:
        from tests.walks import browsed

        out = browsed.ran(house, sinks[:6], [corpora.SCRIPTS[1]])[0] if out else []
    return bool(out and turned)


@row(
    "W7-9",
    "no sign-in leads abroad, no foreign name is answered, no address leaves its folder",
    "60 + 20 + 200 variants: 0",
)
def nobody_is_led_astray(size: Size) -> Reached:
    every = size.of(1, 12)
    with clinic.opened() as house:
        places, climbing = corpora.NEXT[::every], corpora.CLIMBING[::every]
        abroad = astray.sent_abroad(house.app, places)
        named = astray.misnamed(house, corpora.HOSTS)
        climbed = astray.climbed(house.app, climbing)
        with pytest.MonkeyPatch.context() as patch:
            patch.setitem(house.app.config, "TRUSTED_HOSTS", None)
            anybody = astray.misnamed(house, corpora.HOSTS[:2])
            patch.setattr(signing, "redirect", _send_on)
            away = astray.sent_abroad(house.app, corpora.NEXT[:1])
            patch.setattr(flask.helpers.werkzeug.utils, "send_from_directory", _send_anything)
            read = astray.climbed(house.app, ["/static/../app.py"])
    told = f"{len(places)} places to go on to, {len(abroad)} led abroad; {len(corpora.HOSTS)} names and "
    told += (
        f"{len(astray.FORWARDED)} headers, {len(named)} answered; {3 * len(climbing)} addresses, {len(climbed)} read"
    )
    return Reached(told, not (abroad or named or climbed), bool(anybody and away and read))


def _send_on(place: str, code: int) -> AnyResponse:
    """As many build it: to where the address says, else to the first page."""
    return redirect(request.values.get("next", place), code)


def _send_anything(folder: str, path: str, environ: Any, **_: Any) -> Response:
    """As many build it: the folder and what was asked for, one behind the other."""
    return Response((Path(folder) / path).read_text("utf-8"))


@row(
    "W11, W12",
    "what is too large is not taken in; nobody overwrites what they have not seen",
    "body 1 MB, import 5 MB: 413/400; If-Match compulsory: 428/412; 50 edits: 1 wins",
)
def changes_are_measured(size: Size) -> Reached:
    told, holds, red = [], True, True
    for database in size.databases:
        with address(database) as url, clinic.opened(url) as house:
            wrong, sent = astray.oversized(house)
            blind, routes = astray.unseen(house)
            ends = astray.at_once(house, size.of(50, 12))
            with pytest.MonkeyPatch.context() as patch:
                patch.setattr(notes, "_bump", lambda *_: None)
                lost = astray.at_once(house, size.of(50, 12))
        holds &= not wrong and not blind and ends == Counter({204: 1, 412: size.of(50, 12) - 1})
        red &= lost[204] > 1
        told.append(
            f"{database}: {sent} sizes, {len(wrong)} wrong; {routes} routes without If-Match or with an old one, "
        )
        told[-1] += f"{len(blind)} taken; {size.of(50, 12)} edits at once: {ends[204]} x 204, {ends[412]} x 412"
    return Reached("; ".join(told), holds, red)
