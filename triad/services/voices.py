"""Forms read aloud: what clips a language has, keeping and removing them, and hearing one with a form in hand."""

from __future__ import annotations

import hashlib
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from triad.domain import errors, forms, instruments, voices
from triad.domain.instruments import Wording
from triad.domain.voices import RECORDED, SYNTHETIC, WHO_SEES, WHO_SEES_NEVER, Clip
from triad.formats import speech, wordings
from triad.services import access, context
from triad.services.context import Actor, Context
from triad.services.policy import May
from triad.store import forms as filling
from triad.store import voices as store

KEY = wordings.DEFAULT


@dataclass(frozen=True)
class Unit:
    """A text and what there is of it. `stale` names the origins whose clip speaks an earlier text."""

    key: str
    text: str
    recorded: Clip | None
    synthetic: Clip | None
    stale: frozenset[str]

    @property
    def clips(self) -> tuple[Clip, ...]:
        return tuple(one for one in (self.recorded, self.synthetic) if one)

    @property
    def is_heard(self) -> bool:
        """Is there a recording of the text as it stands?"""
        return self.recorded is not None and RECORDED not in self.stale


@dataclass(frozen=True)
class Sound:
    content: bytes
    content_type: str


@dataclass(frozen=True)
class Drafted:
    """What became of a made voice: units that have one now, and those whose sound was too large to keep."""

    made: tuple[str, ...]
    too_large: tuple[str, ...]


def show(actor: Actor, language: str) -> tuple[Unit, ...]:
    """Every text that may be read aloud; NotFound for a language that is not worded."""
    with context.look(actor) as ctx:
        access.need(ctx, May.KEEP_VOICES)
        spoken = _texts(_wording(ctx, language))
        found = {(one.unit, one.origin): one for one in store.clips(ctx.session, KEY, language)}
        return tuple(_unit(language, key, text, found) for key, text in spoken.items())


def put(
    actor: Actor,
    language: str,
    files: Sequence[tuple[str, bytes]],
    unit: str = "",
    interprets: bool = False,
) -> int:
    """Keep recordings, each in the place of the one before; how many. Files are named after their units, or there is
    one for `unit`, whatever its name. Unfit by file name, and then nothing is kept. `interprets`: the voice is that
    of an interpreter of this clinic.
    """
    with context.work(actor) as ctx:
        access.need(ctx, May.KEEP_VOICES)
        wording = _wording(ctx, language)
        spoken = _texts(wording)
        if not files:
            raise errors.Unfit({"files": "required"})
        if unit and (unit not in spoken or len(files) > 1):
            raise errors.Unfit({"files": "unknown_unit" if unit not in spoken else "one_file"})
        taken = _judged(files, unit, spoken, interprets)
        for key, content in taken.items():
            _keep(ctx, wording, key, RECORDED, content, interprets)
        ctx.audit("voices.put", language, units=len(taken), interprets=interprets)
        return len(taken)


def remove(actor: Actor, language: str, unit: str, origin: str) -> None:
    """NotFound where there is none."""
    with context.work(actor) as ctx:
        access.need(ctx, May.KEEP_VOICES)
        if not store.remove(ctx.session, KEY, language, unit, origin):
            raise errors.NotFound
        ctx.audit("voices.remove", language, origin=origin)


def play(actor: Actor, language: str, unit: str, origin: str) -> Sound:
    """A clip as it is kept, for whoever keeps them; NotFound where there is none."""
    with context.look(actor) as ctx:
        access.need(ctx, May.KEEP_VOICES)
        found = store.clips(ctx.session, KEY, language)
        return _sound(ctx, next((one for one in found if (one.unit, one.origin) == (unit, origin)), None))


def hear(actor: Actor, page: str, unit: str) -> Sound:
    """A clip of the form that is open in this browser. NotFound for every other, and without a form."""
    with context.look(actor) as ctx:
        access.need(ctx, May.USE_FORM)
        try:
            row = filling.by_page(ctx.session, ctx.hashes("page", page), ctx.now, lock=False)
            state = access.form(ctx, row)
        except errors.Closed:
            raise errors.NotFound from None
        return _sound(ctx, None if state.sent else state.voices.get(unit))


def draft(actor: Actor, language: str) -> Drafted:
    """Have this machine speak every text, marked as made. Conflict: `no_speech`, `no_voice`, `speech_failed`."""
    with context.look(actor) as ctx:
        access.need(ctx, May.KEEP_VOICES)
        spoken = _texts(_wording(ctx, language))
    # Speaking takes seconds: nobody waits for the database meanwhile, and what changed by then is off by its hash.
    sounds = {key: speech.spoken(text, language) for key, text in spoken.items()}
    with context.work(actor) as ctx:
        access.need(ctx, May.KEEP_VOICES)
        wording = _wording(ctx, language)
        now = _texts(wording)
        fits = {key: one for key, one in sounds.items() if now.get(key) == spoken[key]}
        made = [key for key, content in fits.items() if not voices.unfit(content, key, interprets=False)]
        for key in made:
            _keep(ctx, wording, key, SYNTHETIC, sounds[key], interprets=False)
        ctx.audit("voices.draft", language, units=len(made))
        return Drafted(tuple(made), tuple(key for key in fits if key not in made))


def _wording(ctx: Context, language: str) -> Wording:
    found = next((one for one in access.worded(ctx) if one.language == language), None)
    if found is None:
        raise errors.NotFound
    return found


def _texts(wording: Wording) -> dict[str, str]:
    lines = forms.asked(wordings.version(KEY), instruments.GIVEN_OUT, interpreted=True)
    return voices.texts(wording, lines, (WHO_SEES, WHO_SEES_NEVER))


def _judged(
    files: Sequence[tuple[str, bytes]], unit: str, spoken: Mapping[str, str], interprets: bool
) -> dict[str, bytes]:
    """Unit to its sound; Unfit by file name unless every file fits."""
    taken: dict[str, bytes] = {}
    problems: dict[str, str] = {}
    for name, content in files:
        key = unit or voices.named(name, spoken)
        wrong = voices.unfit(content, key, interprets) if key else "unknown_unit"
        if wrong or key in taken:
            problems[name[: voices.LONGEST_NAME]] = wrong or "twice"
        taken.setdefault(key, content)
    if problems:
        raise errors.Unfit(problems)
    return taken


def _unit(language: str, key: str, text: str, found: dict[tuple[str, str], Clip]) -> Unit:
    recorded, synthetic = found.get((key, RECORDED)), found.get((key, SYNTHETIC))
    now = voices.text_hash(language, text)
    stale = frozenset(one.origin for one in (recorded, synthetic) if one and one.text_hash != now)
    return Unit(key, text, recorded, synthetic, stale)


def _keep(ctx: Context, wording: Wording, unit: str, origin: str, content: bytes, interprets: bool) -> None:
    store.put(
        ctx.session,
        id=ctx.fresh_id(),
        version_key=KEY,
        language=wording.language,
        unit=unit,
        origin=origin,
        text_hash=voices.text_hash(wording.language, _texts(wording)[unit]),
        wording_hash=wording.hash,
        kind=voices.kind(content),
        size=len(content),
        hash=hashlib.sha256(content).hexdigest(),
        interprets=interprets,
        content=content,
        by=ctx.actor.account_id or "-",
        at=ctx.now,
    )


def _sound(ctx: Context, clip: Clip | None) -> Sound:
    content = store.content(ctx.session, clip.id) if clip else None
    if clip is None or content is None:
        raise errors.NotFound
    return Sound(content, voices.KINDS[clip.kind])
