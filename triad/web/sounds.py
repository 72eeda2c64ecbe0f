"""Clips as answers, in one piece or in parts, and what is said of files that are none."""

from __future__ import annotations

from flask import Response, request
from werkzeug.wrappers import Response as AnyResponse

from triad.services.voices import Sound
from triad.web import errors
from triad.web.i18n import gettext, lazy

SENTENCES = {
    "empty": lazy("This file is empty."),
    "clip_too_large": lazy("This is larger than 40 kB. Record it shorter, or save it as Opus."),
    "no_sound": lazy("This is no sound that is read here: Ogg Opus, MP3, M4A or WAV."),
    "unknown_unit": lazy("No text has this name. Name the file as it stands beside the text."),
    "twice": lazy("Two files are for the same text."),
    "one_file": lazy("Choose one file for one text."),
    "interpreters_voice": lazy("Who interprets here is not the voice of questions about interpreters."),
}


def sentence(code: str) -> str:
    return gettext(SENTENCES[code]) if code in SENTENCES else errors.sentence(code)


def answer(sound: Sound) -> AnyResponse:
    """Players ask for parts: one part is given, one beyond the end refused, and for all else there is the whole."""
    found = Response(sound.content, mimetype=sound.content_type)
    asked = request.range
    if asked is None or asked.units != "bytes" or len(asked.ranges) != 1:
        found.headers["Accept-Ranges"] = "bytes"
        return found
    return found.make_conditional(request, accept_ranges=True, complete_length=len(sound.content))
