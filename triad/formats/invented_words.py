"""Names and sentences of people who do not exist, in several scripts, and strings that try to break things."""

from __future__ import annotations

NAMES: dict[str, tuple[tuple[str, ...], tuple[str, ...]]] = {
    "ar": (("ليلى", "يوسف", "مريم", "عمر", "هدى", "سامر", "رنا", "خالد"), ("الخطيب", "حداد", "العلي", "درويش")),
    "uk": (("Оксана", "Тарас", "Ірина", "Богдан", "Леся", "Софія"), ("Шевченко", "Коваленко", "Мельник", "Бойко")),
    "prs": (("فرشته", "احمد", "زهرا", "نجیب", "لطیفه"), ("رحیمی", "نوری", "حیدری")),
    "fa": (("شیرین", "رضا", "نسرین", "کیان", "مهسا"), ("محمدی", "حسینی", "کریمی")),
    "ti": (("ኣስመረት", "ተስፋይ", "ሃና", "ዮናስ", "ኤልሳ"), ("ገብረመድህን", "ሃይለ", "ተወልደ", "በርሀ")),
    "ru": (("Анна", "Магомед", "Елена", "Зарема"), ("Иванова", "Алиев", "Соколова")),
    "so": (("Caasha", "Cabdi", "Faadumo", "Maxamed"), ("Warsame", "Cali", "Jaamac")),
    "ps": (("زرغونه", "ګلالۍ", "پلوشه", "بریالی"), ("یوسفزی", "احمدزی")),
    "am": (("አበበ", "ትዕግስት", "መስከረም", "ዳዊት"), ("በቀለ", "ከበደ", "ታደሰ")),
    "kmr": (("Berfîn", "Azad", "Zîn", "Rojda"), ("Demîr", "Şêxo", "Baran")),
    "ckb": (("ئاڤان", "ڕێبوار", "شیلان"), ("کەریم", "عەلی")),
    "tr": (("Ayşe", "Murat", "Çiğdem", "İlker"), ("Yılmaz", "Öztürk", "Işık")),
    "bn": (("রহিমা", "করিম", "শিরিন"), ("বেগম", "হোসেন", "চৌধুরী")),
    "es": (("Lucía", "Andrés", "María José"), ("García", "Muñoz", "Quispe")),
}
INTERPRETERS = {
    "ar": 7,
    "uk": 5,
    "prs": 4,
    "fa": 4,
    "ti": 3,
    "ru": 3,
    "so": 2,
    "ps": 2,
    "am": 2,
    "kmr": 2,
    "ckb": 2,
    "tr": 2,
    "bn": 1,
    "es": 1,
}
"""How many interpret each language: 40 in 14."""
CLIENTS = {
    "ar": 24,
    "uk": 18,
    "prs": 13,
    "fa": 12,
    "ti": 10,
    "ru": 8,
    "so": 7,
    "ps": 6,
    "am": 5,
    "kmr": 5,
    "ckb": 4,
    "tr": 4,
    "bn": 2,
    "es": 2,
}
"""How many clients need each: 120."""

THERAPISTS = (
    "Thea Lindqvist",
    "Dr. Jonas Weiß",
    "Ruth Abendroth",
    "Marek Nowák",
    "Dr. Élodie Fournier",
    "Gülşen Arslan",
    "Henrik Ødegård",
    "Priya Nair",
    "Dr. Colm O’Sullivan",
    "Beatriz Araújo",
    "Samuel Okonkwo",
    "Hanneke van der Vlugt-Oosterhuis",
)

HOSTILE = (
    "<script>alert(1)</script>",
    "=cmd|'/c calc'!A1",
    "\u202egnp.exe\u202c Smith",
    "Wolfeschlegelsteinhausenbergerdorff-Featherstonehaugh-Cholmo",
    'Robert "Bobby" O\'Tables\\',
    "@SUM(1+1)*cmd|' /C calc'!A0",
)
"""Names of the last clients: markup, formulas, a turned direction, 60 letters, quotes."""

# What interpreters say about themselves, and what some clients wish, each in turn.
ATTRIBUTES = ("mental_health|trauma", "mental_health", "", "mental_health|children|older", "trauma", "lgbtiq|younger")
WISHES = {3: "mental_health~require", 8: "trauma~prefer", 13: "older~prefer|lgbtiq~prefer", 19: "younger~avoid"}

# language of the text, topic, whose expectation, who said so, for whom, text
NOTES = (
    ("ar", "family", "client", "client", "all", "القرارات الكبيرة نتخذها معًا في العائلة."),
    ("ti", "distress", "client", "interpreter", "all", "“ልበይ ይነድድ” ማለት ብዙሕ ሓዘን እዩ፣ ናይ ልቢ ሕማም ኣይኮነን።"),
    ("uk", "time", "client", "client", "all", "Краще заздалегідь знати, скільки залишилося часу."),
    ("fa", "therapist_role", "client", "client", "all", "از درمانگر انتظار راهنمایی روشن دارم، مثل یک معلم."),
    ("bn", "stigma", "client", "client", "therapist", "আমার প্রতিবেশীরা জানুক, তা আমি চাই না।"),
    ("am", "religion", "client", "client", "all", "ዓርብ ከሰዓት በኋላ የጸሎት ጊዜ ነው።"),
    ("en", "directiveness", "therapist", "therapist", "all", "I ask more than I advise; I will say why each time."),
    ("en", "gender", "client", "interpreter", "all", "Perhaps she would rather speak about birth with women."),
    ("de", "disclosure", "therapist", "therapist", "therapist", "Über die Flucht erst sprechen, wenn er beginnt."),
    ("en", "other", "therapist", "therapist", "all", "<img src=x onerror=alert(1)> is how names used to be shown."),
    ("es", "family", "client", "client", "all", "Mi madre vive con nosotros y pregunta por todo."),
    ("so", "time", "client", "interpreter", "all", "Waqtiga salaadda ayuu joojinayaa; waa caadi."),
)
LANGUAGE_NOTES = (
    ("en", "Avoid the word for “patient”: it is heard as “mad” here."),
    ("en", "She comes from Deir ez-Zor; Iraqi speakers are understood well."),
    ("uk", "Вдома говорить суржиком: прохання не виправляти."),
    ("en", '=HYPERLINK("http://example.org","a cell that was pasted")'),
)
GOALS = (
    ("ar", "أن أنام ليلة كاملة دون كابوس.", "Sleep through most nights", "Nightmare diary; evening routine"),
    ("ti", "ምስ ደቀይ ብዘይ ቁጥዐ ክዛረብ።", "Speak calmly with the children", "Name the first sign of anger"),
    ("uk", "Знову виходити з дому сама.", "Leave home alone", "A short way first, then longer"),
    ("fa", "دوباره آشپزی کنم و مهمان بیاید.", "Cook for guests again", "One small meal a week"),
    ("en", "To ride the train without counting the doors.", "Take the train", "Two stops with company"),
)
