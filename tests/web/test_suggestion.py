"""The page of one suggestion: what each reader is told, honestly, and what they can press and write there."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import date

import pytest
import sqlalchemy as sa
from flask import Flask

from tests.acts.cast import Cast, at, raised
from tests.acts.deeds import joins_as_co_author
from tests.times import FakeClock
from tests.web.pages import TEAM, follow, forms_of, offers, send
from tests.web.visitors import Visitor, problems, said
from tracker.acts import answers, assigning, follow_ups, questions, support
from tracker.acts import suggestions as verbs
from tracker.domain.outcomes import Outcome
from tracker.notices import outgoing
from tracker.store import promises, suggestions
from tracker.store.base import db
from tracker.store.entries import Via
from tracker.store.notices import Channel, Delivery, DeliveryState, Lane, Notice, NoticeState
from tracker.store.suggestions import Suggestion

Visit = Callable[[str], Visitor]
WEB = Via.WEB
PAGE = f"{TEAM}/41"


@pytest.fixture
def nari41(app: Flask, cast: Cast, clock: FakeClock) -> int:
    """Nari's #41 of Tuesday night: an answer until Thu 26 Nov, 17:00. It is Wednesday, 10:00."""
    with app.app_context():
        found = raised(cast, body="Elf Gilden haben sich **schon** gemeldet.")
    clock.set("Wednesday 2026-11-25 10:00")
    return found.id


@contextmanager
def the(app: Flask, suggestion_id: int) -> Iterator[Suggestion]:
    """The suggestion, for a verb of the past; committed afterwards."""
    with app.app_context():
        found = suggestions.by_id(suggestion_id)
        assert found is not None
        yield found
        db.session.commit()


def climb(app: Flask, suggestion_id: int, when: str, *, reaches: bool = True) -> None:
    """The sweep at that moment; where it ``reaches``, a mail server takes everything that it owes."""
    with app.app_context():
        row = promises.open_of(suggestion_id)
        assert row is not None
        follow_ups.climb(row.id, now=at(when))
        _hand_over(when, "relay:mail.example" if reaches else outgoing.MAILBOX)
        db.session.commit()


def _hand_over(when: str, destination: str) -> None:
    """As the delivery tick leaves it: each owed mail of the ladder is told."""
    owed = sa.select(Notice).where(
        Notice.channel == Channel.EMAIL, Notice.kind.in_(("rung", "silence")), Notice.state == NoticeState.OWED
    )
    for notice in db.session.scalars(owed):
        delivery = Delivery(
            key=f"test:{notice.id}", person_id=notice.person_id, destination=destination, address="x@team.example",
            lane=Lane.FOLLOW_UP, template="rung_1", state=DeliveryState.SENT, next_attempt_at=at(when),
            message_id=f"{notice.id}@test", created_at=at(when), sent_at=at(when),
        )  # fmt: skip
        db.session.add(delivery)
        db.session.flush()
        notice.delivery_id, notice.state, notice.told_at = delivery.id, NoticeState.TOLD, at(when)


def until_saturday(app: Flask, clock: FakeClock, suggestion_id: int, *, reaches: bool = True) -> None:
    """Pit is reminded twice, Juri once, Nari is told; it is Saturday, and nobody has answered."""
    for when in ("Thursday 2026-11-26 13:00", "Thursday 2026-11-26 17:00", "Friday 2026-11-27 13:00"):
        climb(app, suggestion_id, when, reaches=reaches)
    clock.set("Saturday 2026-11-28 10:00")


# What it says ---------------------------------------------------------------------------------------------------------


def test_before_the_date_it_says_until_when_and_with_whom(visit: Visit, nari41: int) -> None:
    told = said(visit("nari").get(PAGE))
    assert "Antwort bis Do 26.11., 17 Uhr morgen · liegt bei Pit" in told
    assert "Elf Gilden haben sich schon gemeldet." in told
    assert "<strong>schon</strong>" in visit("nari").get(PAGE).text


def test_on_the_day_itself_it_says_today(visit: Visit, clock: FakeClock, nari41: int) -> None:
    clock.set("Thursday 2026-11-26 09:00")
    assert "Antwort bis heute, 17 Uhr" in said(visit("nari").get(PAGE))


def test_from_the_minute_the_date_passes_the_page_says_so_to_everybody(
    visit: Visit, clock: FakeClock, nari41: int
) -> None:
    clock.set("Thursday 2026-11-26 17:01")
    assert "Wir sind zu spät. Zugesagt war Do 26.11., 17 Uhr." in said(visit("nari").get(PAGE))
    assert "Wir sind zu spät. Zugesagt war Do 26.11., 17 Uhr." in said(visit("jo").get(PAGE))
    assert "Überfällig seit Do, 17 Uhr" in said(visit("pit").get(PAGE))


def test_late_it_tells_the_author_what_was_done_and_what_comes_next(
    visit: Visit, app: Flask, clock: FakeClock, nari41: int
) -> None:
    until_saturday(app, clock, nari41)
    told = said(visit("nari").get(PAGE))
    assert "Wir sind zu spät. Zugesagt war Do 26.11., 17 Uhr." in told
    assert "Pit wurde dreimal erinnert, Juri weiß es seit Fr, 13 Uhr." in told
    assert "Mo 30.11., 17 Uhr geht es an Anke." in told
    assert "Ist mir noch wichtig" in told
    assert "rückt bei Pit nach oben, ganz ohne Mail" in told


@pytest.mark.parametrize("name", ["nari", "jo", "pit", "anke"])
def test_late_it_tells_everybody_what_passed_what_was_done_and_what_happens_next_and_when(
    visit: Visit, app: Flask, clock: FakeClock, nari41: int, name: str
) -> None:
    until_saturday(app, clock, nari41)
    told = said(visit(name).get(PAGE))
    assert "Do 26.11., 17 Uhr" in told
    assert "dreimal erinnert" in told
    assert "Mo 30.11., 17 Uhr geht es an" in told


def test_late_it_tells_the_manager_since_when_the_author_knows(
    visit: Visit, app: Flask, clock: FakeClock, nari41: int
) -> None:
    until_saturday(app, clock, nari41)
    told = said(visit("pit").get(PAGE))
    assert "Überfällig seit Do, 17 Uhr" in told
    assert "Nari hat am Fr, 13 Uhr Bescheid bekommen." in told
    assert "Du wurdest dreimal erinnert" in told


def test_the_timeline_names_who_was_really_told(visit: Visit, app: Flask, clock: FakeClock, nari41: int) -> None:
    until_saturday(app, clock, nari41)
    told = said(visit("jo").get(PAGE))
    assert "Termin verstrichen · Do 26.11., 17 Uhr Erinnert: Pit Do 13 und 17 Uhr" in told
    assert "Weitergegeben · Fr 27.11., 13 Uhr Erinnert: Juri und Pit" in told
    assert "Bescheid bekommen, dass wir zu spät sind: Nari" in told


def test_what_only_lies_in_the_mailbox_has_reached_nobody(
    visit: Visit, app: Flask, clock: FakeClock, nari41: int
) -> None:
    until_saturday(app, clock, nari41, reaches=False)
    told = said(visit("jo").get(PAGE))
    assert "Die Erinnerung für Pit und Juri liegt hier im Postfach und hat niemanden erreicht." in told
    assert "Ins Postfach gelegt: Pit Do 13 und 17 Uhr" in told
    assert "wurde dreimal erinnert" not in told
    assert "Nari weiß es" not in said(visit("pit").get(PAGE))


def test_a_rung_that_is_owed_but_not_sent_is_said_to_be_on_its_way(visit: Visit, app: Flask, nari41: int) -> None:
    with app.app_context():
        row = promises.open_of(nari41)
        assert row is not None
        follow_ups.climb(row.id, now=at("Thursday 2026-11-26 13:00"))
        db.session.commit()
    told = said(visit("nari").get(PAGE))
    assert "Eine Erinnerung ist unterwegs an Pit" in told
    assert "Erinnert: Pit" not in told


def test_asked_it_is_the_authors_turn_and_our_clock_waits(visit: Visit, app: Flask, cast: Cast, nari41: int) -> None:
    with the(app, nari41) as s:
        questions.ask(s, by=cast.pit, now=at("Wednesday 2026-11-25 09:30"), via=WEB, text="Handy oder Rechner?")
    page = visit("nari").get(PAGE)
    assert "Liegt bei dir: Pit fragt „Handy oder Rechner?“ Unsere Uhr steht." in said(page)
    assert "Pit fragt dich" in said(page)
    assert '<details name="also"' not in page.text  # the field to answer in is there at once, not behind a button
    assert "Liegt bei Nari. Kommt spätestens" in said(visit("pit").get(PAGE))


def test_promised_it_says_by_whom(visit: Visit, app: Flask, cast: Cast, nari41: int) -> None:
    with the(app, nari41) as s:
        answers.answer(
            s, by=cast.pit, now=at("Wednesday 2026-11-25 09:30"), via=WEB, outcome=Outcome.WILL_DO, text="Am Freitag.",
            on=date(2026, 12, 4), who=cast.anke,
        )  # fmt: skip
    told = said(visit("nari").get(PAGE))
    assert "Machen wir bis Fr 4.12. · Pit · Mi 25.11., 9:30 Uhr Am Freitag. Anke kümmert sich." in told
    assert "Zugesagt bis Fr 4.12. Anke kümmert sich" in told


@pytest.mark.parametrize(
    ("former", "said_first"),
    [
        (Outcome.WILL_DO, "Wir hatten gesagt: Machen wir bis Fr 4.12. Das nehmen wir zurück, weil:"),
        (Outcome.NOT_NOW, "Wir hatten gesagt: Wiedervorlage am Fr 4.12. Das nehmen wir zurück, weil:"),
    ],
)
def test_what_is_taken_back_is_said_first(
    visit: Visit, app: Flask, cast: Cast, clock: FakeClock, nari41: int, former: Outcome, said_first: str
) -> None:
    with the(app, nari41) as s:
        how = {"by": cast.pit, "now": clock.now(), "via": WEB}
        answers.answer(s, **how, outcome=former, text="Ja, am Freitag.", on=date(2026, 12, 4))  # type: ignore[arg-type]
        answers.answer(s, **how, outcome=Outcome.DECLINED, text="Der Verlag will nicht.")  # type: ignore[arg-type]
    assert f"{said_first} Der Verlag will nicht." in said(visit("nari").get(PAGE))


def test_late_answers_say_how_late(visit: Visit, app: Flask, cast: Cast, clock: FakeClock, nari41: int) -> None:
    clock.set("Tuesday 2026-12-01 10:12")
    with the(app, nari41) as s:
        answers.answer(s, by=cast.pit, now=clock.now(), via=WEB, outcome=Outcome.DONE, text="Getauscht.")
    clock.move(hours=1)
    told = said(visit("nari").get(PAGE))
    assert "Erledigt · Pit · Di 1.12., 10:12 Uhr · 5 Tage nach dem Termin Getauscht." in told
    assert "Das beantwortet es nicht (bis Di 15.12.)" in told
    assert "Ist wieder da" in told


def test_in_another_zone_it_is_said_once(visit: Visit, app: Flask, cast: Cast, nari41: int) -> None:
    with app.app_context():
        db.session.merge(cast.nari).timezone = "Europe/Lisbon"
        db.session.commit()
    told = said(visit("nari").get(PAGE))
    assert "Antwort bis Do 26.11., 16 Uhr" in told
    assert told.count("in deiner Zeit (Lissabon)") == 1


def test_what_happened_is_read_in_each_ones_language_and_zone(
    visit: Visit, app: Flask, cast: Cast, nari41: int
) -> None:
    with the(app, nari41) as s:
        melodie = db.session.merge(cast.melodie)
        melodie.locale, melodie.timezone = "en", "Europe/Lisbon"
        assigning.take(s, by=cast.juri, now=at("Wednesday 2026-11-25 09:30"), via=WEB)
    assert "Juri übernimmt · Mi 25.11., 9:30 Uhr" in said(visit("jo").get(PAGE))
    assert "Juri takes it · Wed 25 Nov, 08:30" in said(visit("melodie").get(PAGE))


# Who sees what --------------------------------------------------------------------------------------------------------


def test_notes_are_for_those_who_manage(visit: Visit, app: Flask, cast: Cast, nari41: int) -> None:
    with the(app, nari41) as s:
        verbs.note(s, by=cast.juri, now=at("Wednesday 2026-11-25 09:30"), via=WEB, text="Die neue Wortliste.")
    assert "Die neue Wortliste." in said(visit("pit").get(PAGE))
    assert "Die neue Wortliste." not in said(visit("nari").get(PAGE))


def test_each_reader_is_offered_what_they_can_do(visit: Visit, nari41: int) -> None:
    assert offers(visit("nari").get(PAGE)) == {"comment", "withdraw", "urgency"}
    assert offers(visit("jo").get(PAGE)) == {"comment", "vote", "follow"}
    manager = {"answer", "ask", "move", "comment", "note", "assign", "urgency", "tags", "vote", "follow"}
    assert offers(visit("pit").get(PAGE)) == manager  # it is with Pit already: nothing to take
    assert offers(visit("juri").get(PAGE)) == manager | {"take"}


def test_out_of_reach_looks_as_if_it_were_not_there(visit: Visit, nari41: int) -> None:
    for name in ("olga", "exi", "ada"):
        assert visit(name).get(PAGE).status_code == 404
    assert visit("nari").get(f"{TEAM}/4711").status_code == 404
    assert visit("olga").get("/t/tagwache/41").status_code == 404


def test_text_cannot_bring_markup_of_its_own(visit: Visit, app: Flask, cast: Cast, nari41: int) -> None:
    with the(app, nari41) as s:
        text = "<script>alert(1)</script> [x](javascript:alert(1)) <img src=x onerror=alert(1)> **fett**"
        verbs.comment(s, by=cast.jo, now=at("Wednesday 2026-11-25 09:30"), via=WEB, text=text)
    html = visit("nari").get(PAGE).text
    assert "<script>alert" not in html
    assert "<img" not in html
    assert 'href="javascript' not in html
    assert "<strong>fett</strong>" in html


# Writing and pressing -------------------------------------------------------------------------------------------------


def test_a_comment_is_there_afterwards_and_said_once(visit: Visit, nari41: int) -> None:
    jo = visit("jo")
    page = jo.get(PAGE)
    first = send(jo, page, "/comment", text="Bei uns auch.")
    send(jo, page, "/comment", text="Bei uns auch.")
    assert said(follow(jo, first)).count("Bei uns auch.") == 1


def test_words_and_signs_lead_back_to_where_they_stand(visit: Visit, nari41: int) -> None:
    """On a phone a long timeline lies between the top and the buttons: nobody is thrown back to the top."""
    jo = visit("jo")
    page = jo.get(PAGE)
    there = send(jo, page, "/comment", text="Bei uns auch.").headers["Location"]
    mark = there.removeprefix(f"{PAGE}#")
    assert mark != there
    assert f'id="{mark}"' in jo.get(PAGE).text
    assert send(jo, page, "/vote").headers["Location"] == f"{PAGE}#signs"
    page = jo.get(PAGE)
    assert 'id="signs"' in page.text
    assert 'aria-pressed="true"' in page.text


def test_an_empty_comment_is_refused_in_its_own_form(visit: Visit, nari41: int) -> None:
    jo = visit("jo")
    page = send(jo, jo.get(PAGE), "/comment", text=" ")
    assert page.status_code == 422
    assert problems(page) == {"comment-text": "Schreib etwas."}


def test_the_authors_comment_brings_the_ball_back(visit: Visit, app: Flask, cast: Cast, nari41: int) -> None:
    with the(app, nari41) as s:
        questions.ask(s, by=cast.pit, now=at("Wednesday 2026-11-25 09:30"), via=WEB, text="Handy oder Rechner?")
    nari = visit("nari")
    told = said(follow(nari, send(nari, nari.get(PAGE), "/comment", text="Am Handy.")))
    assert "Nari hat geantwortet; unsere Uhr läuft wieder" in told
    assert "Antwort bis Fr 27.11., 9:30 Uhr" in told  # half an hour in which our clock waited


def test_me_too_and_follow_and_back_again(visit: Visit, nari41: int) -> None:
    jo = visit("jo")
    page = follow(jo, send(jo, jo.get(PAGE), "/vote"))
    assert "1 Person" in said(page)
    page = follow(jo, send(jo, page, "/follow"))
    assert {"unvote", "unfollow"} <= offers(page)
    page = follow(jo, send(jo, page, "/unvote"))
    page = follow(jo, send(jo, page, "/unfollow"))
    assert {"vote", "follow"} <= offers(page)


def test_me_too_from_a_second_page_counts_once_and_says_so(visit: Visit, app: Flask, nari41: int) -> None:
    jo, elsewhere = visit("jo"), visit("jo")
    here, there = jo.get(PAGE), elsewhere.get(PAGE)
    send(jo, here, "/vote")
    page = follow(elsewhere, send(elsewhere, there, "/vote"))
    assert "Du warst schon dabei. Das zählt einmal." in said(page)
    with the(app, nari41) as s:
        assert s.votes == 1
    back, late = jo.get(PAGE), elsewhere.get(PAGE)
    send(jo, back, "/unvote")
    assert "Du warst nicht mehr dabei." in said(follow(elsewhere, send(elsewhere, late, "/unvote")))


def test_still_matters_to_me_counts_once_for_each_date(visit: Visit, app: Flask, clock: FakeClock, nari41: int) -> None:
    clock.set("Thursday 2026-11-26 18:00")
    nari = visit("nari")
    page = follow(nari, send(nari, nari.get(PAGE), "/nudge"))
    page = follow(nari, send(nari, page, "/nudge"))
    assert 'aria-pressed="true"' in page.text
    assert "1× noch wichtig" in said(visit("pit").get(PAGE))


def test_thanks_are_one_tap(visit: Visit, app: Flask, cast: Cast, clock: FakeClock, nari41: int) -> None:
    with the(app, nari41) as s:
        support.vote(s, by=cast.jo, now=clock.now(), via=WEB)
        answers.answer(s, by=cast.pit, now=clock.now(), via=WEB, outcome=Outcome.DONE, text="Getauscht.")
    for name in ("nari", "jo"):
        visitor = visit(name)
        page = visitor.get(PAGE)
        [thank] = [url for url in forms_of(page) if "/thank/" in url]
        page = follow(visitor, send(visitor, page, thank))
    assert "Danke 2" in said(page)
    assert not any("/thank/" in url for url in forms_of(visit("pit").get(PAGE)))


def test_withdrawn_and_opened_again_by_its_author(visit: Visit, nari41: int) -> None:
    nari = visit("nari")
    page = follow(nari, send(nari, nari.get(PAGE), "/withdraw"))
    assert "Zurückgezogen am Mi 25.11." in said(page)
    page = follow(nari, send(nari, page, "/reopen", text="Doch."))
    assert "Nari hat es wieder geöffnet" in said(page)
    assert "Antwort bis Do 26.11." not in said(page)  # the whole budget anew
    assert "Antwort bis Fr 27.11., 10 Uhr" in said(page)


def test_that_does_not_answer_it(visit: Visit, app: Flask, cast: Cast, clock: FakeClock, nari41: int) -> None:
    with the(app, nari41) as s:
        answers.answer(s, by=cast.pit, now=clock.now(), via=WEB, outcome=Outcome.DONE, text="Getauscht.")
    clock.move(minutes=5)
    nari = visit("nari")
    page = nari.get(f"{PAGE}?write=contest")
    assert '<details name="also" open>' in page.text
    refused = send(nari, page, "/contest", text="")
    assert (refused.status_code, problems(refused)["contest-text"]) == (422, "Sag, was fehlt.")
    told = said(follow(nari, send(nari, refused, "/contest", text="Das ß fehlt noch.")))
    assert "Nari: das beantwortet es nicht" in told
    assert "Neue Antwort bis" in told


def test_whoever_it_was_merged_from_is_offered_to_say_the_same_while_the_new_answer_is_owed(
    visit: Visit, app: Flask, cast: Cast, clock: FakeClock, nari41: int
) -> None:
    with the(app, nari41) as s:
        joins_as_co_author(cast.melodie, s)
        answers.answer(s, by=cast.pit, now=clock.now(), via=WEB, outcome=Outcome.DONE, text="Getauscht.")
    clock.move(minutes=5)
    follow(nari := visit("nari"), send(nari, nari.get(PAGE), "/contest", text="Das ß fehlt noch."))
    for who in ("nari", "pit", "jo"):
        assert "contest" not in offers(visit(who).get(PAGE)), who
    melodie = visit("melodie")
    page = melodie.get(PAGE)
    assert "Deine Worte stehen daneben, und die neue Antwort ist für euch alle." in said(page)
    told = said(follow(melodie, send(melodie, page, "/contest", text="Und das Ä.")))
    assert "Melodie: das beantwortet es nicht" in told
    assert "contest" not in offers(melodie.get(PAGE))


def test_it_is_back(visit: Visit, app: Flask, cast: Cast, clock: FakeClock, nari41: int) -> None:
    with the(app, nari41) as s:
        answers.answer(s, by=cast.pit, now=clock.now(), via=WEB, outcome=Outcome.DONE, text="Getauscht.")
    clock.set("Monday 2027-02-01 10:00")
    nari = visit("nari")
    page = nari.get(PAGE)
    assert "contest" not in offers(page)
    assert "Nari: ist wieder da" in said(follow(nari, send(nari, page, "/back")))


def test_declined_it_is_contested_for_14_days_and_afterwards_raised_anew(
    visit: Visit, app: Flask, cast: Cast, clock: FakeClock, nari41: int
) -> None:
    with the(app, nari41) as s:
        answers.answer(s, by=cast.pit, now=clock.now(), via=WEB, outcome=Outcome.DECLINED, text="Geht nicht.")
    clock.set("Wednesday 2026-12-09 23:00")
    told = said(visit("nari").get(PAGE))
    assert "Das beantwortet es nicht (bis Mi 9.12.)" in told
    assert "Neu einbringen" not in told
    clock.set("Thursday 2026-12-10 00:00")
    page = visit("nari").get(PAGE)
    assert "contest" not in offers(page)
    assert f'href="{TEAM}/new">Neu einbringen</a>' in page.text
    for name in ("jo", "pit"):
        assert "Neu einbringen" not in said(visit(name).get(PAGE))


def test_assigned_taken_and_given_on(visit: Visit, cast: Cast, nari41: int) -> None:
    juri = visit("juri")
    page = follow(juri, send(juri, juri.get(PAGE), "/take"))
    assert "Juri übernimmt" in said(page)
    page = follow(juri, send(juri, page, "/assign", to=cast.anke.id))
    assert "Juri gibt es an Anke weiter" in said(page)
    refused = send(juri, page, "/assign", to=cast.nari.id)
    assert refused.status_code == 422


def test_urgency_raised_by_its_author_brings_the_date_nearer(visit: Visit, nari41: int) -> None:
    nari = visit("nari")
    page = follow(nari, send(nari, nari.get(PAGE), "/urgency", urgency="high"))
    assert "Antwort bis heute, 17 Uhr" in said(page)
    assert "Wie eilig: normal → stört jeden Tag" in said(page)


def test_urgency_corrected_by_a_manager_needs_a_reason(visit: Visit, nari41: int) -> None:
    pit = visit("pit")
    refused = send(pit, pit.get(PAGE), "/urgency", urgency="low", is_correction="1")
    assert refused.status_code == 422
    assert problems(refused).keys() == {"urgency-text"}
    page = follow(pit, send(pit, refused, "/urgency", text="Das stört niemanden.", is_correction="1"))
    assert "Pit hat geändert, wie eilig es ist: normal → kann warten" in said(page)
    assert "Antwort bis Di 1.12., 17 Uhr" in said(page)


def test_a_get_writes_nothing(visit: Visit, app: Flask, nari41: int) -> None:
    def everything() -> dict[str, int]:
        with app.app_context():
            tables = db.metadata.sorted_tables
            return {t.name: int(db.session.scalar(sa.select(sa.func.count()).select_from(t)) or 0) for t in tables}

    before = everything()
    for name in ("nari", "pit", "anke"):
        for path in ("", "mine", "desk", "suggestions", "41", "41/receipt", "new", "41/answer-41.ics"):
            assert visit(name).get(f"{TEAM}/{path}").status_code in (200, 302, 403)
    assert everything() == before


def test_fifty_entries_cost_no_more_queries_than_five(
    visit: Visit, app: Flask, cast: Cast, clock: FakeClock, nari41: int
) -> None:
    def queries(name: str) -> int:
        counted: list[str] = []
        with app.app_context():
            engine = db.engine
        listener = lambda *args: counted.append(args[2])  # noqa: E731
        sa.event.listen(engine, "before_cursor_execute", listener)
        assert visit(name).get(PAGE).status_code == 200
        sa.event.remove(engine, "before_cursor_execute", listener)
        return len(counted)

    few = {name: queries(name) for name in ("nari", "pit")}
    with the(app, nari41) as s:
        for i in range(25):
            verbs.comment(s, by=cast.jo, now=clock.now(), via=WEB, text=f"Nummer {i}")
            verbs.note(s, by=cast.juri, now=clock.now(), via=WEB, text=f"Notiz {i}")
    many = {name: queries(name) for name in ("nari", "pit")}
    assert many == few
    assert max(many.values()) <= 38
