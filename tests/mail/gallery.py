"""The mails beside the story: one of each kind, and the variants whose sentences differ."""

from __future__ import annotations

from datetime import date

from tests.mail.story import (
    ANKE,
    DUE,
    HOST,
    JURI,
    NARI,
    ON_DUTY,
    PIT,
    RUNG_1,
    RUNG_3,
    RUNG_4,
    STORY,
    TEAM,
    TO_AUTHOR,
    WORDS,
    Scene,
    item,
    late_lines,
    today_lines,
    url,
)
from tests.times import instant
from tracker.notices.mails import (
    Answer,
    Away,
    BallBack,
    Bar,
    ClarifyDue,
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
    Helper,
    Invitation,
    Item,
    Mail,
    ManagerPart,
    Meanwhile,
    MemberPart,
    Merged,
    Named,
    News,
    NewsLine,
    Notice,
    OwedLine,
    Person,
    Question,
    Raised,
    Receipt,
    Reminded,
    Reply,
    Reset,
    Rung1,
    Rung2,
    Rung3,
    Rung3Deputy,
    RungAgain,
    SignIn,
    Silence,
    SilenceAgain,
    TakenBack,
    Test,
    Withdrawn,
)
from tracker.notices.words import Locale

SETTINGS = "https://tracker.example/me"
FOLLOWING = Footer("follower", 41, settings_url=SETTINGS)
NAMED = Footer("named", 36, settings_url=SETTINGS)
DAILY = Footer("daily", settings_url=SETTINGS)
ACCOUNT = Footer("account")

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
    "account subject": {"de": "Dein Passwort ist geändert", "en": "Your password has changed"},
    "account text": {
        "de": "Dein Passwort wurde eben geändert.\nWarst du das nicht? Sag deiner Teamleitung Bescheid.",
        "en": "Your password has just been changed.\nNot you? Tell your team lead.",
    },
    "contact": {"de": "vertrauen@nachtwache.example", "en": "vertrauen@nachtwache.example"},
}


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


MON, TUE = "Monday 2026-11-30 11:00", "Tuesday 2026-12-01 10:12"
THU, FRI = "Thursday 2026-11-26 17:00", "Friday 2026-11-27 13:00"
FRIDAY_NEXT = instant("Friday 2026-12-04 17:00")
FRIDAY, SPRING = date(2026, 12, 4), date(2027, 3, 1)
NOON = instant("Monday 2026-11-30 12:00")

OTHERS = (
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
        lambda lo: Rung3Deputy(
            "Kim", item(lo), NARI, Person("Sascha"), DUE, stands_in=False, take_url=url(41, "take")
        ),
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
            item(lo), "Pit", "done", SAID["done"][lo], also=tuple(item(lo, 50 + n) for n in range(8)), view_url=url(41)
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
        Footer("deputy", 41, person="Anke", settings_url=SETTINGS),
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
        Footer("assignee", 41, settings_url=SETTINGS),
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
    Scene(
        "invitation",
        MON,
        lambda lo: Invitation("Anke", instant("Monday 2026-12-07 11:00"), "https://tracker.example/join/x"),
        ACCOUNT,
    ),
    Scene("test", MON, lambda lo: Test("Anke", "https://tracker.example/arrived/x"), ACCOUNT),
    Scene(
        "notice",
        MON,
        lambda lo: Notice("Nari", SAID["account subject"][lo], SAID["account text"][lo]),
        ACCOUNT,
    ),
)  # fmt: skip

ALL = (*STORY, *OTHERS)
