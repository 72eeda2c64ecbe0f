"""The pictures of a triad as SVG: plain values and translated words in, Markup out; no request needed."""

from triad.web.pictures.bars import Bar, bars
from triad.web.pictures.dumbbell import dumbbell
from triad.web.pictures.forest import Estimate, forest
from triad.web.pictures.series import Point
from triad.web.pictures.signs import Mark
from triad.web.pictures.strip import strip
from triad.web.pictures.tracks import tracks
from triad.web.pictures.triangle import triangle
from triad.web.pictures.words import WORDS

__all__ = ["WORDS", "Bar", "Estimate", "Mark", "Point", "bars", "dumbbell", "forest", "strip", "tracks", "triangle"]
