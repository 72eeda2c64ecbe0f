"""How staff call each language in German, French, Spanish and Arabic: part of the registry, typed and shown alike."""

from __future__ import annotations

STAFF = ("de", "fr", "es", "ar")

NAMES = {
    "ar": ("Arabisch", "arabe", "árabe", "العربية"),
    "fa": ("Persisch (Iran)", "persan (Iran)", "persa (Irán)", "الفارسية (إيران)"),
    "prs": ("Dari", "dari", "darí", "الدرية"),
    "ps": ("Paschtu", "pachto", "pastún", "البشتوية"),
    "ckb": ("Kurdisch (Sorani)", "kurde (sorani)", "kurdo (sorani)", "الكردية (السورانية)"),
    "kmr": ("Kurdisch (Kurmandschi)", "kurde (kurmandji)", "kurdo (kurmanyi)", "الكردية (الكرمانجية)"),
    "tr": ("Türkisch", "turc", "turco", "التركية"),
    "uk": ("Ukrainisch", "ukrainien", "ucraniano", "الأوكرانية"),
    "ru": ("Russisch", "russe", "ruso", "الروسية"),
    "so": ("Somali", "somali", "somalí", "الصومالية"),
    "ti": ("Tigrinisch", "tigrigna", "tigriña", "التغرينية"),
    "am": ("Amharisch", "amharique", "amárico", "الأمهرية"),
    "ur": ("Urdu", "ourdou", "urdu", "الأردية"),
    "bn": ("Bengalisch", "bengali", "bengalí", "البنغالية"),
    "es": ("Spanisch", "espagnol", "español", "الإسبانية"),
    "fr": ("Französisch", "français", "francés", "الفرنسية"),
    "pt": ("Portugiesisch", "portugais", "portugués", "البرتغالية"),
    "pl": ("Polnisch", "polonais", "polaco", "البولندية"),
    "ro": ("Rumänisch", "roumain", "rumano", "الرومانية"),
    "vi": ("Vietnamesisch", "vietnamien", "vietnamita", "الفيتنامية"),
    "zh-Hans": ("Chinesisch (vereinfacht)", "chinois (simplifié)", "chino (simplificado)", "الصينية (المبسطة)"),
    "sw": ("Suaheli", "swahili", "suajili", "السواحيلية"),
    "de": ("Deutsch", "allemand", "alemán", "الألمانية"),
    "en": ("Englisch", "anglais", "inglés", "الإنجليزية"),
    "apc": ("Arabisch (Levante)", "arabe (levantin)", "árabe (levantino)", "العربية (الشامية)"),
    "acm": ("Arabisch (Irak)", "arabe (irakien)", "árabe (iraquí)", "العربية (العراقية)"),
    "apd": ("Arabisch (Sudan)", "arabe (soudanais)", "árabe (sudanés)", "العربية (السودانية)"),
    "ary": ("Arabisch (Marokko)", "arabe (marocain)", "árabe (marroquí)", "العربية (المغربية)"),
    "yue": ("Kantonesisch", "cantonais", "cantonés", "الكانتونية"),
}

SEVERAL = {
    "kurdish": ("kurdisch", "kurde", "kurdo", "الكردية", "كردي"),
    "persian": ("persisch", "persan", "persa", "الفارسية"),
    "arabic": ("arabisch", "arabe", "árabe"),
    "chinese": ("chinesisch", "chinois", "chino", "الصينية"),
}
"""Words for several varieties at once, by their English one."""


def name(tag: str, reader: str) -> str:
    """What `reader` (one of STAFF) calls it; "" where the registry does not say."""
    return NAMES[tag][STAFF.index(reader)] if tag in NAMES and reader in STAFF else ""
