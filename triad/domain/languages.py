"""The registry: the only source of facts about languages. Wordings and catalogues live elsewhere."""

from __future__ import annotations

import unicodedata
from dataclasses import dataclass
from typing import Literal

from triad.domain import errors, language_names

Direction = Literal["ltr", "rtl"]
Understood = Literal["yes", "partly", "no"]

FONTS = {
    "Latn": ("noto-sans-latin", "noto-sans-latin-ext"),
    "Arab": ("noto-sans-arabic",),
    "Cyrl": ("noto-sans-cyrillic",),
    "Ethi": ("noto-sans-ethiopic",),
    "Beng": ("noto-sans-bengali",),
    "Hans": ("noto-sans-sc-common", "noto-sans-sc-form", "noto-sans-sc-form-bold"),
}
"""Script -> the fonts of ours that draw it."""
OWN_FONTS = {"ur": ("noto-nastaliq-urdu",), "vi": ("noto-sans-latin", "noto-sans-vietnamese")}
"""Languages whose readers want another hand, or more letters."""

RTL_SCRIPTS = frozenset({"Arab", "Hebr", "Syrc", "Thaa", "Nkoo", "Adlm", "Rohg"})


@dataclass(frozen=True)
class Variety:
    """A way of speaking that is written as another language, `of`."""

    tag: str
    of: str
    english: str
    endonym: str
    aliases: tuple[str, ...] = ()


@dataclass(frozen=True)
class Language:
    """A written language. `babel` is what Babel knows it as (dates, names), which is not always the tag.

    `plurals` counts the plural forms; `zero_is_singular` tells `n > 1` from `n != 1` where there are two.
    """

    tag: str
    script: str
    babel: str
    plurals: int
    english: str
    endonym: str
    aliases: tuple[str, ...] = ()
    zero_is_singular: bool = False
    varieties: tuple[Variety, ...] = ()

    @property
    def direction(self) -> Direction:
        """From the script alone: the same language may be written both ways."""
        return "rtl" if self.script in RTL_SCRIPTS else "ltr"

    @property
    def fonts(self) -> tuple[str, ...]:
        """Names of font files, without their ending; empty where none of ours draws the script."""
        return OWN_FONTS.get(self.tag, FONTS.get(self.script, ()))

    @property
    def catalog(self) -> str:
        """The gettext folder's name."""
        return self.tag.replace("-", "_")


_ARABIC = (
    Variety("apc", "ar", "Arabic (Levantine)", "شامي", ("Levantine", "Levantine Arabic", "ajp")),
    Variety("acm", "ar", "Arabic (Iraqi)", "عراقي", ("Iraqi Arabic", "Mesopotamian Arabic")),
    Variety("apd", "ar", "Arabic (Sudanese)", "سوداني", ("Sudanese Arabic",)),
    Variety("ary", "ar", "Arabic (Moroccan)", "الدارجة المغربية", ("Moroccan Arabic", "Darija")),
)
_CHINESE = (Variety("yue", "zh-Hans", "Cantonese", "粵語", ("zh-yue", "广东话", "廣東話")),)

LANGUAGES = (
    Language("ar", "Arab", "ar", 6, "Arabic", "العربية", ("ara", "arb", "Standard Arabic"), varieties=_ARABIC),
    Language("fa", "Arab", "fa", 2, "Persian (Iran)", "فارسی", ("fas", "per", "pes", "Iranian Persian"), True),
    Language("prs", "Arab", "fa_AF", 2, "Dari", "دری", ("fa-AF",), True),
    Language("ps", "Arab", "ps", 2, "Pashto", "پښتو", ("pus", "pbu", "pbt", "Pushto")),
    Language(
        "ckb",
        "Arab",
        "ckb",
        2,
        "Kurdish (Sorani)",
        "کوردی (سۆرانی)",
        ("ku-Arab", "Sorani", "سۆرانی", "Central Kurdish"),
    ),
    Language(
        "kmr",
        "Latn",
        "ku",
        2,
        "Kurdish (Kurmanji)",
        "Kurdî (Kurmancî)",
        ("ku-TR", "ku-Latn", "Kurmanji", "Kurmancî", "Northern Kurdish"),
    ),
    Language("tr", "Latn", "tr", 2, "Turkish", "Türkçe", ("tur",)),
    Language("uk", "Cyrl", "uk", 3, "Ukrainian", "Українська", ("ukr",)),
    Language("ru", "Cyrl", "ru", 3, "Russian", "Русский", ("rus",)),
    Language("so", "Latn", "so", 2, "Somali", "Soomaali", ("som", "Af-Soomaali")),
    Language("ti", "Ethi", "ti", 2, "Tigrinya", "ትግርኛ", ("tir", "Tigrigna"), True),
    Language("am", "Ethi", "am", 2, "Amharic", "አማርኛ", ("amh",), True),
    Language("ur", "Arab", "ur", 2, "Urdu", "اردو", ("urd",)),
    Language("bn", "Beng", "bn", 2, "Bengali", "বাংলা", ("ben", "Bangla"), True),
    Language("es", "Latn", "es", 2, "Spanish", "Español", ("spa", "Castilian", "Castellano")),
    Language("fr", "Latn", "fr", 2, "French", "Français", ("fra", "fre"), True),
    Language("pt", "Latn", "pt", 2, "Portuguese", "Português", ("por",), True),
    Language("pl", "Latn", "pl", 3, "Polish", "Polski", ("pol",)),
    Language("ro", "Latn", "ro", 3, "Romanian", "Română", ("ron", "rum", "mo", "Moldovan")),
    Language("vi", "Latn", "vi", 1, "Vietnamese", "Tiếng Việt", ("vie",)),
    Language(
        "zh-Hans",
        "Hans",
        "zh_Hans",
        1,
        "Chinese (Simplified)",
        "简体中文",
        ("zh-CN", "zh-SG", "zh-Hans-CN", "cmn", "cmn-Hans", "Mandarin", "普通话"),
        varieties=_CHINESE,
    ),
    Language("sw", "Latn", "sw", 2, "Swahili", "Kiswahili", ("swa", "swh")),
    Language("de", "Latn", "de", 2, "German", "Deutsch", ("deu", "ger")),
    Language("en", "Latn", "en", 2, "English", "English", ("eng",)),
)

BY_TAG = {language.tag: language for language in LANGUAGES}
VARIETIES = {variety.tag: variety for language in LANGUAGES for variety in language.varieties}

CLIENT_LANGUAGES = tuple(BY_TAG)
STAFF_LANGUAGES = ("en", "de", "fr", "es", "ar")

# Words that name several varieties whose speakers may not understand each other: ask back, never guess.
_KURDISH = ("kmr", "ckb")
_PERSIAN = ("fa", "prs")
_WHICH_ARABIC = ("ar", *(variety.tag for variety in _ARABIC))
_WHICH_CHINESE = ("zh-Hans", "yue")
_AMBIGUOUS = {
    **dict.fromkeys(("kurdish", "kurdî", "kurdi", "کوردی", "كوردي", "ku", "kur"), _KURDISH),
    **dict.fromkeys(("persian", "farsi", "فارسی", "فارسي"), _PERSIAN),
    **dict.fromkeys(("arabic", "العربية", "عربي"), _WHICH_ARABIC),
    **dict.fromkeys(("chinese", "中文", "zh", "zho", "chi"), _WHICH_CHINESE),
}
_AMBIGUOUS |= {word: _AMBIGUOUS[meant] for meant, words in language_names.SEVERAL.items() for word in words}

# Own curation, (interpreter speaks, client needs); whatever is not written here is not understood.
_UNDERSTOOD: dict[tuple[str, str], Understood] = {
    ("fa", "prs"): "partly",
    ("prs", "fa"): "partly",
    **{(variety.tag, "ar"): "yes" for variety in _ARABIC},
    **{("ar", variety.tag): "partly" for variety in _ARABIC},
}


def _folded(name: str) -> str:
    return unicodedata.normalize("NFC", " ".join(name.replace("_", "-").split())).casefold()


def _index() -> dict[str, str]:
    index: dict[str, str] = {}
    entries: list[Language | Variety] = [*LANGUAGES, *VARIETIES.values()]
    for entry in entries:
        for name in (entry.tag, *entry.aliases, entry.english, entry.endonym, *language_names.NAMES[entry.tag]):
            key = _folded(name)
            if key not in _AMBIGUOUS and index.setdefault(key, entry.tag) != entry.tag:
                raise ValueError(f"{name!r} names both {index[key]} and {entry.tag}")
    return index


_INDEX = _index()


def _without_region(key: str) -> str:
    head, _, last = key.rpartition("-")
    is_region = (len(last) == 2 and last.isalpha()) or (len(last) == 3 and last.isdecimal())
    return head if is_region else key


def canonical(name: str) -> str:
    """The registry's tag for a tag, alias, endonym or a name staff call it by, in any case, a region ignored.

    KeyError when it is unknown; Unfit with the choices when it names several varieties, even though
    "Arabic" is also the name of `ar`: a tag is a decision, a word is not.
    """
    key = _folded(name)
    for attempt in (key, _without_region(key)):
        if attempt in _INDEX:
            return _INDEX[attempt]
        if attempt in _AMBIGUOUS:
            raise errors.Unfit({"language": "which_variety"}, choices=_AMBIGUOUS[attempt])
    raise KeyError(name)


def written(tag: str) -> Language:
    """The language in which a canonical tag is written: its own, or a spoken variety's. KeyError otherwise."""
    return BY_TAG[VARIETIES[tag].of] if tag in VARIETIES else BY_TAG[tag]


def direction(tag: str) -> Direction:
    """Of a canonical tag; KeyError when it is unknown."""
    return written(tag).direction


def endonym(tag: str) -> str:
    """The name its own readers know it by; KeyError when the canonical tag is unknown."""
    return VARIETIES[tag].endonym if tag in VARIETIES else BY_TAG[tag].endonym


def english(tag: str) -> str:
    """Its English name; the tag itself where it is not registered."""
    known = VARIETIES.get(tag) or BY_TAG.get(tag)
    return known.english if known else tag


def understands(spoken: str, need: str) -> Understood:
    """Whether somebody who interprets in `spoken` and a client who needs `need` reach each other.

    Canonical tags; curated per direction; "no" for every pair nobody has judged, unknown tags included.
    """
    return "yes" if spoken == need else _UNDERSTOOD.get((spoken, need), "no")
