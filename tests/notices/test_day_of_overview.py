"""On the day of a manager's weekly overview there is one mail: the overview with what the daily mail would tell, or the
daily mail where the overview has nothing to say."""

from __future__ import annotations

from datetime import timedelta

import pytest

from tests.acts.cast import RAISED_AT, Cast, at, raised
from tests.acts.deeds import does, says
from tests.notices.post import Post
from tests.notices.seen import notices
from tracker.acts import people
from tracker.acts import suggestions as verbs
from tracker.domain.lifecycle import Role
from tracker.notices import daily, digests
from tracker.store.base import db
from tracker.store.entries import Via
from tracker.store.notices import NoticeState
from tracker.store.suggestions import Suggestion

WEB = Via.WEB
WEDNESDAY = at("Wednesday 2026-11-25 10:00")
MONDAY = at("Monday 2026-11-30 09:00")
FRIDAY_NIGHT = at("Friday 2026-11-27 18:30")


@pytest.fixture
def answered(cast: Cast, post: Post) -> Suggestion:
    """Juri has answered the only one there is: Pit's week has nothing in it."""
    s = raised(cast)
    post.at(RAISED_AT)
    does(cast.juri, s, WEDNESDAY)
    db.session.commit()
    post.days(WEDNESDAY, at("Friday 2026-11-27 18:00"))
    return s


def overview_and_mark(cast: Cast) -> list[tuple[str, str]]:
    return [(n.state.value, n.reason) for n in notices(person=cast.pit) if n.kind in ("digest", "daily")][-2:]


def test_where_nothing_has_moved_the_daily_mail_comes(cast: Cast, post: Post, answered: Suggestion) -> None:
    says(cast.jo, answered, FRIDAY_NIGHT, text="@Pit das stimmt so nicht.")
    db.session.commit()
    post.at(MONDAY)
    assert [one.template for one in post.sent if one.to == "pit" and one.at == MONDAY] == ["daily"]
    assert overview_and_mark(cast) == [("skipped", digests.NOTHING), ("told", "")]


def test_before_the_overview_is_decided_nothing_is_said_of_the_daily_mail(
    cast: Cast, post: Post, answered: Suggestion
) -> None:
    """Pit chose 18:00 for his overview. It has nothing to say, and what waited since Friday comes at that hour."""
    cast.pit.digest_hour = "18:00"
    says(cast.jo, answered, FRIDAY_NIGHT, text="@Pit das stimmt so nicht.")
    db.session.commit()
    post.at(MONDAY)
    assert [n.facts["on"] for n in notices(kind="daily", person=cast.pit)][-1] == "2026-11-27"
    post.at(MONDAY + timedelta(hours=9))
    sent = [(one.template, one.at) for one in post.sent if one.to == "pit" and one.at >= MONDAY]
    assert sent == [("daily", MONDAY + timedelta(hours=9))]


def test_what_waits_goes_along_with_the_overview(cast: Cast, post: Post) -> None:
    """It would have waited for Tuesday, and its row said that it stood in an overview."""
    s = raised(cast)
    post.days(WEDNESDAY, at("Friday 2026-11-27 18:00"))
    says(cast.jo, s, FRIDAY_NIGHT, text="@Pit das stimmt so nicht.")
    says(cast.nari, s, FRIDAY_NIGHT + timedelta(minutes=10), text="Es ist dringend geworden.")
    db.session.commit()
    post.at(MONDAY)
    (mail,) = [one for one in post.sent if one.to == "pit" and one.at == MONDAY]
    assert mail.template == "digest_manager"
    assert "NEU" in mail.letter.text
    assert "das stimmt so nicht" in mail.letter.text
    assert "Es ist dringend geworden" in mail.letter.text
    assert overview_and_mark(cast) == [("told", ""), ("skipped", daily.IN_THE_OVERVIEW)]
    waited = [n.state for n in notices(person=cast.pit) if n.kind in ("comment", "reply")]
    assert waited == [NoticeState.TOLD] * 2


def test_what_is_new_in_a_team_that_they_do_not_manage_goes_along_too(cast: Cast, post: Post) -> None:
    people.join(cast.other_team, cast.pit, Role.MEMBER, now=RAISED_AT)
    raised(cast)
    there = verbs.raise_(cast.other_team, by=cast.olga, now=RAISED_AT, via=WEB, title="Lichter im Hof")
    post.days(WEDNESDAY, at("Friday 2026-11-27 18:00"))
    says(cast.olga, there, FRIDAY_NIGHT, text="@Pit was meinst du?")
    db.session.commit()
    post.at(MONDAY)
    (mail,) = [one for one in post.sent if one.to == "pit" and one.at == MONDAY]
    assert "Tagwache" in mail.letter.text
    assert "was meinst du?" in mail.letter.text


def test_what_goes_along_is_a_daily_mail_for_who_switches_the_overview_off(cast: Cast, post: Post) -> None:
    s = raised(cast)
    post.days(WEDNESDAY, at("Friday 2026-11-27 18:00"))
    says(cast.jo, s, FRIDAY_NIGHT, text="@Pit das stimmt so nicht.")
    db.session.commit()
    digests.owe_digests(MONDAY, outgoing=post.outgoing)
    cast.pit.digest_on = False
    db.session.commit()
    post.deliver(MONDAY)
    (mail,) = [one for one in post.sent if one.to == "pit" and one.at == MONDAY]
    assert mail.letter.subject == "Überfällig 1"
    assert "das stimmt so nicht" in mail.letter.text
