"""What the gallery's mails share: footers, texts in both languages, moments."""

from __future__ import annotations

from datetime import date

from tests.times import instant
from tracker.notices.mails import (
    Footer,
)
from tracker.notices.words import Locale

SETTINGS = "https://tracker.example/me"
FOLLOWING = Footer("follower", 41, settings_url=SETTINGS)
NAMED = Footer("named", 36, settings_url=SETTINGS)
DAILY = Footer("daily", settings_url=SETTINGS)
ACCOUNT = Footer("account")
SITE = Footer("site_admin")

SAID: dict[str, dict[Locale, str]] = {
    "done": {
        "de": "Die Wortliste ist getauscht.\n\nIch habe deine elf Gilden geprüft, alle Namen sind wieder da.",
        "en": "The word list is replaced.\n\nI checked your eleven guilds, all names are back.",
    },
    "will": {"de": "Anke stellt jemanden ein.", "en": "Anke is hiring somebody."},
    "later": {"de": "Erst nach dem Jubiläum.", "en": "Not before the anniversary."},
    "missing": {"de": "Am Handy passiert es weiter.", "en": "It still happens on the phone."},
    "phone": {"de": "Am Handy.", "en": "On the phone."},
    "looking": {"de": "Ich sehe es mir an.", "en": "I am looking at it."},
    "more": {"de": "Es betrifft nur Gildennamen.", "en": "It is only about guild names."},
    "no time": {"de": "Ich bin bis Januar in der Prüfung.", "en": "I have exams until January."},
    "reason": {"de": "Elf Gilden sind mehr als eine.", "en": "Eleven guilds are more than one."},
    "place": {"de": "Discord", "en": "Discord"},
    "contact": {"de": "vertrauen@nachtwache.example", "en": "vertrauen@nachtwache.example"},
}


MON, TUE = "Monday 2026-11-30 11:00", "Tuesday 2026-12-01 10:12"
THU, FRI = "Thursday 2026-11-26 17:00", "Friday 2026-11-27 13:00"
FRIDAY_NEXT = instant("Friday 2026-12-04 17:00")
FRIDAY, SPRING = date(2026, 12, 4), date(2027, 3, 1)
NOON = instant("Monday 2026-11-30 12:00")
