"""The mails: one frozen value a mail, and ``render``, which puts it into one person's words.

mail = Rung2(name="Pit", item=Item(41, "Chat-Filter frisst Umlaute"), author=Person("Nari"), due_at=due_at, …)
render(mail, reader=Reader("de", zone, now), team_name="Nachtwache", footer=Footer("on_duty", 41, …))
"""

from tracker.notices.mails.account import Invitation, Notice, Reset, SignIn, Test
from tracker.notices.mails.author import (
    Answer,
    BallBack,
    Comment,
    Corrected,
    Merged,
    Moved,
    Question,
    Receipt,
    TakenBack,
)
from tracker.notices.mails.heard import (
    HeardComment,
    HeardDraft,
    HeardEmpty,
    HeardRefused,
    HeardTaken,
    HeardUnknown,
    HeardWhich,
)
from tracker.notices.mails.overview import (
    AnsweredLine,
    AskedLine,
    BackLine,
    ComingLine,
    Daily,
    DailyPart,
    DigestManager,
    DigestMember,
    LateLine,
    ManagerPart,
    MemberPart,
    NewForAll,
    OwedLine,
    TodayLine,
)
from tracker.notices.mails.parts import Bar, Footer, Item, Mail, Person, Reminded, Rendered
from tracker.notices.mails.render import render
from tracker.notices.mails.rungs import (
    Away,
    ClarifyDue,
    Helper,
    Rung1,
    Rung2,
    Rung3,
    Rung3Deputy,
    Rung4,
    RungAgain,
    Silence,
    SilenceAgain,
)
from tracker.notices.mails.site import Alert, Trouble
from tracker.notices.mails.team import (
    Contested,
    DueLine,
    HandedBack,
    Meanwhile,
    Named,
    News,
    NewsLine,
    Raised,
    Reply,
    Withdrawn,
)

__all__ = [
    "Alert", "Answer", "AnsweredLine", "AskedLine", "Away", "BackLine", "BallBack", "Bar", "ClarifyDue", "ComingLine",
    "Comment", "Contested", "Corrected", "Daily", "DailyPart", "DigestManager", "DigestMember", "DueLine", "Footer",
    "HandedBack", "HeardComment", "HeardDraft", "HeardEmpty", "HeardRefused", "HeardTaken", "HeardUnknown",
    "HeardWhich", "Helper", "Invitation", "Item", "LateLine", "Mail", "ManagerPart", "Meanwhile", "MemberPart",
    "Merged", "Moved", "Named", "NewForAll", "News", "NewsLine", "Notice", "OwedLine", "Person", "Question", "Raised",
    "Receipt", "Reminded", "Rendered", "Reply", "Reset", "Rung1", "Rung2", "Rung3", "Rung3Deputy", "Rung4",
    "RungAgain", "SignIn", "Silence", "SilenceAgain", "TakenBack", "Test", "TodayLine", "Trouble", "Withdrawn",
    "render",
]  # fmt: skip
