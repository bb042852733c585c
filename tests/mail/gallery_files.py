"""Mails about words that files came with: they name them, lead to them, and carry none."""

from __future__ import annotations

from datetime import date

from tests.mail.gallery_words import DAILY, FRIDAY, MON, NAMED, SAID, TUE
from tests.mail.story import DUE, NARI, ON_DUTY, RUNG_1, TEAM, TO_AUTHOR, WORDS, Scene, item, url
from tests.times import instant
from tracker.notices.mails import (
    Answer,
    Comment,
    Daily,
    DailyPart,
    Files,
    Named,
    News,
    NewsLine,
    Question,
    Raised,
    Receipt,
    Rung1,
)

PHOTO = ("foto.png",)
TWO = ("foto.png", "plan.pdf")
#: Several comments of a quarter of an hour, one of them with a long name.
NINE = ("Bildschirmfoto vom Montagabend kurz vor dem Serverneustart.png", *(f"log-{number}.txt" for number in range(8)))

FILES = (
    Scene(
        "rung_1_with_files",
        "Thursday 2026-11-26 13:00",
        lambda lo: Rung1(
            "Pit", item(lo), NARI, DUE, WORDS["body"][lo], Files(TWO, url(41)), answer_url=url(41, "answer")
        ),
        ON_DUTY,
    ),
    Scene(
        "answer_with_files",
        TUE,
        lambda lo: Answer(
            item(lo), "Pit", "done", SAID["done"][lo], files=Files(TWO, url(41)), view_url=url(41, "view")
        ),
        TO_AUTHOR,
    ),
    Scene(
        "answer_will_do_with_a_file",
        TUE,
        lambda lo: Answer(
            item(lo),
            "Pit",
            "will_do",
            SAID["will"][lo],
            on=FRIDAY,
            files=Files(PHOTO, url(41)),
            contest_url=url(41, "contest"),
            contest_until=date(2026, 12, 15),
            thanks_url=url(41, "thanks"),
        ),
        TO_AUTHOR,
    ),
    Scene(
        "comment_with_many_files",
        "Thursday 2026-11-26 09:00",
        lambda lo: Comment(
            item(lo),
            "Pit",
            (SAID["looking"][lo], SAID["more"][lo]),
            DUE,
            Files(NINE, url(41)),
            reply_url=url(41, "reply"),
            view_url=url(41, "view"),
        ),
        TO_AUTHOR,
    ),
    Scene(
        "question_with_a_file",
        MON,
        lambda lo: Question(
            item(lo),
            "Pit",
            WORDS["phone"][lo],
            back_at=instant("Monday 2026-12-07 17:00"),
            files=Files(PHOTO, url(41)),
            reply_url=url(41, "reply"),
        ),
        TO_AUTHOR,
    ),
    Scene(
        "receipt_with_files",
        "Tuesday 2026-11-24 23:10",
        lambda lo: Receipt(
            item(lo),
            DUE,
            DUE - RUNG_1,
            instant("Wednesday 2026-11-25 09:00"),
            owed_by=("Pit",),
            calendar_file=WORDS["file"][lo],
            files=Files(TWO, url(41)),
            view_url=url(41, "view"),
        ),
        TO_AUTHOR,
    ),
    Scene(
        "raised_with_files",
        "Tuesday 2026-11-24 23:10",
        lambda lo: Raised(
            "Pit",
            item(lo),
            NARI,
            instant("Wednesday 2026-11-25 13:00"),
            quote=WORDS["body"][lo],
            files=Files(TWO, url(41)),
            answer_url=url(41, "answer"),
            take_url=url(41, "take"),
        ),
        ON_DUTY,
    ),
    Scene(
        "named_with_a_file",
        MON,
        lambda lo: Named(
            "Anke",
            item(lo, 36, "night"),
            "Pit",
            NARI,
            date(2026, 12, 4),
            SAID["will"][lo],
            files=Files(("plan.pdf",), url(36)),
            view_url=url(36, "view"),
        ),
        NAMED,
    ),
    Scene(
        "news_with_files",
        MON,
        lambda lo: News("Juri", NewsLine("noted", item(lo), "Pit", SAID["looking"][lo], files=TWO)),
        ON_DUTY,
    ),
    Scene(
        "daily_with_files",
        "Tuesday 2026-12-01 12:00",
        lambda lo: Daily(
            "Pit",
            (
                DailyPart(
                    TEAM[lo],
                    news=(
                        NewsLine("raised", item(lo), "Nari", WORDS["body"][lo], due_at=DUE, files=PHOTO),
                        NewsLine("answered", item(lo, 38, "log"), "Anke", WORDS["warn"][lo], "done", files=TWO),
                    ),
                ),
            ),
        ),
        DAILY,
    ),
)  # fmt: skip
