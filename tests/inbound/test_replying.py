"""A reply by mail is a comment by whoever the mail was written to, and by nobody else."""

from __future__ import annotations

from datetime import timedelta
from email import message_from_bytes, policy
from email.message import EmailMessage

import pytest
from flask import Flask

from tests.acts.cast import TITLE, Cast, at, joins, membership, raised
from tests.inbound.conftest import DOMAIN, NOW, Postman, Story, count, written
from tests.times import FakeClock
from tests.web.visitors import Visitor
from tracker.acts import answers, questions
from tracker.acts import suggestions as verbs
from tracker.domain.lifecycle import Role, Status
from tracker.domain.outcomes import Outcome
from tracker.notices import address_tokens
from tracker.notices.address_tokens import Kind
from tracker.store import entries, promises, suggestions
from tracker.store.base import db
from tracker.store.entries import Entry, EntryKind, Via
from tracker.store.inbound_mails import InboundState
from tracker.store.people import Person
from tracker.store.suggestions import Suggestion
from tracker.worker.messages import as_message

#: Pit reads what he owes today.
MORNING = at("Thursday 2026-11-26 09:00")


def last_comment(s: Suggestion) -> Entry:
    found = entries.last_of(s.id, EntryKind.COMMENT)
    assert found is not None
    return found


def test_the_authors_reply_is_a_comment_and_she_gets_a_receipt(story: Story) -> None:
    mail = story.postman.hear(written(story.reply, "Nur am Rechner.\n\n-- Antworten bitte über dieser Zeile --\n> x"))
    entry = last_comment(story.s)
    assert (entry.text, entry.via, entry.actor_id) == ("Nur am Rechner.", Via.MAIL, story.s.author_id)
    assert (mail.state, mail.reason, mail.entry_id) == (InboundState.DONE, "comment", entry.id)
    (answer,) = story.postman.answers()
    assert (answer.to, answer.template) == ("nari", "heard_taken")
    assert "Was du geschrieben hast, steht jetzt in #41." in answer.letter.text


def test_a_reply_from_roundcube_is_not_taken_for_a_mail_of_our_own(story: Story) -> None:
    """Its Message-IDs have the form of ours, and the sender's domain, which is ours too."""
    reply = written(story.reply, Message_ID=f"<{'fedcba9876543210' * 2}@{DOMAIN}>")
    assert story.postman.hear(reply).reason == "comment"


def test_a_mail_of_our_own_that_comes_back_is_known_by_its_id(story: Story) -> None:
    own = story.postman.post.sent[-1].letter.message_id
    mail = story.postman.hear(written(story.reply, Message_ID=f"<{own}>"))
    assert (mail.state, mail.reason) == (InboundState.IGNORED, "own_message")
    assert story.postman.answers() == []


def test_a_mail_servers_report_to_the_reply_address_is_never_answered(story: Story) -> None:
    """Also where its envelope names a sender: two that answer each other do so for ever."""
    mail = story.postman.hear(written(story.reply, sender="MAILER-DAEMON@mx.example", Subject="Not read: Angekommen"))
    assert (mail.state, mail.reason) == (InboundState.IGNORED, "report")
    assert story.postman.answers() == []


def test_a_receipt_that_was_switched_off_does_not_come(story: Story, cast: Cast) -> None:
    cast.nari.receipts_by_mail = False
    story.postman.hear(written(story.reply))
    assert story.postman.answers() == []
    assert count(Entry) == 2


def test_the_authors_reply_to_a_question_brings_the_ball_back_and_tells_the_date(story: Story, cast: Cast) -> None:
    questions.ask(story.s, by=cast.pit, now=NOW - timedelta(minutes=30), via=Via.WEB, text="Handy oder Rechner?")
    story.postman.post.deliver(NOW)
    mail = story.postman.hear(written(story.postman.reply_address("nari", "question"), "Rechner."))
    found = suggestions.by_id(story.s.id)
    assert found is not None
    assert found.status is Status.OPEN
    assert mail.facts["ball_back"] is True
    (answer,) = story.postman.answers()
    assert "Damit läuft unsere Uhr wieder: Antwort bis" in answer.letter.text


def test_an_out_of_office_to_a_question_keeps_nothing_and_brings_no_ball_back(story: Story, cast: Cast) -> None:
    questions.ask(story.s, by=cast.pit, now=NOW - timedelta(minutes=30), via=Via.WEB, text="Handy oder Rechner?")
    story.postman.post.deliver(NOW)
    before = [row.facts() for row in promises.all_of(story.s.id)]
    reply = story.postman.reply_address("nari", "question")
    mail = story.postman.hear(written(reply, "Bin im Urlaub.", Auto_Submitted="auto-replied"))
    assert mail.state is InboundState.IGNORED
    assert story.s.status is Status.ASKED
    assert [row.facts() for row in promises.all_of(story.s.id)] == before


def test_a_managers_plain_reply_is_a_comment_and_four_links_make_an_answer_of_it(story: Story, cast: Cast) -> None:
    story.postman.post.at(MORNING)
    mail = story.postman.hear(
        written(story.postman.reply_address("pit", "daily"), "ist gefixt", sender=f"Pit <pit@{DOMAIN}>"), now=MORNING
    )
    assert (mail.state, last_comment(story.s).text) == (InboundState.DONE, "ist gefixt")
    assert story.s.status is Status.OPEN, "a comment stops no clock"
    (answer,) = story.postman.answers(now=MORNING + timedelta(seconds=30))
    assert (answer.to, answer.template) == ("pit", "heard_comment")
    assert "Das ist ein Kommentar, noch keine Antwort. Mach eine daraus:" in answer.letter.text
    for outcome in ("done", "will_do", "not_now", "declined"):
        assert f"/t/nachtwache/41?write=answer&mail={mail.id}&outcome={outcome}" in answer.letter.text


def test_what_goes_back_says_that_nobody_wrote_it_and_to_what(story: Story) -> None:
    story.postman.hear(written(story.reply, Message_ID="<abc@mua.example>"))
    (answer,) = story.postman.answers()
    sent = message_from_bytes(as_message(answer.letter).data, policy=policy.default)
    assert sent["Auto-Submitted"] == "auto-replied"
    assert sent["In-Reply-To"] == "<abc@mua.example>"
    assert str(sent["Reply-To"]).startswith("reply+")


def test_who_wrote_there_answers_the_daily_mail_about_it(story: Story, cast: Cast, postman: Postman) -> None:
    verbs.comment(story.s, by=cast.melodie, now=NOW, via=Via.WEB, text="Bei mir auch.")
    answers.answer(story.s, by=cast.pit, now=NOW, via=Via.WEB, outcome=Outcome.DONE, text="Behoben.")
    db.session.commit()
    postman.post.at(NOW + timedelta(days=1))
    address = postman.reply_address("melodie", "daily")
    mail = postman.hear(written(address, "Danke!", sender=f"melodie@{DOMAIN}"), now=NOW + timedelta(days=1, hours=1))
    assert (mail.state, last_comment(story.s).text) == (InboundState.DONE, "Danke!")


# Whose it is ----------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    "sender",
    [
        "nari@elsewhere.example",
        f"melodie@{DOMAIN}",
        f"Nari <nari@{DOMAIN}>, x@y.example",
        f"nari@{DOMAIN} <x@y.example>",
        f'"nari@{DOMAIN}" <x@y.example>',
        "nobody",
    ],
)
def test_a_token_is_good_from_its_own_persons_address_alone(story: Story, sender: str) -> None:
    raw = written(story.reply).as_bytes().replace(f"From: nari@{DOMAIN}".encode(), f"From: {sender}".encode())
    mail = story.postman.hear(raw)
    assert (mail.state, mail.reason) == (InboundState.QUARANTINED, "other_sender")
    assert count(Entry) == 1
    for answer in story.postman.answers():
        assert answer.template == "heard_unknown"
        assert "Nari" not in answer.letter.text
        assert "Umlaute" not in answer.letter.text


def test_two_froms_are_no_sender(story: Story) -> None:
    raw = b"From: x@y.example\r\n" + written(story.reply).as_bytes()
    assert story.postman.hear(raw).reason == "other_sender"


def test_a_forged_token_is_nobodys(story: Story) -> None:
    last = "a" if story.reply.partition("@")[0][-5] != "a" else "b"
    local, _, domain = story.reply.partition("@")
    forged = f"{local[:-5]}{last}{local[-4:]}@{domain}"
    mail = story.postman.hear(written(forged))
    assert (mail.state, mail.reason) == (InboundState.QUARANTINED, "forged")


@pytest.mark.parametrize("times", [1, 3])
def test_who_signed_out_everywhere_gets_the_words_of_a_reply_back(story: Story, cast: Cast, times: int) -> None:
    """The token has ended with the other links: it enters nothing. But nobody forged it."""
    cast.nari.token_version += times
    mail = story.postman.hear(written(story.reply, "Noch was"))
    assert (mail.state, mail.reason, count(Entry)) == (InboundState.REFUSED, "ended", 1)
    (answer,) = story.postman.answers()
    assert (answer.to, answer.template) == ("nari", "heard_refused")
    assert "Noch was" in answer.letter.text
    assert "/m/comment/" in answer.letter.text


@pytest.mark.parametrize("sender", [f"melodie@{DOMAIN}", "nari@elsewhere.example"])
def test_a_token_that_has_ended_is_nobody_elses(story: Story, cast: Cast, sender: str) -> None:
    cast.nari.token_version += 1
    mail = story.postman.hear(written(story.reply, "Noch was", sender=sender))
    assert (mail.state, mail.reason) == (InboundState.QUARANTINED, "other_sender")


def test_a_token_of_a_version_that_is_still_to_come_is_forged(story: Story, cast: Cast) -> None:
    cast.nari.token_version -= 1
    assert story.postman.hear(written(story.reply)).reason == "forged"


def test_a_token_of_somebody_who_is_disabled_opens_nothing(story: Story, cast: Cast) -> None:
    cast.nari.active = False
    mail = story.postman.hear(written(story.reply))
    assert (mail.state, mail.reason) == (InboundState.QUARANTINED, "disabled")


def test_who_has_left_the_team_is_told_that_it_is_out_of_reach(story: Story, cast: Cast) -> None:
    membership(cast, cast.nari).left_at = NOW - timedelta(hours=1)
    mail = story.postman.hear(written(story.reply, "Noch was"))
    assert (mail.state, mail.reason) == (InboundState.REFUSED, "out_of_reach")
    (answer,) = story.postman.answers()
    assert "Worum es geht, ist nicht mehr da, oder nicht für dich." in answer.letter.text
    assert "Noch was" in answer.letter.text


def test_a_reply_to_a_mail_of_long_ago_is_sent_to_the_page(story: Story) -> None:
    mail = story.postman.hear(written(story.reply, "Noch was"), now=NOW + timedelta(days=91))
    assert (mail.state, mail.reason, mail.text) == (InboundState.REFUSED, "too_old", "Noch was")
    (answer,) = story.postman.answers(now=NOW + timedelta(days=91))
    assert "/m/comment/" in answer.letter.text


def test_a_token_survives_a_program_that_writes_addresses_in_capitals(story: Story) -> None:
    assert story.postman.hear(written(story.reply.upper())).state is InboundState.DONE


def test_a_token_fits_into_an_address_whatever_the_ids(app: Flask) -> None:
    with app.app_context():
        person = Person(id=2**28 - 1, token_version=1)
        token = address_tokens.make(Kind.REPLY, subject=2**28 - 1, expires_at=NOW, person=person)
    assert len(f"{'x' * 18}+{token}") <= 64
    assert token == token.lower()


# Which one ------------------------------------------------------------------------------------------------------------


@pytest.fixture
def several(postman: Postman, cast: Cast) -> str:
    """What Pit answers to, in a daily mail about #41 and #42."""
    raised(cast)
    raised(cast, title="Echo im Sprachkanal", by=cast.melodie)
    postman.post.at(MORNING)
    return postman.reply_address("pit", "daily")


def from_pit(to: str, text: str) -> EmailMessage:
    return written(to, text, sender=f"pit@{DOMAIN}")


def test_a_reply_to_a_mail_about_several_asks_which_one(postman: Postman, several: str) -> None:
    mail = postman.hear(from_pit(several, "ist gefixt"))
    assert (mail.state, mail.reason) == (InboundState.ASKED, "which")
    (answer,) = postman.answers()
    assert answer.template == "heard_which"
    for number in (41, 42):
        assert f"/t/nachtwache/{number}?write=comment&mail={mail.id}" in answer.letter.text
    assert "ist gefixt" in answer.letter.text


def test_a_reply_that_begins_with_a_number_needs_no_question(postman: Postman, several: str) -> None:
    mail = postman.hear(from_pit(several, "#42: ist gefixt"))
    found = suggestions.by_number(postman.cast.team.id, 42)
    assert found is not None
    assert (mail.state, mail.suggestion_id) == (InboundState.DONE, found.id)
    assert last_comment(found).text == "ist gefixt"


def test_the_answer_to_that_question_is_understood(postman: Postman, several: str) -> None:
    postman.hear(from_pit(several, "ist gefixt"))
    postman.answers()
    again = postman.reply_address("pit", "heard_which")
    mail = postman.hear(from_pit(again, "#41 ist gefixt"))
    assert (mail.state, mail.reason) == (InboundState.DONE, "comment")


def in_a_second_team(cast: Cast) -> None:
    """Its first has the number of the first team's first; Pit manages both."""
    joins(cast.other_team, cast.pit, Role.MANAGER)
    verbs.raise_(cast.other_team, by=cast.olga, now=NOW - timedelta(days=1), via=Via.WEB, title="Funkgerät rauscht")
    db.session.commit()


@pytest.fixture
def same_number(postman: Postman, cast: Cast) -> str:
    """What Pit answers to, in a daily mail about #41 of each of his two teams."""
    raised(cast)
    in_a_second_team(cast)
    postman.post.at(MORNING)
    return postman.reply_address("pit", "daily")


@pytest.mark.parametrize("text", ["#41 das geht nur uns an", "ERLEDIGT siehe #41", "#41 ERLEDIGT neue Liste"])
def test_a_number_that_two_teams_have_is_asked_about_and_written_nowhere(
    postman: Postman, same_number: str, text: str
) -> None:
    before = count(Entry)
    mail = postman.hear(from_pit(same_number, text), now=MORNING)
    assert (mail.state, mail.reason, count(Entry)) == (InboundState.ASKED, "which", before)
    (answer,) = postman.answers(now=MORNING + timedelta(seconds=30))
    for title, team in ((TITLE, "Nachtwache"), ("Funkgerät rauscht", "Tagwache")):
        assert f"#41 {title} · {team}" in answer.letter.text
        assert f"/t/{team.lower()}/41?write=comment&mail={mail.id}" in answer.letter.text
    assert "#41 nachtwache" in " ".join(answer.letter.text.split())


def test_ones_own_page_of_that_mail_names_the_teams_as_well(
    app: Flask, postman: Postman, cast: Cast, same_number: str, clock: FakeClock
) -> None:
    mail = postman.hear(from_pit(same_number, "#41 das geht nur uns an"), now=MORNING)
    db.session.commit()
    clock.set(MORNING)
    page = Visitor(app, clock).signed_in(cast.pit).get(f"/notices/mail/{mail.id}").text
    for title, team in ((TITLE, "Nachtwache"), ("Funkgerät rauscht", "Tagwache")):
        assert f"#41 {title} · {team}" in page


@pytest.mark.parametrize(
    ("begins", "title"),
    [
        ("#41 nachtwache", TITLE),
        ("#41 Nachtwache:", TITLE),
        ("#41, TAGWACHE –", "Funkgerät rauscht"),
        ("#41\ntagwache\n", "Funkgerät rauscht"),
    ],
)
def test_the_team_after_its_number_says_which(postman: Postman, same_number: str, begins: str, title: str) -> None:
    mail = postman.hear(from_pit(same_number, f"{begins} ist gefixt"), now=MORNING)
    found = suggestions.by_id(mail.suggestion_id or 0)
    assert found is not None
    assert (found.title, last_comment(found).text) == (title, "ist gefixt")


@pytest.mark.parametrize("begins", ["#41 nachtwachen", "#41 nachtwache-2", "#41 die tagwache"])
def test_what_only_looks_like_a_team_says_nothing(postman: Postman, same_number: str, begins: str) -> None:
    assert postman.hear(from_pit(same_number, f"{begins} sagt nein"), now=MORNING).reason == "which"


def test_a_team_whose_name_goes_on_is_the_longer_one(postman: Postman, cast: Cast, same_number: str) -> None:
    cast.other_team.name = "Nachtwache Süd"
    mail = postman.hear(from_pit(same_number, "#41 Nachtwache Süd hat recht"), now=MORNING)
    found = suggestions.by_id(mail.suggestion_id or 0)
    assert found is not None
    assert (found.team_id, mail.text) == (cast.other_team.id, "hat recht")


def test_a_number_alone_that_fits_two_is_asked_about_once_more_with_the_words(
    postman: Postman, cast: Cast, same_number: str
) -> None:
    before = count(Entry)
    postman.hear(from_pit(same_number, "ist gefixt"), now=MORNING)
    postman.answers(now=MORNING + timedelta(seconds=10))
    again = postman.reply_address("pit", "heard_which")
    mail = postman.hear(from_pit(again, "#41"), now=MORNING + timedelta(minutes=1))
    assert (mail.reason, mail.text, count(Entry)) == ("which", "ist gefixt", before)
    (answer,) = postman.answers(now=MORNING + timedelta(minutes=2))
    assert answer.letter.reply_to is not None
    last = postman.hear(from_pit(answer.letter.reply_to, "#41 tagwache"), now=MORNING + timedelta(minutes=3))
    found = suggestions.by_number(cast.other_team.id, 41)
    assert found is not None
    assert (last.suggestion_id, last_comment(found).text) == (found.id, "ist gefixt")


def test_one_that_the_question_has_no_room_for_counts_where_a_number_is_shared(postman: Postman, cast: Cast) -> None:
    """The daily mail names nine, and asked about are seven: both that have the number are among them."""
    for number in range(8):
        raised(cast, title=f"Titel {number}")
    in_a_second_team(cast)
    postman.post.at(MORNING)
    daily = postman.reply_address("pit", "daily")
    mail = postman.hear(from_pit(daily, "#41 das geht nur uns an"), now=MORNING)
    assert (mail.reason, len(mail.facts["which"])) == ("which", 7)
    numbers = [one.number for one in map(suggestions.by_id, mail.facts["which"]) if one is not None]
    assert numbers == [41, 41, 42, 43, 44, 45, 46]


# Nothing twice, nothing lost ------------------------------------------------------------------------------------------


def test_the_same_mail_fetched_twice_is_one_entry(story: Story) -> None:
    first, second = (story.postman.hear(written(story.reply)) for _ in range(2))
    assert first.id == second.id
    assert count(Entry) == 2


def test_two_mails_with_one_message_id_and_other_words_are_both_kept(story: Story) -> None:
    for text in ("Das eine.", "Das andere."):
        assert story.postman.hear(written(story.reply, text)).state is InboundState.DONE
    assert [one.text for one in entries.of_kinds(story.s.id, EntryKind.COMMENT)] == ["Das eine.", "Das andere."]


def test_the_same_words_by_another_way_are_one_entry(story: Story) -> None:
    story.postman.hear(written(story.reply))
    again = story.postman.hear(written(story.reply, Received="by another way"))
    assert (again.state, again.reason) == (InboundState.DONE, "duplicate")
    assert count(Entry) == 2


def test_without_a_message_id_nothing_is_compared(story: Story) -> None:
    for way in ("one", "other"):
        mail = written(story.reply, Received=way)
        del mail["Message-ID"]
        assert story.postman.hear(mail).reason == "comment"
    assert count(Entry) == 3


def test_nothing_new_is_asked_about_and_kept(story: Story) -> None:
    mail = story.postman.hear(written(story.reply, "> -- Antworten bitte über dieser Zeile --\n> Hallo"))
    assert (mail.state, mail.reason) == (InboundState.ASKED, "empty")
    assert b"Hallo" in mail.raw
    (answer,) = story.postman.answers()
    assert answer.template == "heard_empty"


def test_what_a_rule_refuses_is_said_in_its_words(story: Story) -> None:
    mail = story.postman.hear(written(story.reply, "x" * 20_001))
    assert (mail.state, mail.reason) == (InboundState.REFUSED, "rule")
    (answer,) = story.postman.answers()
    assert "20001" in answer.letter.text
    assert mail.text == "x" * 20_001


def test_a_reply_to_what_was_merged_away_goes_on_where_it_goes_on(story: Story, cast: Cast) -> None:
    """Merging has no verb yet; the row is made to say so, and set right again for the books."""
    target = raised(cast, title="Umlaute", by=cast.melodie)
    story.s.status, story.s.merged_into_id = Status.MERGED, target.id
    mail = story.postman.hear(written(story.reply, "Noch was"))
    assert (mail.state, last_comment(target).text) == (InboundState.DONE, "Noch was")
    story.s.status, story.s.merged_into_id = Status.OPEN, None
