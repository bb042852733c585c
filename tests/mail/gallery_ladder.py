"""The ladder's mails beside the story: the variants whose sentences differ."""

from __future__ import annotations

from datetime import date

from tests.mail.gallery_words import FRI, FRIDAY_NEXT, NAMED, SAID, SETTINGS
from tests.mail.story import (
    ANKE,
    DUE,
    JURI,
    NARI,
    ON_DUTY,
    PIT,
    RUNG_1,
    RUNG_3,
    TO_AUTHOR,
    WORDS,
    Scene,
    item,
    url,
)
from tests.times import instant
from tracker.notices.mails import (
    Away,
    ClarifyDue,
    Footer,
    Helper,
    Item,
    Person,
    Reminded,
    Rung1,
    Rung2,
    Rung3,
    Rung3Deputy,
    RungAgain,
    Silence,
    SilenceAgain,
)

LADDER = (
    Scene(
        "rung_1_will_do",
        "Friday 2026-12-04 09:00",
        lambda lo: Rung1(
            "Anke", item(lo, 36, "night"), NARI, FRIDAY_NEXT, promise="deliver", answer_url=url(36), move_url=url(36)
        ),
        NAMED,
    ),
    Scene(
        "rung_1_not_now",
        "Thursday 2026-12-03 17:00",
        lambda lo: Rung1("Pit", item(lo, 12, "server"), NARI, FRIDAY_NEXT, promise="revisit", answer_url=url(12)),
        ON_DUTY,
    ),
    Scene(
        "rung_1_task",
        "Friday 2026-12-04 09:00",
        lambda lo: Rung1("Juri", item(lo), NARI, FRIDAY_NEXT, promise="task", answer_url=url(41)),
        NAMED,
    ),
    Scene(
        "rung_2_next_morning",
        "Friday 2026-11-27 08:00",
        lambda lo: Rung2("Pit", item(lo), NARI, DUE, next_at=RUNG_3, next_names=("Juri", "Anke"), answer_url=url(41)),
        ON_DUTY,
    ),
    Scene(
        "rung_2_will_do",
        "Friday 2026-12-04 17:00",
        lambda lo: Rung2(
            "Anke",
            item(lo, 36, "night"),
            NARI,
            FRIDAY_NEXT,
            promise="deliver",
            next_at=instant("Monday 2026-12-07 13:00"),
            answer_url=url(36),
        ),
        NAMED,
    ),
    Scene(
        "rung_2_task",
        "Friday 2026-12-04 17:00",
        lambda lo: Rung2(
            "Juri",
            item(lo),
            NARI,
            FRIDAY_NEXT,
            promise="task",
            next_at=instant("Monday 2026-12-07 13:00"),
            next_names=("Pit",),
            tells_author=False,
            answer_url=url(41),
        ),
        NAMED,
    ),
    Scene("rung_3_alone", FRI, lambda lo: Rung3("Pit", item(lo), NARI, DUE, answer_url=url(41)), ON_DUTY),
    Scene(
        "rung_3_not_now",
        FRI,
        lambda lo: Rung3(
            "Pit", item(lo), NARI, DUE, promise="revisit", author_told_at=RUNG_1, also_has=("Juri", "Anke")
        ),
        ON_DUTY,
    ),
    Scene(
        "rung_3_other_manager",
        FRI,
        lambda lo: Rung3Deputy("Kim", item(lo), NARI, Person("Sascha"), DUE, stands_in=False, take_url=url(41, "take")),
        Footer("manager", 41, settings_url=SETTINGS),
    ),
    Scene(
        "rung_3_deputy_of_sascha",
        FRI,
        lambda lo: Rung3Deputy("Kim", item(lo), NARI, Person("Sascha"), DUE, take_url=url(41, "take")),
        Footer("deputy", 41, person="Sascha", settings_url=SETTINGS),
    ),
    Scene(
        "rung_again",
        "Thursday 2026-12-03 17:00",
        lambda lo: RungAgain(
            "Pit",
            item(lo),
            NARI,
            DUE,
            known_by=("Pit", "Juri", "Anke"),
            next_at=instant("Tuesday 2026-12-08 17:00"),
            answer_url=url(41, "answer"),
            take_url=url(41, "take"),
            give_url=url(41, "give"),
        ),
        ON_DUTY,
    ),
    Scene(
        "silence_will_do",
        "Monday 2026-12-07 13:00",
        lambda lo: Silence(
            "Nari",
            item(lo, 36, "night"),
            FRIDAY_NEXT,
            promise="deliver",
            so_far=(Reminded(ANKE, (FRIDAY_NEXT,)),),
            unreachable=("Juri",),
            now_with=(Helper(PIT, "manager"), Helper(JURI, "manager")),
            view_url=url(36),
        ),
        TO_AUTHOR,
    ),
    Scene(
        "silence_away",
        FRI,
        lambda lo: Silence(
            "Nari",
            item(lo),
            DUE,
            promise="revisit",
            away=Away(PIT, date(2026, 12, 7), "Juri"),
            so_far=(Reminded(JURI, (instant("Wednesday 2026-11-25 17:00"), DUE)),),
            view_url=url(41),
        ),
        TO_AUTHOR,
    ),
    Scene(
        "silence_about_a_person",
        FRI,
        lambda lo: Silence("Nari", Item(100_734_112, None), DUE, contact=SAID["contact"][lo], view_url=url(41)),
        Footer("author", 100_734_112, settings_url=SETTINGS),
    ),
    Scene(
        "silence_again_two_know",
        "Thursday 2026-12-03 17:00",
        lambda lo: SilenceAgain(
            "Nari",
            item(lo),
            DUE,
            promise="deliver",
            known_by=("Pit", "Juri"),
            reminded=("Pit", "Juri"),
            has_digest=False,
            view_url=url(41),
        ),
        TO_AUTHOR,
    ),
    Scene(
        "clarify_due",
        "Wednesday 2026-12-02 11:00",
        lambda lo: ClarifyDue(
            "Nari", item(lo), "Pit", WORDS["phone"][lo], instant("Thursday 2026-12-03 11:00"), reply_url=url(41)
        ),
        TO_AUTHOR,
    ),
)
