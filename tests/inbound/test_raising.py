"""A member raises by writing to the team's address; and what becomes of mails that nobody can place."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta
from typing import Any

import pytest
import sqlalchemy as sa
from flask import Flask

from tests.acts.cast import Cast, joins
from tests.inbound.conftest import DOMAIN, NOW, TEAM, Postman, Story, count, written
from tests.times import FakeClock
from tests.web.visitors import Visitor
from tracker.domain.lifecycle import Role
from tracker.inbound import reading
from tracker.notices import address_tokens, in_app
from tracker.notices.address_tokens import Kind
from tracker.notices.replies import REPLY_FOR
from tracker.store import inbound_mails, suggestions
from tracker.store.base import db
from tracker.store.entries import Entry, Via, timeline
from tracker.store.inbound_mails import How, InboundMail, InboundState
from tracker.store.notices import Delivery
from tracker.store.pulse import TickError, recent_errors
from tracker.store.suggestions import Suggestion


def the_one(postman: Postman) -> Suggestion:
    found = suggestions.by_number(postman.cast.team.id, 41)
    assert found is not None
    return found


def test_a_members_mail_is_a_suggestion_and_the_receipt_is_the_answer(postman: Postman) -> None:
    mail = postman.hear(written(TEAM, "Aus Grüße wird Gr**e.\n\nViele Grüße\nNari", Subject="Filter frisst Umlaute"))
    s = the_one(postman)
    assert (s.title, s.body) == ("Filter frisst Umlaute", "Aus Grüße wird Gr**e.\n\nViele Grüße\nNari")
    assert (mail.state, mail.reason, mail.suggestion_id) == (InboundState.DONE, "raised", s.id)
    assert timeline(s.id, internal=True)[0].via is Via.MAIL
    postman.post.deliver(NOW)
    assert [(one.to, one.template) for one in postman.post.sent] == [("nari", "receipt")]


def test_without_receipts_there_is_an_answer_all_the_same(postman: Postman, cast: Cast) -> None:
    cast.nari.receipts_by_mail = False
    postman.hear(written(TEAM))
    (answer,) = postman.answers()
    assert "steht jetzt in #41" in answer.letter.text


@pytest.mark.parametrize(
    ("subject", "text", "title", "body"),
    [
        ("Fwd: Beschwerde", "> Pit schrieb:\n> so geht das nicht", "Beschwerde", "> Pit schrieb:\n> so geht das nicht"),
        ("AW: WG: Beschwerde", "x", "Beschwerde", "x"),
        ("", "Erste Zeile\nzweite", "Erste Zeile", "zweite"),
        ("Nur ein Titel", "", "Nur ein Titel", ""),
        ("T" * 250, "x", "T" * 199 + "…", "T" * 250 + "\n\nx"),
    ],
)
def test_the_subject_is_the_title_and_nothing_is_cut_off(
    postman: Postman, subject: str, text: str, title: str, body: str
) -> None:
    postman.hear(written(TEAM, text, Subject=subject))
    assert (the_one(postman).title, the_one(postman).body) == (title, body)


@pytest.mark.parametrize("who", ["olga", "exi", "ada", "nobody"])
def test_who_is_not_in_the_team_raises_nothing_and_learns_nothing(postman: Postman, who: str) -> None:
    mail = postman.hear(written(TEAM, sender=f"{who}@{DOMAIN}"))
    assert (mail.state, mail.reason) == (InboundState.QUARANTINED, "unknown_sender")
    assert count(Suggestion) == 0
    (answer,) = postman.answers()
    assert (answer.to, answer.template) == (who, "heard_unknown")
    assert "Nachtwache" not in answer.letter.text.replace("nachtwache", "")


def test_an_address_that_was_never_verified_raises_nothing(postman: Postman, cast: Cast) -> None:
    cast.nari.confirmed_at = None
    assert postman.hear(written(TEAM)).reason == "unknown_sender"


def test_a_team_that_there_is_not_is_said_to_who_has_an_account(postman: Postman) -> None:
    mail = postman.hear(written(f"post+no-such-team@{DOMAIN}"))
    assert (mail.state, mail.reason) == (InboundState.REFUSED, "no_such_address")
    (answer,) = postman.answers()
    assert "Diese Adresse nimmt keine Mail an." in answer.letter.text


def test_an_empty_mail_is_asked_about(postman: Postman) -> None:
    mail = postman.hear(written(TEAM, "", Subject=""))
    assert (mail.state, mail.reason) == (InboundState.ASKED, "empty")
    assert [one.template for one in postman.answers()] == ["heard_empty"]


def test_a_mail_to_many_finds_the_address_that_is_ours(postman: Postman) -> None:
    mail = postman.hear(written(f"someone@else.example, {TEAM}"), recipients=(TEAM,))
    assert mail.reason == "raised"


def test_the_envelope_counts_more_than_the_headers(postman: Postman) -> None:
    mail = postman.hear(written("friends@else.example"), recipients=(TEAM.upper(),))
    assert mail.reason == "raised"


# To several teams -----------------------------------------------------------------------------------------------------

DAY = f"post+tagwache@{DOMAIN}"


def ends(postman: Postman) -> dict[tuple[str, ...], str]:
    """How each mail has ended, by the addresses of its row."""
    while reading.read_waiting(postman.book, now=NOW):
        pass
    return {tuple(one.recipients): one.reason for one in inbound_mails.newest((), limit=9)}


def raised_in(postman: Postman) -> list[str]:
    return sorted(one.team.slug for one in db.session.scalars(sa.select(Suggestion)))


@pytest.mark.parametrize("how", ["headers", "envelope"])
def test_a_mail_to_two_teams_is_raised_in_each(postman: Postman, cast: Cast, how: str) -> None:
    joins(cast.other_team, cast.nari, Role.MEMBER)
    envelope = (TEAM, DAY) if how == "envelope" else ()
    mail = postman.hear(written(f"{TEAM}, {DAY}", "Beide betrifft es.", Subject="Beide"), recipients=envelope)
    assert mail.reason == "raised"
    assert ends(postman) == {envelope: "raised", (DAY,): "raised"}
    assert raised_in(postman) == ["nachtwache", "tagwache"]
    postman.post.deliver(NOW)
    assert [(one.to, one.template) for one in postman.post.sent] == [("nari", "receipt")] * 2


def test_one_that_the_mail_server_hands_over_for_each_team_is_raised_once_in_each(postman: Postman, cast: Cast) -> None:
    joins(cast.other_team, cast.nari, Role.MEMBER)
    both = written(f"{TEAM}, {DAY}", "Beide betrifft es.", Subject="Beide")
    for address in (TEAM, DAY):
        postman.hear(both, recipients=(address,))
    assert ends(postman) == {(TEAM,): "raised", (DAY,): "raised"}


def test_the_same_one_fetched_twice_from_a_mailbox_is_raised_once_in_each(postman: Postman, cast: Cast) -> None:
    """A mailbox holds a copy for each address, and in both headers both stand."""
    joins(cast.other_team, cast.nari, Role.MEMBER)
    for address in (TEAM, DAY):
        postman.hear(written(f"{TEAM}, {DAY}", "Beide.", Subject="Beide", Delivered_To=address), how=How.IMAP)
    ends(postman)
    assert raised_in(postman) == ["nachtwache", "tagwache"]


def test_the_team_that_is_the_senders_own_comes_first_and_of_the_other_one_they_are_told(postman: Postman) -> None:
    mail = postman.hear(written(f"{DAY}, {TEAM}", "Nur eine.", Subject="Nur eine"))
    assert (mail.reason, raised_in(postman)) == ("raised", ["nachtwache"])
    assert ends(postman) == {(): "raised", (DAY,): "unknown_sender"}
    assert [one.template for one in postman.answers()] == ["heard_unknown"]


def test_who_is_in_neither_team_is_told_once(postman: Postman) -> None:
    postman.hear(written(f"{DAY}, {TEAM}", sender="who@else.example"))
    assert ends(postman) == {(): "unknown_sender"}
    assert len(postman.answers()) == 1


def test_the_senders_own_address_counts_more_than_somebody_elses(story: Story, cast: Cast) -> None:
    """As where somebody answers all, and one of them was a reader of our mail."""
    theirs = address_tokens.make(Kind.REPLY, subject=story.s.id, expires_at=NOW + REPLY_FOR, person=cast.pit)
    own = story.postman.hear(written(f"reply+{theirs}@{DOMAIN}, {story.reply}", "Noch was."))
    assert (own.reason, own.suggestion_id) == ("comment", story.s.id)
    new = story.postman.hear(written(f"reply+{theirs}@{DOMAIN}, {TEAM}", "Etwas Neues.", Subject="Neu"))
    assert new.reason == "raised"
    none = story.postman.hear(written(f"reply+{theirs}@{DOMAIN}, {DAY}", "Etwas Neues."))
    assert none.reason == "other_sender"


def test_a_reply_that_goes_to_the_team_as_well_is_a_reply(story: Story) -> None:
    assert story.postman.hear(written(f"{TEAM}, {story.reply}", "Noch was.")).reason == "comment"
    assert count(Suggestion) == 1


def proving(postman: Postman) -> None:
    """Our mail server says who has proven to be the sender."""
    postman.book = replace(postman.book, inbound=replace(postman.book.inbound, authserv_id="mx.example"))


# What no answer goes to -----------------------------------------------------------------------------------------------


def test_spam_to_no_address_of_ours_is_kept_and_not_answered(postman: Postman) -> None:
    mail = postman.hear(written("info@else.example", sender="spam@spam.example"))
    assert (mail.state, mail.facts["unanswered"]) == (InboundState.QUARANTINED, "stranger")
    assert count(Delivery) == 0


def test_a_machines_mail_is_kept_and_never_answered(story: Story) -> None:
    for number, header in enumerate(("Auto-Submitted", "List-Id", "Precedence")):
        given = {header.replace("-", "_"): "list", "Message_ID": f"<{number}@x.example>"}
        mail = story.postman.hear(written(story.reply, **given))
        assert mail.state is InboundState.IGNORED
    out_of_office = story.postman.hear(written(story.reply, Subject="Abwesenheitsnotiz: Angekommen"))
    assert (out_of_office.state, out_of_office.reason) == (InboundState.IGNORED, "out_of_office")
    assert story.postman.answers() == []
    assert count(Entry) == 1


def test_a_bounce_to_the_reply_address_is_never_answered(story: Story) -> None:
    mail = story.postman.hear(written(story.reply, sender="MAILER-DAEMON@x.example"), envelope_from="")
    assert (mail.state, mail.reason) == (InboundState.IGNORED, "null_sender")
    assert story.postman.answers() == []


def test_a_machines_mail_that_a_site_admin_lets_through_is_read(story: Story) -> None:
    mail = story.postman.hear(written(story.reply, Precedence="bulk"))
    mail.facts = {**mail.facts, "released": True}
    mail.state = InboundState.RECEIVED
    mail.attempts, mail.next_attempt_at = 0, NOW
    db.session.commit()
    reading.read_waiting(story.postman.book, now=NOW)
    assert (mail.state, mail.reason) == (InboundState.DONE, "comment")


#: Nothing but what a program quoted.
QUOTED = "Am 25.11.2026 um 10:00 schrieb Pit:\n> nur Zitat"


def test_at_most_sixty_mails_an_hour_go_back_to_who_certainly_wrote(story: Story) -> None:
    for number in range(62):
        story.postman.hear(written(story.reply, QUOTED, X_Nr=str(number)))
    assert len(story.postman.answers()) == 60
    last = inbound_mails.newest((), limit=1)[0]
    assert (last.state, last.facts["unanswered"]) == (InboundState.ASKED, "too_many")
    later = NOW + timedelta(minutes=61)
    story.postman.hear(written(story.reply, QUOTED, X_Nr="later"), now=later)
    assert len(story.postman.answers(now=later)) == 1


def test_at_most_five_go_back_to_a_name_that_anybody_may_have_written_there(postman: Postman, cast: Cast) -> None:
    for number in range(8):
        postman.hear(written(TEAM, "", Subject="", X_Nr=str(number)))
    assert len(postman.answers()) == 5
    bell = [line for line in in_app.latest(cast.nari, now=NOW) if line.sentence.startswith("Nichts Neues")]
    assert len(bell) == 3, "of the others she reads in the app"


def test_where_our_server_has_proven_the_sender_five_are_not_the_end(postman: Postman) -> None:
    proving(postman)
    for number in range(8):
        passed = {"Authentication_Results": "mx.example; dmarc=pass", "X_Nr": str(number)}
        postman.hear(written(TEAM, "", Subject="", **passed))
    assert len(postman.answers()) == 8


def test_whom_nobody_knows_is_told_once_a_day(postman: Postman) -> None:
    for number in range(3):
        postman.hear(written(TEAM, sender="who@else.example", X_Nr=str(number)))
    assert len(postman.answers()) == 1


def test_two_trackers_that_write_to_each_other_stop_at_once(story: Story) -> None:
    """What goes back carries its mark; the other one's does too."""
    from tracker.worker.messages import as_message

    story.postman.hear(written(story.reply))
    (answer,) = story.postman.answers()
    back = as_message(answer.letter).data.replace(b"To: nari@", b"To: reply+x@")
    assert story.postman.hear(back, envelope_from="post@other.example").state is InboundState.IGNORED


# Too large, not proven, and what breaks the reader --------------------------------------------------------------------


def test_of_a_mail_that_is_too_large_the_headers_are_kept_and_the_sender_is_told(story: Story) -> None:
    raw = written(story.reply).as_bytes().partition(b"\n\n")[0] + b"\n\n"
    mail = story.postman.hear(raw, how=How.IMAP, envelope_from=None, size=30 * 1024 * 1024)
    assert (mail.state, mail.reason, mail.size) == (InboundState.REFUSED, "too_large", 31457280)
    (answer,) = story.postman.answers()
    assert "Sie ist zu groß" in answer.letter.text


def test_where_our_server_proves_senders_an_unproven_one_waits_and_is_not_answered(story: Story) -> None:
    proving(story.postman)
    mail = story.postman.hear(written(story.reply, Authentication_Results="mx.example; dmarc=fail"))
    assert (mail.state, mail.reason) == (InboundState.QUARANTINED, "not_proven")
    assert story.postman.answers() == []
    good = story.postman.hear(written(story.reply, Authentication_Results="mx.example; dmarc=pass"))
    assert good.reason == "comment"


def test_in_whose_name_an_unproven_mail_came_learns_it_in_the_app_alone(story: Story, cast: Cast) -> None:
    proving(story.postman)
    unproven = {"Authentication_Results": "mx.example; dmarc=fail"}
    for number in range(3):  # without a token, the name says little: one line a day
        story.postman.hear(written(TEAM, X_Nr=str(number), **unproven))
    mail = story.postman.hear(written(story.reply, **unproven))
    assert story.postman.answers() == []
    found = [one for one in in_app.latest(cast.nari, now=NOW) if one.sentence == "In deinem Namen kam eine Mail"]
    assert [one.path for one in found] == [f"/notices/mail/{mail.id}", f"/notices/mail/{mail.id - 3}"]
    assert [one for one in in_app.latest(cast.pit, now=NOW) if "Mail" in one.sentence] == []


def test_words_that_came_in_a_managers_name_do_not_stand_as_theirs(
    app: Flask, story: Story, cast: Cast, clock: FakeClock
) -> None:
    """Neither in their form, which one click would make the answer of, nor on the page of that mail."""
    proving(story.postman)
    forged = written(TEAM, "NEIN weil ihr nervt", sender=f"pit@{DOMAIN}", Authentication_Results="mx.example; none")
    mail = story.postman.hear(forged)
    assert (mail.reason, mail.person_id) == ("not_proven", cast.pit.id)
    db.session.commit()
    clock.set(NOW)
    pit = Visitor(app, clock).signed_in(cast.pit)
    for write in ("answer&outcome=declined", "comment"):
        assert "weil ihr nervt" not in pit.get(f"/t/nachtwache/41?write={write}&mail={mail.id}").text
    page = pit.get(f"/notices/mail/{mail.id}").text
    assert "<h1>Eine Mail in deinem Namen</h1>" in page
    assert "In deinem Namen kam:" in page
    assert "Du hast geschrieben" not in page


def test_a_mail_that_breaks_its_reader_is_tried_again_and_holds_up_nobody(
    story: Story, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The reader is made to break by the library below it, as a disk or a bug would."""
    broken = story.postman.keep(written(story.reply, "kaputt"))
    good = story.postman.keep(written(story.reply, "heil"))
    from email.message import Message

    whole: Any = Message.get_payload

    def breaks(self: Message, *args: object, **more: object) -> object:
        payload = whole(self, *args, **more)
        if b"kaputt" in (payload if isinstance(payload, bytes) else b""):
            raise MemoryError("no room")
        return payload

    monkeypatch.setattr(Message, "get_payload", breaks)
    now = NOW
    for _ in range(8):
        reading.read_waiting(story.postman.book, now=now)
        now += timedelta(hours=1)
    mail = db.session.get_one(InboundMail, broken)
    assert db.session.get_one(InboundMail, good).state is InboundState.DONE
    assert (mail.state, mail.reason, mail.attempts) == (InboundState.FAILED, "broken", 5)
    assert "no room" in mail.error
    assert [one.subject for one in recent_errors(NOW)] == [f"inbound:{broken}"]
    assert count(TickError) == 1


def test_a_reader_that_dies_in_the_middle_has_used_up_an_attempt(story: Story) -> None:
    mail_id = story.postman.keep(written(story.reply))
    for _ in range(5):
        assert reading._begin(mail_id, NOW)
    assert not reading._begin(mail_id, NOW)
    mail = db.session.get_one(InboundMail, mail_id)
    assert (mail.state, mail.error) == (InboundState.FAILED, "its reader ended in the middle of it")
