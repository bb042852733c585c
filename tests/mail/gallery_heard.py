"""The mails that go back to who wrote to us, and one of ours that can be answered."""

from __future__ import annotations

from dataclasses import replace
from datetime import date

from tests.mail.gallery_words import MON, SAID
from tests.mail.story import HOST, RUNG_4, TO_AUTHOR, Scene, item, url
from tracker.domain.attachments import WhyNot
from tracker.notices.mails import (
    Files,
    Footer,
    HeardComment,
    HeardDraft,
    HeardEmpty,
    HeardRefused,
    HeardTaken,
    HeardUnknown,
    HeardWhich,
    Item,
    Question,
)
from tracker.notices.mails.along import LeftOut
from tracker.notices.words import Locale

WROTE = Footer("wrote", replies_read=True)
UNHEARD = Footer("wrote")
#: What could not be kept of one mail.
NOT_KEPT = (LeftOut("plan.docx", WhyNot.KIND), LeftOut("bild.svg", WhyNot.ACTS), LeftOut("video.zip", WhyNot.LARGE, 10))
FIXED: dict[Locale, str] = {"de": "ist gefixt", "en": "it is fixed"}
AT_DAY = "https://tracker.example/t/tagwache/41?write=comment&mail=7#comment"
TOO_OLD: dict[Locale, str] = {
    "de": "Die Mail, auf die du geantwortet hast, ist dafür zu alt. Schreib bitte hier:",
    "en": "The mail you replied to is too old to be answered by mail. Please write here:",
}


def _filled(locale: Locale, number: int, word: str) -> Item:
    return replace(item(locale, number, word), url=f"{HOST}/{number}?write=comment&mail=7#comment")


def _answer(outcome: str) -> str:
    return f"{HOST}/41?write=answer&mail=7&outcome={outcome}#answer"


HEARD = (
    Scene(
        "question_that_can_be_answered",
        MON,
        lambda lo: Question(item(lo), "Pit", SAID["phone"][lo], back_at=RUNG_4, reply_url=url(41, "comment")),
        replace(TO_AUTHOR, replies_read=True),
    ),
    Scene(
        "heard_taken", MON, lambda lo: HeardTaken("Nari", item(lo), SAID["phone"][lo], view_url=url(41)), WROTE
    ),
    Scene(
        "heard_taken_ball_back",
        MON,
        lambda lo: HeardTaken(
            "Nari", item(lo), SAID["phone"][lo], due_at=RUNG_4, left_out=NOT_KEPT, view_url=url(41)
        ),
        WROTE,
    ),
    Scene(
        "heard_taken_with_files",
        MON,
        lambda lo: HeardTaken(
            "Nari",
            item(lo),
            SAID["phone"][lo],
            files=Files(("foto.jpg", "chat.log"), url(41)),
            left_out=(
                *(LeftOut(f"bild-{number}.png", WhyNot.MANY, 5) for number in range(8)),
                LeftOut("mail", WhyNot.MAIL),
            ),
            view_url=url(41, "view"),
        ),
        WROTE,
    ),
    Scene(
        "heard_comment_with_a_file",
        MON,
        lambda lo: HeardComment(
            "Pit",
            item(lo),
            FIXED[lo],
            _answer("done"),
            _answer("will_do"),
            _answer("not_now"),
            _answer("declined"),
            Files(("plan.pdf",), url(41)),
            (LeftOut("leer.txt", WhyNot.EMPTY), LeftOut("foto.jpg", WhyNot.BROKEN)),
        ),
        WROTE,
    ),
    Scene(
        "heard_comment",
        MON,
        lambda lo: HeardComment(
            "Pit", item(lo), FIXED[lo], _answer("done"), _answer("will_do"), _answer("not_now"), _answer("declined")
        ),
        WROTE,
    ),
    Scene(
        "heard_comment_of_who_was_named",
        MON,
        lambda lo: HeardComment("Melodie", item(lo), FIXED[lo], f"{HOST}/41?write=done&mail=7#done-text"),
        WROTE,
    ),
    Scene(
        "heard_which",
        MON,
        lambda lo: HeardWhich("Pit", (_filled(lo, 41, "title"), _filled(lo, 40, "echo")), FIXED[lo]),
        WROTE,
    ),
    Scene(
        "heard_which_of_several_teams",
        MON,
        lambda lo: HeardWhich(
            "Pit",
            (
                replace(_filled(lo, 41, "title"), team="Nachtwache"),
                replace(_filled(lo, 41, "echo"), url=AT_DAY, team="Tagwache"),
            ),
            FIXED[lo],
            shared=(41, "nachtwache"),
        ),
        WROTE,
    ),
    Scene(
        "heard_which_with_a_file",
        MON,
        lambda lo: HeardWhich("Pit", (_filled(lo, 41, "title"),), FIXED[lo], stayed=("plan.pdf",)),
        WROTE,
    ),
    Scene(
        "heard_which_with_files",
        MON,
        lambda lo: HeardWhich(
            "Pit",
            (_filled(lo, 41, "title"), _filled(lo, 40, "echo")),
            "",
            kept=("plan.pdf", "bild.png"),
            left_out=NOT_KEPT,
        ),
        WROTE,
    ),
    Scene("heard_empty_with_files", MON, lambda lo: HeardEmpty("Nari", item(lo), url(41), ("a.svg", "b.svg")), WROTE),
    Scene("heard_which_of_none", MON, lambda lo: HeardWhich("Pit", (), FIXED[lo]), WROTE),
    Scene("heard_empty", MON, lambda lo: HeardEmpty("Nari", item(lo), url(41, "comment")), WROTE),
    Scene("heard_empty_new", MON, lambda _lo: HeardEmpty("Nari", url=HOST), UNHEARD),
    Scene(
        "heard_refused",
        MON,
        lambda lo: HeardRefused("Nari", "Re: Chat", TOO_OLD[lo], SAID["phone"][lo], url(41, "comment")),
        WROTE,
    ),
    Scene("heard_unknown", MON, lambda _lo: HeardUnknown(HOST), UNHEARD),
    Scene(
        "heard_draft",
        MON,
        lambda lo: HeardDraft(
            "Pit",
            item(lo),
            "will_do",
            "problem",
            SAID["will"][lo],
            _answer("will_do"),
            date(2026, 12, 4),
            Files(("plan.pdf",), _answer("will_do")),
            NOT_KEPT[:2],
        ),
        WROTE,
    ),
)  # fmt: skip
