"""What notes, agreements and goals are made of: topics, ground rules, and the reading of written fields."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Collection, Mapping
from datetime import date, time
from decimal import Decimal
from functools import lru_cache
from zoneinfo import available_timezones

from triad.domain import cells, errors, languages, typed_numbers

AMOUNT = re.compile(r"[0-9]{1,7}(?:[.,][0-9]{1,2})?")
TOPICS = (
    "therapist_role",
    "directiveness",
    "family",
    "disclosure",
    "gender",
    "time",
    "distress",
    "religion",
    "stigma",
    "other",
)
AUDIENCES = ("all", "therapist")
RULES = ("confidentiality", "first_person", "clarify", "contact", "side_talk", "telephones")

# Wording as data, in the order of RULES: where a clinic starts, for its people to change and to check.
DEFAULTS: dict[str, tuple[str, ...]] = {
    "en": (
        "What is said here stays between the three of us, unless somebody is in serious danger.",
        "The interpreter speaks as the speaker does: “I”, never “she says”.",
        "Each of us may stop and ask when something is not clear.",
        "Client and interpreter do not meet or call each other outside the sessions.",
        "Nobody talks aside: all that is said in the room is interpreted.",
        "Telephones are off or silent.",
    ),
    "ar": (
        "ما يُقال هنا يبقى بيننا نحن الثلاثة، إلا إذا كان أحد في خطر جسيم.",
        "يتكلم المترجم بصيغة المتكلم: «أنا»، لا «هي تقول».",
        "يحق لكل واحد منا أن يوقف الحديث ويسأل حين لا يكون الأمر واضحًا.",
        "لا يلتقي العميل والمترجم ولا يتصل أحدهما بالآخر خارج الجلسات.",
        "لا أحاديث جانبية: كل ما يُقال في الغرفة يُترجم.",
        "الهواتف مغلقة أو صامتة.",
    ),
    "fa": (
        "آنچه اینجا گفته می‌شود میان ما سه نفر می‌ماند، مگر آنکه کسی در خطر جدی باشد.",
        "مترجم از زبان گوینده سخن می‌گوید: «من»، نه «او می‌گوید».",
        "هر کس می‌تواند گفت‌وگو را نگه دارد و بپرسد وقتی چیزی روشن نیست.",
        "مراجع و مترجم بیرون از جلسه‌ها با هم دیدار یا تماس ندارند.",
        "گفت‌وگوی کناری نداریم: هر چه در اتاق گفته شود ترجمه می‌شود.",
        "تلفن‌ها خاموش یا بی‌صدا هستند.",
    ),
    "uk": (
        "Сказане тут залишається між нами трьома, якщо тільки комусь не загрожує серйозна небезпека.",
        "Перекладач говорить від першої особи: «я», а не «вона каже».",
        "Кожен може зупинити розмову й перепитати, коли щось незрозуміло.",
        "Клієнт і перекладач не зустрічаються й не телефонують одне одному поза сесіями.",
        "Ніхто не розмовляє осторонь: усе, що сказано в кімнаті, перекладається.",
        "Телефони вимкнені або без звуку.",
    ),
    "es": (
        "Lo que se dice aquí queda entre los tres, salvo que alguien corra un peligro grave.",
        "El intérprete habla como quien habla: «yo», nunca «ella dice».",
        "Cualquiera puede parar y preguntar cuando algo no está claro.",
        "Cliente e intérprete no se ven ni se llaman fuera de las sesiones.",
        "Nadie habla aparte: todo lo que se dice en la sala se interpreta.",
        "Los teléfonos están apagados o en silencio.",
    ),
    "ti": (
        "ኣብዚ ዝበሃል ኣብ መንጎ ሰለስቴና ይተርፍ፣ ሓደ ሰብ ኣብ ከቢድ ሓደጋ እንተዘይሃልዩ።",
        "ተርጓሚ ከም ተዛራቢ ብ«ኣነ» ይዛረብ፣ «ንሳ ትብል» ኣይብልን።",
        "ገለ ነገር ብሩህ ኣብ ዘይኮነሉ እዋን ነፍሲ ወከፍና ጠጠው ኣቢሉ ክሓትት ይኽእል።",
        "ዓሚልን ተርጓምን ካብ ርክባት ወጻኢ ኣይራኸቡን ኣይደዋወሉን።",
        "ጎናዊ ዕላል የለን፦ ኣብ ክፍሊ ዝተባህለ ኩሉ ይትርጎም።",
        "ተሌፎናት ይዕጸዉ ወይ ድምጾም ይህድኡ።",
    ),
}
DRAFTS = frozenset(DEFAULTS) - {"en"}
"""Languages whose default texts no speaker has checked yet."""


def default_rules(language: str) -> dict[str, str]:
    """Rule -> where its text starts in this language; empty texts where we ship none."""
    return dict(zip(RULES, DEFAULTS.get(language, ("",) * len(RULES)), strict=True))


def plain(text: str) -> bool:
    """No control characters but line ends and tabs: NUL cannot be stored, the others cannot be seen."""
    return not any(unicodedata.category(sign) in ("Cc", "Cs") and sign not in "\n\t" for sign in text)


@lru_cache
def _zones() -> frozenset[str]:
    return frozenset(available_timezones())


class Fields:
    """Reads what somebody wrote, field by field, and collects every problem; `settle` refuses with all of them.

    A field that does not fit reads as an empty value of its kind, so that reading can go on.
    """

    def __init__(self, written: Mapping[str, str]) -> None:
        self.written = written
        self.problems: dict[str, str] = {}
        self._asked: set[str] = set()

    def fail(self, name: str, code: str) -> None:
        self.problems.setdefault(name, code)

    def _raw(self, name: str, optional: bool = True) -> str:
        self._asked.add(name)
        text = self.written.get(name, "").replace("\r\n", "\n").strip()
        if not text and not optional:
            self.fail(name, "required")
        return text

    def text(self, name: str, limit: int = 200, *, optional: bool = False) -> str:
        """At most `limit` characters, ends stripped."""
        text = self._raw(name, optional)
        if len(text) > limit:
            self.fail(name, "too_long")
        if not plain(text):
            self.fail(name, "characters")
        return "" if name in self.problems else text

    def choice(self, name: str, among: Collection[str], default: str = "") -> str:
        text = self._raw(name) or default
        if text not in among:
            self.fail(name, "unknown" if text else "choose_one")
        return text

    def yes(self, name: str) -> bool:
        """A box to tick, sent as "yes" or not at all."""
        text = self._raw(name)
        if text not in ("", "yes"):
            self.fail(name, "unknown")
        return text == "yes"

    def whole(self, name: str, low: int, high: int, *, optional: bool = False) -> int | None:
        """None when it is left out or does not fit."""
        text = self._raw(name, optional)
        if not text:
            return None
        number = typed_numbers.whole(text)
        if number is None:
            self.fail(name, "number")
        elif not low <= number <= high:
            self.fail(name, "range")
        return number

    def exact(self, name: str) -> Decimal | None:
        """An amount with two places at most; None when it is left out or does not fit."""
        text = self._raw(name)
        if text and not AMOUNT.fullmatch(text):
            self.fail(name, "amount")
        return Decimal(text.replace(",", ".")) if text and name not in self.problems else None

    def day(self, name: str, *, optional: bool = False) -> date | None:
        """None when it is left out or does not fit."""
        text = self._raw(name, optional)
        if not text:
            return None
        try:
            day = date.fromisoformat(cells.latin(text))
        except ValueError:
            self.fail(name, "date")
            return None
        if not 1900 <= day.year <= 2200:
            self.fail(name, "date")
            return None
        return day

    def clock(self, name: str, default: str = "") -> time:
        text = cells.latin(self._raw(name, bool(default)) or default)
        try:
            if re.fullmatch(r"\d\d:\d\d", text):
                return time.fromisoformat(text)
        except ValueError:
            pass
        self.fail(name, "time")
        return time(0)

    def language(self, name: str, *, optional: bool = False) -> str:
        """The registry's own tag."""
        text = self._raw(name, optional)
        try:
            return languages.canonical(text) if text else ""
        except KeyError:
            self.fail(name, "unknown")
        except errors.Unfit as error:
            self.fail(name, error.fields["language"])
        return ""

    def languages(self, name: str, *, optional: bool = False) -> list[str]:
        """Tags or names with commas between them, each once."""
        found = []
        for text in filter(None, map(str.strip, self._raw(name, optional).split(","))):
            found.append(Fields({name: text}).language(name))
            if not found[-1]:
                self.fail(name, "unknown")
        return list(dict.fromkeys(found))

    def zone(self, name: str) -> str:
        text = self._raw(name, optional=False)
        if text and text not in _zones():
            self.fail(name, "unknown_zone")
        return text

    def settle(self) -> None:
        """Unfit with every problem, among them fields nobody asked for."""
        for name in self.written:
            if name not in self._asked:
                self.fail(name, "unknown_field")
        if self.problems:
            raise errors.Unfit(self.problems)
