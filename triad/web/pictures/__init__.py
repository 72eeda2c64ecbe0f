"""The three pictures of a triad as SVG: plain values and translated words in, Markup out; no request needed."""

from triad.web.pictures.dumbbell import dumbbell
from triad.web.pictures.geometry import WORDS
from triad.web.pictures.tracks import Point, tracks
from triad.web.pictures.triangle import triangle

__all__ = ["WORDS", "Point", "dumbbell", "tracks", "triangle"]
