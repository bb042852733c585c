"""What happens between the moment at which a rung is owed and the one at which its mail would leave.

The sweep has run on Thursday at 13:00, Pit's rung 1 is owed; then something happens, and only then is it delivered.
"""

from __future__ import annotations

from collections.abc import Callable
from datetime import date, datetime

import pytest
import sqlalchemy as sa

from tests.acts.cast import at
from tests.mail_server import DROP, MailServer
from tests.story.conftest import Enter
from tests.story.people import JOINING, Cast
from tests.story.stage import MINUTE, Stage, told
from tests.story.test_each_by_itself import raise_41
from tracker.acts import absences, answers, dates, people
from tracker.acts import suggestions as verbs
from tracker.acts.absences import Choice
from tracker.domain.outcomes import Outcome
from tracker.notices import look_again, telling
from tracker.store.base import db
from tracker.store.entries import Entry, EntryKind, Via
from tracker.store.notices import Channel, Notice, NoticeState
from tracker.worker.sweep import sweep

WEB = Via.WEB
RUNG_1 = at("Thursday 2026-11-26 13:00")
#: What a mail server says is the same to both databases.
SQLITE = pytest.mark.databases("sqlite")

Happens = Callable[[Cast, datetime], object]


def owed_at_13(enter: Enter) -> tuple[Stage, Cast]:
    stage, cast = enter("de")
    raise_41(stage, cast)
    stage.until(RUNG_1 - MINUTE)
    with stage.app.app_context():
        assert sweep(now=RUNG_1)["climbed"] == 1
    assert "pit" not in {one.to for one in stage.mails}
    return stage, cast


def rungs(cast: Cast) -> list[tuple[str, NoticeState, str]]:
    """Whom rung 1 was owed to by mail, and what became of it."""
    names = {person_id: name for name, person_id in cast.ids.items()}
    where = (Notice.kind == "rung", Notice.channel == Channel.EMAIL)
    found = db.session.scalars(sa.select(Notice).where(*where).order_by(Notice.id))
    return [(names[one.person_id], one.state, one.reason) for one in found]


ENDS: dict[str, tuple[Happens, str]] = {
    "answered": (
        lambda cast, now: answers.answer(
            cast.s(41), by=cast["Juri"], now=now, via=WEB, outcome=Outcome.DONE, text="Neue Version."
        ),
        look_again.ANSWERED,
    ),
    "moved": (
        lambda cast, now: dates.move(
            cast.s(41), by=cast["Juri"], now=now, via=WEB, on=date(2026, 12, 4), reason="Krank."
        ),
        look_again.NEW_DATE,
    ),
    "withdrawn": (
        lambda cast, now: verbs.withdraw(cast.s(41), by=cast["Nari"], now=now, via=WEB),
        look_again.WITHDRAWN,
    ),
}


@pytest.mark.parametrize("what", ENDS)
def test_what_has_ended_meanwhile_rings_nobody(enter: Enter, what: str) -> None:
    stage, cast = owed_at_13(enter)
    happens, reason = ENDS[what]
    stage.act(RUNG_1, lambda now: happens(cast, now))
    left = stage.pass_at(RUNG_1 + 2 * MINUTE)
    assert {one.to for one in left} <= {"nari", *(name.lower() for name in JOINING)}  # of the answer, or the new date
    with stage.app.app_context():
        assert rungs(cast) == [("Pit", NoticeState.SKIPPED, reason)]


def out_of_team(cast: Cast, now: datetime) -> None:
    people.remove(cast.team, cast["Pit"], by=cast["Anke"], now=now, via=WEB)


def disabled(cast: Cast, now: datetime) -> None:
    cast["Anke"].is_site_admin = True
    people.disable(cast["Pit"], by=cast["Anke"], now=now, via=WEB)


def unsubscribed(cast: Cast, now: datetime) -> None:
    people.unsubscribe(cast["Pit"], "reminders", now=now)


def bounced(cast: Cast, now: datetime) -> None:
    cast["Pit"].mail_bounced_at = now


GOES: dict[str, tuple[Happens, str]] = {
    "left the team": (out_of_team, telling.LEFT),
    "disabled": (disabled, telling.DISABLED),
    "unsubscribed": (unsubscribed, telling.IN_APP_ONLY),
    "bounced": (bounced, telling.BOUNCED),
}


@pytest.mark.parametrize("what", GOES)
def test_who_cannot_be_reached_any_more_is_stood_in_for_at_the_same_rung(enter: Enter, what: str) -> None:
    stage, cast = owed_at_13(enter)
    happens, reason = GOES[what]
    stage.act(RUNG_1, lambda now: happens(cast, now))
    left = stage.pass_at(RUNG_1 + MINUTE)
    assert told(left) == [("Thu 26 Nov 13:01", "juri", "Heute bis 17 Uhr: Chat-Filter frisst Umlaute")]
    with stage.app.app_context():
        assert rungs(cast) == [("Pit", NoticeState.SKIPPED, reason), ("Juri", NoticeState.TOLD, "")]
    assert stage.pass_at(RUNG_1 + 2 * MINUTE) == []
    second = stage.until(
        at("Thursday 2026-11-26 17:00")
    )  # the next rung goes to who is on duty now, and to nobody else
    assert [(who, said) for _, who, said in told(second)] == [("juri", "Jetzt fällig: Chat-Filter frisst Umlaute")]


@SQLITE
def test_an_address_that_its_server_does_not_know_sends_the_rung_on(
    enter_by_smtp: Enter, mail_server: MailServer
) -> None:
    stage, cast = owed_at_13(enter_by_smtp)
    mail_server.script("RCPT", "550 5.1.1 no such mailbox")
    left = stage.pass_at(RUNG_1)
    assert [one.to for one in left] == ["juri"]
    with stage.app.app_context():
        assert [(who, state) for who, state, _ in rungs(cast)] == [
            ("Pit", NoticeState.SKIPPED), ("Juri", NoticeState.TOLD)
        ]  # fmt: skip
        assert cast["Pit"].mail_bounced_at == RUNG_1
        (again,) = follow_ups(cast)[1:]
        assert again.facts["unreachable"] == cast.ids["Pit"]
    silence = next(one for one in stage.until(at("Friday 2026-11-27 13:00")) if one.to == "nari")
    assert "Juri wurde am Donnerstag zweimal erinnert. Pit war nicht erreichbar." in silence.flat


def test_who_is_away_by_then_gets_no_follow_up_and_who_answers_meanwhile_gets_it(enter: Enter) -> None:
    stage, cast = owed_at_13(enter)
    stage.act(RUNG_1, lambda now: absent(cast, now))
    left = stage.pass_at(RUNG_1 + MINUTE)
    assert sorted((one.to, one.reason) for one in left) == [("juri", "deadline"), ("juri", "meanwhile")]
    with stage.app.app_context():
        assert rungs(cast) == [("Pit", NoticeState.SKIPPED, look_again.ABSENT), ("Juri", NoticeState.TOLD, "")]
    second = stage.until(at("Thursday 2026-11-26 17:00"))
    assert [(who, said) for _, who, said in told(second)] == [("juri", "Jetzt fällig: Chat-Filter frisst Umlaute")]
    silence = next(one for one in stage.until(at("Friday 2026-11-27 13:00")) if one.to == "nari")
    assert "Pit ist bis 7.12. nicht da; Juri vertritt ihn." in silence.flat


def absent(cast: Cast, now: datetime) -> object:
    return absences.enter(
        cast.team, person=cast["Pit"], first_on=date(2026, 11, 26), last_on=date(2026, 12, 7),
        choice=Choice(stand_in=cast["Juri"]), by=cast["Pit"], now=now, via=WEB,
    )  # fmt: skip


@SQLITE
def test_what_waited_for_a_server_that_was_away_is_looked_at_again(
    enter_by_smtp: Enter, mail_server: MailServer
) -> None:
    """Owed at 13:00, the relay refuses everybody, Juri answers at 13:20: when it is back, Pit hears nothing."""
    stage, cast = owed_at_13(enter_by_smtp)
    mail_server.always("EHLO", "421 4.3.2 closed for a while")
    assert stage.pass_at(RUNG_1) == []
    stage.act(at("Thursday 2026-11-26 13:20"), lambda now: ENDS["answered"][0](cast, now))
    mail_server.always("EHLO", None)
    left = stage.until(at("Thursday 2026-11-26 16:00"))
    assert [one.to for one in left] == ["nari"]
    with stage.app.app_context():
        assert rungs(cast) == [("Pit", NoticeState.SKIPPED, look_again.ANSWERED)]


@SQLITE
def test_a_server_that_hangs_up_loses_nothing_and_doubles_nothing(
    enter_by_smtp: Enter, mail_server: MailServer
) -> None:
    stage, _ = owed_at_13(enter_by_smtp)
    mail_server.script("MAIL", DROP)
    left = [*stage.pass_at(RUNG_1), *stage.until(at("Thursday 2026-11-26 16:00"))]
    assert [one.to for one in left] == ["pit"]


def follow_ups(cast: Cast) -> list[Entry]:
    where = (Entry.suggestion_id == cast.s(41).id, Entry.kind == EntryKind.FOLLOW_UP)
    return list(db.session.scalars(sa.select(Entry).where(*where).order_by(Entry.id)))
