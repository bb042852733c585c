"""Mails about tasks: what happened to one, and a member's week with theirs."""

from __future__ import annotations

from datetime import date

from tests.mail.gallery_words import DAILY, FRIDAY, MON, SETTINGS
from tests.mail.story import HOST, TEAM, WHY, Scene, item, url
from tracker.notices.mails import (
    ComingLine,
    Daily,
    DailyPart,
    DigestMember,
    Footer,
    Item,
    MemberPart,
    News,
    NewsLine,
    TaskLine,
)
from tracker.notices.words import Locale

TASKS: dict[str, dict[Locale, str]] = {
    "list": {"de": "Wortliste tauschen", "en": "Replace the word list"},
    "names": {"de": "Gildennamen von Hand freigeben", "en": "Release guild names by hand"},
    "book": {"de": "Im Mod-Handbuch nachtragen", "en": "Add it to the mod handbook"},
}
OF_A_TASK = Footer("task", 41, why_url=WHY, settings_url=SETTINGS)
TUESDAY = date(2026, 12, 1)


def task(locale: Locale, word: str, number: int = 41) -> Item:
    """A task by its own title, under the number of what it belongs to."""
    return Item(number, TASKS[word][locale], url(number, "tasks"))


WITH_TASKS = (
    Scene(
        "news_task_added",
        MON,
        lambda lo: News("Jo", NewsLine("task_added", item(lo), "Pit", TASKS["list"][lo], on=TUESDAY)),
        OF_A_TASK,
    ),
    Scene(
        "news_task_moved",
        MON,
        lambda lo: News("Jo", NewsLine("task_moved", item(lo), "Pit", TASKS["list"][lo], on=FRIDAY)),
        OF_A_TASK,
    ),
    Scene(
        "news_task_withdrawn",
        MON,
        lambda lo: News("Jo", NewsLine("task_withdrawn", item(lo), "Pit", TASKS["list"][lo], on=FRIDAY)),
        OF_A_TASK,
    ),
    Scene(
        "daily_with_tasks",
        "Tuesday 2026-12-01 09:00",
        lambda lo: Daily(
            "Anke",
            (
                DailyPart(
                    TEAM[lo],
                    news=(
                        NewsLine("task_added", item(lo), "Pit", TASKS["list"][lo], on=TUESDAY),
                        NewsLine("task_moved", item(lo, 40, "echo"), "Jo", TASKS["names"][lo], on=FRIDAY),
                        NewsLine("task_done", item(lo, 38, "log"), "Juri", TASKS["book"][lo], on=TUESDAY),
                        NewsLine("task_withdrawn", item(lo), "Pit", None, on=TUESDAY),
                    ),
                ),
            ),
        ),
        DAILY,
    ),
    Scene(
        "digest_member_with_tasks",
        "Monday 2026-11-30 18:00",
        lambda lo: DigestMember(
            "Jo",
            (
                MemberPart(
                    TEAM[lo],
                    coming=(ComingLine(item(lo, 36, "night"), FRIDAY, who=("Anke",)),),
                    tasks=(
                        TaskLine(task(lo, "names"), date(2026, 11, 27), is_late=True),
                        TaskLine(task(lo, "list"), TUESDAY),
                        TaskLine(Item(4711, None, url(4711, "tasks")), FRIDAY),
                    ),
                    tasks_url=f"{HOST}/tasks",
                ),
            ),
        ),
        Footer("digest", weekday=0, settings_url=SETTINGS),
    ),
    Scene(
        "digest_member_with_tasks_alone",
        "Monday 2026-11-30 18:00",
        lambda lo: DigestMember(
            "Jo",
            (
                MemberPart(
                    TEAM[lo],
                    tasks=tuple(TaskLine(task(lo, "book", 40 + n), FRIDAY) for n in range(9)),
                    tasks_url=f"{HOST}/tasks",
                ),
            ),
        ),
        Footer("digest", weekday=0, settings_url=SETTINGS),
    ),
)  # fmt: skip
