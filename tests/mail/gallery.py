"""The mails beside the story: one of each kind, and the variants whose sentences differ."""

from __future__ import annotations

from datetime import date

from tests.mail.gallery_files import FILES
from tests.mail.gallery_heard import HEARD
from tests.mail.gallery_ladder import LADDER
from tests.mail.gallery_tasks import WITH_TASKS
from tests.mail.gallery_words import (
    ACCOUNT,
    DAILY,
    FOLLOWING,
    FRIDAY,
    FRIDAY_NEXT,
    MON,
    NAMED,
    NOON,
    SAID,
    SETTINGS,
    SITE,
    SPRING,
    TUE,
)
from tests.mail.story import (
    DUE,
    HOST,
    NARI,
    ON_DUTY,
    PIT,
    RUNG_1,
    RUNG_4,
    STORY,
    TEAM,
    TO_AUTHOR,
    WHY,
    WORDS,
    Scene,
    item,
    late_lines,
    today_lines,
    url,
)
from tests.times import instant
from tracker.domain.alerts import AlertKind
from tracker.notices.mails import (
    AddressAsked,
    Alert,
    Also,
    Answer,
    Away,
    BallBack,
    Bar,
    ComingLine,
    Comment,
    Contested,
    Corrected,
    Daily,
    DailyPart,
    DigestManager,
    DigestMember,
    DueLine,
    Footer,
    HandedBack,
    Invitation,
    Mail,
    ManagerPart,
    Meanwhile,
    MemberPart,
    Merged,
    Named,
    NewAddress,
    News,
    NewsLine,
    OwedLine,
    Question,
    Raised,
    Receipt,
    Reply,
    Reset,
    SignIn,
    TakenBack,
    Test,
    Trouble,
    Withdrawn,
)
from tracker.notices.words import Locale


def _daily(locale: Locale) -> Daily:
    news = (
        NewsLine("replied", item(locale, 40, "echo"), "Nari", SAID["phone"][locale], due_at=RUNG_4),
        NewsLine("noted", item(locale), "Juri", SAID["looking"][locale]),
        NewsLine("answered", item(locale, 38, "log"), "Anke", WORDS["warn"][locale], outcome="done"),
    )
    part = DailyPart(
        TEAM[locale],
        today_lines(locale),
        late_lines(locale),
        news,
        today_count=2,
        late_count=3,
        open_questions=1,
        desk_url=f"{HOST}/desk",
        one_by_one_url=f"{HOST}/desk#one",
    )
    return Daily("Pit", (part,))


def _many(locale: Locale) -> Daily:
    """A manager back from two weeks: 118 late, 3 due today; two teams."""
    part = DailyPart(
        TEAM[locale],
        today_lines(locale),
        tuple(late_lines(locale)[0] for _ in range(118)),
        today_count=3,
        late_count=118,
        desk_url=f"{HOST}/desk",
        one_by_one_url=f"{HOST}/desk#one",
    )
    other = DailyPart(
        "Arena", late=late_lines(locale)[2:], late_count=1, desk_url="https://tracker.example/t/arena/desk"
    )
    return Daily("Pit", (part, other))


def _both(locale: Locale) -> DigestManager:
    """A manager's week with nothing to do, who raised something elsewhere."""
    own = MemberPart("Arena", late=(OwedLine(item(locale), DUE, promise="deliver", on=date(2026, 11, 26)),))
    return DigestManager("Pit", (ManagerPart(TEAM[locale], answered=1, on_time=1),), own=(own,))


def _with_news(locale: Locale) -> DigestManager:
    """What the daily mail of that day would have told, and what is new in a team that the reader does not manage."""
    part = ManagerPart(
        TEAM[locale],
        first=late_lines(locale)[:1],
        news=(
            NewsLine("mentioned", item(locale), "Jo", SAID["looking"][locale]),
            NewsLine("assigned", item(locale, 38, "log"), "Anke"),
        ),
        late_count=1,
        desk_url=f"{HOST}/desk",
        one_by_one_url=f"{HOST}/desk#one",
    )
    elsewhere = ManagerPart("Arena", news=(NewsLine("mentioned", item(locale), "Olga", SAID["looking"][locale]),))
    return DigestManager("Pit", (part, elsewhere))


def _meanwhile(locale: Locale) -> Mail:
    return Meanwhile(
        "Juri",
        date(2026, 12, 1),
        date(2026, 12, 7),
        away=PIT,
        lines=tuple(DueLine(item(locale, 50 + number), RUNG_4) for number in range(9)),
        count=9,
        desk_url=f"{HOST}/desk",
    )


OTHERS = (
    Scene(
        "receipt_for_somebody",
        "Wednesday 2026-11-25 10:00",
        lambda lo: Receipt(
            item(lo),
            instant("Wednesday 2026-11-25 13:00"),
            DUE - RUNG_1,
            instant("Wednesday 2026-11-25 10:00"),
            owed_by=("Juri",),
            away=Away(PIT, date(2026, 12, 7), "Juri"),
            entered_by="Anke",
            entered_from=SAID["place"][lo],
            view_url=url(41),
        ),
        TO_AUTHOR,
    ),
    Scene(
        "answer_done",
        TUE,
        lambda lo: Answer(
            item(lo),
            "Pit",
            "done",
            SAID["done"][lo],
            also=tuple(Also(item(lo, 50 + n)) for n in range(8)),
            view_url=url(41),
        ),
        TO_AUTHOR,
    ),
    Scene(
        "answer_question",
        TUE,
        lambda lo: Answer(item(lo, 38, "log"), "Pit", "done", WORDS["warn"][lo], kind="question", view_url=url(38)),
        FOLLOWING,
    ),
    Scene(
        "answer_friction",
        TUE,
        lambda lo: Answer(item(lo), "Anke", "done", SAID["looking"][lo], "friction", changed=True, view_url=url(41)),
        TO_AUTHOR,
    ),
    Scene(
        "answer_will_do",
        TUE,
        lambda lo: Answer(
            item(lo, 36, "night"), "Pit", "will_do", SAID["will"][lo], on=FRIDAY, who=("Anke",), view_url=url(36)
        ),
        TO_AUTHOR,
    ),
    Scene(
        "answer_not_now",
        TUE,
        lambda lo: Answer(
            item(lo, 12, "server"),
            "Pit",
            "not_now",
            SAID["later"][lo],
            on=date(2027, 3, 1),
            taken_back=TakenBack("will_do", date(2026, 12, 4)),
            view_url=url(12),
        ),
        TO_AUTHOR,
    ),
    Scene(
        "answer_takes_a_later_back",
        TUE,
        lambda lo: Answer(
            item(lo, 12, "server"), "Pit", "declined", SAID["later"][lo], taken_back=TakenBack("not_now", SPRING)
        ),
        TO_AUTHOR,
    ),
    Scene(
        "answer_takes_several_back",
        TUE,
        lambda lo: Answer(
            item(lo, 12, "server"),
            "Pit",
            "declined",
            SAID["later"][lo],
            taken_back=TakenBack("not_now", SPRING),
            also=(
                Also(item(lo), TakenBack("will_do", date(2026, 12, 4))),
                Also(item(lo, 50), TakenBack("not_now", date(2027, 3, 8))),
                Also(item(lo, 51)),
            ),
            view_url=url(12),
        ),
        TO_AUTHOR,
    ),
    Scene(
        "question_while_late",
        MON,
        lambda lo: Question(item(lo), "Pit", WORDS["phone"][lo], due_at=RUNG_4, reply_url=url(41)),
        TO_AUTHOR,
    ),
    Scene(
        "ball_back",
        MON,
        lambda lo: BallBack(item(lo), "time_up", FRIDAY_NEXT, owed_by=("Pit",), view_url=url(41), bar=Bar(0.4)),
        TO_AUTHOR,
    ),
    Scene(
        "ball_back_replied",
        MON,
        lambda lo: BallBack(item(lo), "replied", FRIDAY_NEXT, by="Melodie", view_url=url(41)),
        TO_AUTHOR,
    ),
    Scene(
        "ball_back_taken_back",
        MON,
        lambda lo: BallBack(item(lo), "taken_back", FRIDAY_NEXT, by="Pit", view_url=url(41)),
        TO_AUTHOR,
    ),
    Scene("ball_back_left", MON, lambda lo: BallBack(item(lo), "left", FRIDAY_NEXT, view_url=url(41)), TO_AUTHOR),
    Scene(
        "comment",
        "Thursday 2026-11-26 09:00",
        lambda lo: Comment(
            item(lo), "Pit", (SAID["looking"][lo], SAID["more"][lo]), DUE, reply_url=url(41, "reply"), view_url=url(41)
        ),
        TO_AUTHOR,
    ),
    Scene("comment_while_late", MON, lambda lo: Comment(item(lo), "Pit", (SAID["looking"][lo],), DUE), TO_AUTHOR),
    Scene(
        "corrected",
        "Wednesday 2026-11-25 09:00",
        lambda lo: Corrected(item(lo), "Pit", SAID["reason"][lo], DUE, view_url=url(41), bar=Bar(0.1)),
        TO_AUTHOR,
    ),
    Scene("merged", MON, lambda lo: Merged(item(lo), item(lo, 47, "echo"), FRIDAY_NEXT, view_url=url(47)), TO_AUTHOR),
    Scene(
        "raised",
        "Tuesday 2026-11-24 23:10",
        lambda lo: Raised(
            "Pit",
            item(lo),
            NARI,
            instant("Wednesday 2026-11-25 13:00"),
            quote=WORDS["body"][lo],
            answer_url=url(41, "answer"),
            take_url=url(41, "take"),
        ),
        ON_DUTY,
    ),
    Scene(
        "raised_due_today",
        "Wednesday 2026-11-25 09:00",
        lambda lo: Raised("Pit", item(lo), NARI, instant("Wednesday 2026-11-25 17:00"), is_urgent=False),
        ON_DUTY,
    ),
    Scene("reply", MON, lambda lo: Reply("Pit", item(lo), NARI, SAID["phone"][lo], RUNG_4, url(41)), ON_DUTY),
    Scene(
        "contested",
        MON,
        lambda lo: Contested(
            "Juri",
            item(lo),
            NARI,
            SAID["missing"][lo],
            "declined",
            "Pit",
            WORDS["no"][lo],
            FRIDAY_NEXT,
            owed_by=("Anke",),
            answer_url=url(41, "answer"),
        ),
        Footer("deputy", 41, person="Anke", why_url=WHY, settings_url=SETTINGS),
    ),
    Scene(
        "contested_for_me",
        MON,
        lambda lo: Contested(
            "Anke",
            item(lo),
            NARI,
            SAID["missing"][lo],
            "done",
            "Pit",
            SAID["done"][lo],
            FRIDAY_NEXT,
            is_mine=True,
            kind="question",
            answer_url=url(41, "answer"),
        ),
        ON_DUTY,
    ),
    Scene(
        "named",
        MON,
        lambda lo: Named(
            "Anke",
            item(lo, 36, "night"),
            "Pit",
            NARI,
            date(2026, 12, 4),
            SAID["will"][lo],
            view_url=url(36),
            hand_back_url=url(36, "back"),
            move_url=url(36, "move"),
        ),
        NAMED,
    ),
    Scene(
        "handed_back",
        MON,
        lambda lo: HandedBack(
            "Pit",
            item(lo, 36, "night"),
            "Anke",
            NARI,
            SAID["no time"][lo],
            date(2026, 12, 4),
            answer_url=url(36, "answer"),
            move_url=url(36, "move"),
        ),
        NAMED,
    ),
    Scene("meanwhile", MON, _meanwhile, Footer("meanwhile", 0, settings_url=SETTINGS)),
    Scene(
        "meanwhile_closure",
        MON,
        lambda lo: Meanwhile("Juri", date(2026, 12, 24), date(2027, 1, 3), desk_url=f"{HOST}/desk"),
        Footer("meanwhile", 0, settings_url=SETTINGS),
    ),
    Scene("withdrawn", MON, lambda lo: Withdrawn("Pit", item(lo), "Nari", view_url=url(41)), ON_DUTY),
    Scene(
        "news_assigned",
        MON,
        lambda lo: News("Juri", NewsLine("assigned", item(lo), "Anke", due_at=RUNG_4)),
        Footer("assignee", 41, why_url=WHY, settings_url=SETTINGS),
    ),
    Scene(
        "news_mentioned",
        MON,
        lambda lo: News("Juri", NewsLine("mentioned", item(lo), "Pit", SAID["looking"][lo])),
        Footer("mentioned", 41, settings_url=SETTINGS),
    ),
    Scene("daily", "Tuesday 2026-12-01 09:00", _daily, DAILY),
    Scene("daily_after_two_weeks", "Monday 2026-12-07 09:00", _many, DAILY),
    Scene(
        "daily_with_news_alone",
        "Tuesday 2026-12-01 12:00",
        lambda lo: Daily(
            "Nari", (DailyPart(TEAM[lo], news=(NewsLine("moved", item(lo), "Pit", on=date(2026, 12, 18)),)),)
        ),
        DAILY,
    ),
    Scene("digest_manager_with_news", "Monday 2026-11-30 09:00", _with_news, DAILY),
    Scene("digest_manager_elsewhere_member", "Monday 2026-11-30 09:00", _both, DAILY),
    Scene(
        "digest_member_coming",
        "Monday 2026-11-30 18:00",
        lambda lo: DigestMember(
            "Nari",
            (
                MemberPart(TEAM[lo], coming=(ComingLine(item(lo, 36, "night"), FRIDAY, who=("Anke", "Juri")),)),
                MemberPart(
                    "Arena",
                    coming=tuple(ComingLine(item(lo, 60 + n), FRIDAY, promise="revisit") for n in range(8)),
                    url="https://tracker.example/t/arena/mine",
                ),
            ),
        ),
        Footer("digest", weekday=0, settings_url=SETTINGS),
    ),
    Scene("sign_in", MON, lambda lo: SignIn("Nari", NOON, "https://tracker.example/s/x"), ACCOUNT),
    Scene("reset", MON, lambda lo: Reset("Nari", NOON, "https://tracker.example/p/x"), ACCOUNT),
    Scene("new_address", MON, lambda lo: NewAddress("Nari", NOON, "https://tracker.example/confirm/x"), ACCOUNT),
    Scene("address_asked", MON, lambda lo: AddressAsked("Nari", "https://tracker.example/password"), ACCOUNT),
    Scene(
        "invitation",
        MON,
        lambda lo: Invitation("Anke", instant("Monday 2026-12-07 11:00"), "https://tracker.example/join/x"),
        ACCOUNT,
    ),
    Scene(
        "alert",
        MON,
        lambda lo: Alert(
            "Ada",
            Trouble(AlertKind.SIGN_IN_REFUSED, "relay:mail.example:587", "sign-in refused: 535 5.7.8 wrong password"),
            "https://tracker.example/admin/outbox",
        ),
        SITE,
    ),
    Scene(
        "alert_refused",
        MON,
        lambda lo: Alert(
            "Ada",
            Trouble(
                AlertKind.SERVER_AWAY, "relay:mail.example:587", "554 5.7.1 Relay access denied", given_up=3,
            ),
            "https://tracker.example/admin/outbox",
        ),
        SITE,
    ),
    Scene(
        "alert_given_up",
        MON,
        lambda lo: Alert(
            "Ada",
            Trouble(AlertKind.SERVER_AWAY, "outbox:given-up", "451 4.7.1 Service unavailable", given_up=7),
            "https://tracker.example/admin/outbox",
        ),
        SITE,
    ),
    Scene(
        "alert_mailbox",
        MON,
        lambda lo: Alert(
            "Ada",
            Trouble(AlertKind.SERVER_AWAY, "inbound", "the password was refused"),
            "https://tracker.example/admin/inbound",
        ),
        SITE,
    ),
    Scene(
        "alert_door",
        MON,
        lambda lo: Alert(
            "Ada",
            Trouble(AlertKind.SERVER_AWAY, "inbound:door", "Permission denied"),
            "https://tracker.example/admin/inbound",
        ),
        SITE,
    ),
    Scene(
        "alert_storm",
        MON,
        lambda lo: Alert(
            "Ada", Trouble(AlertKind.STORM, "", wanted=312, usual=8), "https://tracker.example/admin/outbox"
        ),
        SITE,
    ),
    Scene(
        "alert_not_written",
        MON,
        lambda lo: Alert(
            "Ada", Trouble(AlertKind.CANNOT_BE_WRITTEN, "moved"), "https://tracker.example/admin/outbox"
        ),
        SITE,
    ),
    Scene(
        "alert_webhook",
        MON,
        lambda lo: Alert(
            "Anke",
            Trouble(AlertKind.SERVER_AWAY, "webhook:3", team=TEAM[lo], slug="nachtwache", where="hooks.example"),
            "https://tracker.example/t/nachtwache/settings/outlets",
        ),
        Footer("owner"),
    ),
    Scene("test", MON, lambda lo: Test("Anke", "https://tracker.example/arrived/x"), ACCOUNT),
)  # fmt: skip

ALL = (*STORY, *LADDER, *OTHERS, *HEARD, *FILES, *WITH_TASKS)
