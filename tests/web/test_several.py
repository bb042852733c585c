"""The desk asked for less, and several at once: chosen in a form, without a script, and done with all or none."""

from __future__ import annotations

import re
from collections.abc import Callable
from datetime import date, timedelta

import pytest
from flask import Flask

from tests.acts.cast import Cast, at, raised, reassembled
from tests.acts.deeds import declines, does, joins_as_co_author, last, promises_by
from tests.times import FakeClock
from tests.web.pages import TEAM, follow, forms_of, send
from tests.web.test_desk import groups, monday_morning, queries, titles
from tests.web.visitors import Visitor, problems, said
from tracker.acts import answers, assigning, saved_replies, tags
from tracker.acts import suggestions as verbs
from tracker.domain.lifecycle import Kind, Urgency
from tracker.domain.outcomes import Outcome
from tracker.store import people, suggestions, teams
from tracker.store import saved_replies as store
from tracker.store.base import db
from tracker.store.entries import EntryKind, Via
from tracker.store.teams import Absence

Visit = Callable[[str], Visitor]
WEB = Via.WEB
DESK = f"{TEAM}/desk"
MONDAY = at("Monday 2026-11-30 08:50")


@pytest.fixture(autouse=True)
def _monday(clock: FakeClock) -> None:
    clock.set(MONDAY)


def several(*numbers: int, do: str = "answer", back: str = "desk") -> str:
    return f"{DESK}/several?do={do}&back={back}&" + "&".join(f"n={number}" for number in numbers)


# Filters --------------------------------------------------------------------------------------------------------------


def test_the_address_asks_for_less_and_a_chip_takes_it_away(visit: Visit, app: Flask, cast: Cast) -> None:
    with app.app_context():
        idea = raised(cast, title="Idee", kind=Kind.IDEA, now=MONDAY)
        raised(cast, title="Problem", kind=Kind.PROBLEM, urgency=Urgency.HIGH, by=cast.jo, now=MONDAY)
        tags.set_(idea, by=cast.pit, now=MONDAY, via=WEB, names=["Chat"])
        assigning.take(suggestions.by_number(cast.team.id, 42), by=cast.juri, now=MONDAY, via=WEB)  # type: ignore[arg-type]
        db.session.commit()
    pit = visit("pit")
    shown = {
        "": ["Idee"],
        "with=all": ["Problem", "Idee"],
        f"with={cast.juri.id}": ["Problem"],
        "with=all&kind=idea": ["Idee"],
        "with=all&urgency=high": ["Problem"],
        f"with=all&author={cast.nari.id}": ["Idee"],
        "with=all&tag=CHAT": ["Idee"],
        "with=all&waiting=author": [],
    }
    assert {query: titles(pit.get(f"{DESK}?{query}").text) for query in shown} == shown
    page = pit.get(f"{DESK}?with=all&kind=idea&tag=chat")
    assert f'href="{DESK}?with=all&amp;tag=chat" aria-label="Wegnehmen: Art: Idee"' in page.text
    assert "Wegnehmen: Schlagwort: Chat" in page.text
    assert "Nichts Offenes passt." in said(pit.get(f"{DESK}?kind=question"))


def test_answered_from_a_filtered_desk_it_goes_on_there(visit: Visit, app: Flask, cast: Cast) -> None:
    monday_morning(app, cast)
    pit = visit("pit")
    page = pit.get(f"{DESK}?with=all&kind=idea")
    answered = send(pit, page, "/42/answer", outcome="done", text="Getauscht.")
    assert answered.headers["Location"] == f"{DESK}?with=all&kind=idea"


def test_a_large_group_says_how_many_it_has_and_is_shown_in_pages(visit: Visit, app: Flask, cast: Cast) -> None:
    with app.app_context():
        team = teams.by_slug("nachtwache")
        assert team is not None
        for i in range(60):
            verbs.raise_(team, by=cast.nari, now=at("Tuesday 2026-11-24 23:10"), via=WEB, title=f"Nr. {i:02}")
        db.session.commit()
    pit = visit("pit")
    page = pit.get(DESK)
    assert len(titles(page.text)) == 25
    assert "60 überfällig" in said(page)
    assert f'<a href="{DESK}?group=late">Alle 60 zeigen</a>' in page.text
    assert len(titles(pit.get(f"{DESK}?group=late").text)) == 50
    last = pit.get(f"{DESK}?group=late&page=2")
    assert titles(last.text) == [f"Nr. {i:02}" for i in range(50, 60)]
    assert "51 bis 60 von 60" in said(last)
    for odd in ("group=late&page=99", "group=nonsense", "group=today"):
        assert pit.get(f"{DESK}?{odd}").status_code == 200
    few = queries(app, lambda: pit.get(DESK))
    assert queries(app, lambda: pit.get(f"{DESK}?with=all&kind=idea&group=late")) <= few


# Several --------------------------------------------------------------------------------------------------------------


def test_one_answer_for_two(visit: Visit, app: Flask, cast: Cast) -> None:
    monday_morning(app, cast)
    pit = visit("pit")
    assert 'name="n" value="41" form="several"' in pit.get(DESK).text
    page = pit.get(several(41, 42))
    assert "2 gewählt" in said(page)
    sent = {"n": ["41", "42"], "outcome": "done", "text": "Die Liste ist getauscht."}
    page = follow(pit, send(pit, page, "/several", **sent))
    assert "2 sind beantwortet. Alle erfahren es gleich." in said(page)
    assert "Spät" not in titles(page.text)
    page = follow(pit, send(pit, page, "/several"))  # the undo of all of them
    assert groups(page.text)["late"] == ["Spät und laut", "Spät"]


def test_what_is_refused_is_said_and_nothing_is_done_and_the_rest_goes_on_from_there(
    visit: Visit, app: Flask, cast: Cast
) -> None:
    monday_morning(app, cast)
    pit = visit("pit")
    page = pit.get(several(41, 42))
    with app.app_context():
        other = suggestions.by_number(cast.team.id, 42)
        assert other is not None
        answers.answer(other, by=cast.juri, now=MONDAY, via=WEB, outcome=Outcome.DECLINED, text="Nein.")
        db.session.commit()
    sent = {"n": ["41", "42"], "outcome": "done", "text": "Die Liste ist getauscht."}
    refused = send(pit, page, "/several", **sent)
    assert refused.status_code == 409
    assert "1 von 2 sind so nicht möglich. Noch ist nichts geschehen" in said(refused)
    assert "Die Liste ist getauscht." in forms_of(refused)[f"{DESK}/several"]["text"]
    with app.app_context():
        assert [s.status.value for s in _both(cast)] == ["open", "declined"]
    follow(pit, send(pit, refused, "/several", n=["41"], outcome="done"))
    with app.app_context():
        assert [s.status.value for s in _both(cast)] == ["done", "declined"]


def _both(cast: Cast) -> list[suggestions.Suggestion]:
    return [s for number in (41, 42) if (s := suggestions.by_number(cast.team.id, number)) is not None]


def test_new_dates_are_shown_before_they_are_given(visit: Visit, app: Flask, cast: Cast) -> None:
    monday_morning(app, cast)
    pit = visit("pit")
    page = pit.get(f"{several(41, 42, 46, do='promise')}&a_day=1&start=2026-12-01")
    told = said(page)
    assert "Di 1.12." in told
    assert "Mi 2.12." in told
    assert "Übergangen 1" in told  # the one that is asked: there is no date of ours
    assert "2 Leute hören davon, in je einer Mail mit deiner Begründung. Der letzte Tag ist Mi 2.12." in told
    assert "Neue Termine für 2" in told
    assert "2 neu zusagen" in told
    assert "1 von 3 gewählten bleibt, wie es ist:" in told
    assert told.index("Übergangen 1") < told.index("Di 1.12.")
    assert 'name="on-42" value="2026-12-02" form="several-form"' in page.text
    days = {"n": ["41", "42"], "on-41": "2026-12-01", "on-42": "2026-12-02"}  # they stand outside the form's own tags
    missing = send(pit, page, "/several", **days, text=" ")
    assert "text" in problems(missing)
    done = follow(pit, send(pit, page, "/several", **days, text="Ich war krank."))
    assert "2 haben einen neuen Termin, der letzte ist Mi 2.12." in said(done)
    assert [s.moves for s in _with(app, cast)] == [1, 1]
    odd = pit.get(f"{several(41, do='promise')}&a_day=0&start=gestern")
    assert odd.status_code == 200
    assert "„gestern“ ist kein Tag." in said(odd)


def _with(app: Flask, cast: Cast) -> list[suggestions.Suggestion]:
    with app.app_context():
        return _both(cast)


def many_late(app: Flask, cast: Cast, count: int) -> None:
    with app.app_context():
        team = teams.by_slug("nachtwache")
        assert team is not None
        for i in range(count):
            by = cast.jo if i % 3 else cast.nari
            verbs.raise_(team, by=by, now=at("Tuesday 2026-11-24 23:10"), via=WEB, title=f"Nr. {i:02}")
        db.session.commit()


def test_with_more_than_thirty_late_the_way_out_stands_above_the_list(visit: Visit, app: Flask, cast: Cast) -> None:
    many_late(app, cast, 30)
    pit = visit("pit")
    assert "30 überfällig" in said(pit.get(DESK))
    assert "So kommst du da raus" not in said(pit.get(DESK)), "thirty can be answered one by one"
    many_late(app, cast, 1)
    assert "31 Termine sind verstrichen, 2 Leute warten. So kommst du da raus:" in said(pit.get(DESK))
    many_late(app, cast, 5)
    told = said(pit.get(DESK))
    assert "36 Termine sind verstrichen, 2 Leute warten. So kommst du da raus:" in told
    assert "36 neu zusagen: 15 am Tag, bis Do 3.12." in told  # Tue, Wed, Thu
    page = pit.get(f"{DESK}/several?do=promise&late=1&a_day=15&back=desk")
    assert "36 neu zusagen" in said(page)
    assert page.text.count('name="on-') == 36
    # a deputy with nothing late of their own comes here from a mail
    assert "36 neu zusagen" in said(visit("juri").get(f"{DESK}/several?do=promise&late=1"))


def test_the_way_out_of_what_is_with_others_leads_into_no_empty_round(visit: Visit, app: Flask, cast: Cast) -> None:
    many_late(app, cast, 31)
    for name, is_theirs in (("pit", True), ("juri", False)):
        page = visit(name).get(f"{DESK}?with=all")
        [block] = re.findall(r'<section class="way-out".*?</section>', page.text, re.S)
        assert "31 neu zusagen" in block, name
        assert (f'href="{TEAM}/one-by-one"' in block) is is_theirs, name


def test_with_more_late_than_go_at_once_the_way_out_says_what_becomes_of_the_rest(
    visit: Visit, app: Flask, cast: Cast
) -> None:
    many_late(app, cast, 203)
    pit = visit("pit")
    told = said(pit.get(DESK))
    assert "203 Termine sind verstrichen" in told
    assert "200 neu zusagen: 15 am Tag" in told
    assert "3 weitere kommen danach dran." in told
    after = said(pit.get(f"{DESK}/several?do=promise&late=1&a_day=15&back=desk"))
    assert "200 gehen auf einmal. 3 weitere bleiben" in after


def test_after_an_absence_three_are_enough(visit: Visit, app: Flask, cast: Cast) -> None:
    many_late(app, cast, 3)
    with app.app_context():
        here = reassembled()
        answered = [raised(here, now=at("Monday 2026-11-23 10:00"), title=title) for title in ("Eins", "Zwei", "Drei")]
        answered[2].assignee_id = here.juri.id  # it was Juri's anyway
        for one in answered:
            declines(here.juri, one, at("Tuesday 2026-11-24 10:00"))
        seeded = last(answered[0], EntryKind.ANSWER)
        seeded.facts = {"outcome": "declined"}  # as `tracker seed` writes it: nothing says what was before
        promised = raised(here, now=at("Thursday 2026-11-19 10:00"), title="Versprochen")
        promises_by(date(2026, 12, 4), here.pit, promised, at("Friday 2026-11-20 10:00"), who=here.juri)
        does(here.juri, promised, at("Tuesday 2026-11-24 11:00"))  # a word of her own, and kept
        days = {"first_on": date(2026, 11, 23), "last_on": date(2026, 11, 29)}
        db.session.add(Absence(team_id=cast.team.id, person_id=cast.pit.id, entered_at=MONDAY, **days))
        db.session.commit()
    told = said(visit("pit").get(DESK))
    assert (
        "Du warst bis So 29.11. weg. Juri hat 2 für dich beantwortet. 3 Termine sind verstrichen, 2 Leute warten."
        in told
    )
    assert "3 neu zusagen: 5 am Tag, bis Di 1.12." in told


def test_they_are_given_on_and_tagged(visit: Visit, app: Flask, cast: Cast) -> None:
    monday_morning(app, cast)
    pit = visit("pit")
    given = send(pit, pit.get(several(41, 42, do="give", back="desk%3Fwith%3Dall")), "/several", n=["41", "42"],
                 to=str(cast.juri.id))  # fmt: skip
    assert given.headers["Location"] == f"{DESK}?with=all"
    assert "2 an Juri weitergegeben." in said(follow(pit, given))
    tagged = follow(pit, send(pit, pit.get(several(41, do="tag")), "/several", n=["41"], tags="Chat"))
    assert "1 hat jetzt neue Schlagwörter." in said(tagged)


def test_with_nothing_chosen_it_says_what_to_do(visit: Visit, app: Flask, cast: Cast) -> None:
    monday_morning(app, cast)
    pit = visit("pit")
    assert "Hak zuerst unter „Offen“ welche an." in said(pit.get(several()))
    refused = pit.post(f"{DESK}/several", {"do": "answer", "outcome": "done", "text": "Ja."})
    assert refused.status_code == 422
    assert pit.get(f"{DESK}/several?do=nonsense&n=x&n=99999999999999&back=//evil.example").status_code == 200


def test_the_cost_does_not_grow_with_what_is_chosen(visit: Visit, app: Flask, cast: Cast) -> None:
    with app.app_context():
        for _i in range(12):
            raised(cast)
    pit = visit("pit")
    for do in ("answer", "promise"):
        few = queries(app, lambda do=do: pit.get(several(41, 42, do=do)))  # type: ignore[misc]
        many = queries(app, lambda do=do: pit.get(several(*range(41, 53), do=do)))  # type: ignore[misc]
        assert many == few


def test_a_sealed_one_is_as_if_it_were_not_there(visit: Visit, app: Flask, cast: Cast) -> None:
    with app.app_context():
        number = raised(cast, title="Pit schreit uns an", about=cast.pit).number
    page = visit("pit").get(several(number, do="promise"))
    assert "schreit" not in page.text
    assert "1 gewählt" not in said(page)


# One saved reply, in the language of each -----------------------------------------------------------------------------


def replies(app: Flask, cast: Cast, **texts: tuple[str, str]) -> None:
    with app.app_context():
        team, pit = teams.by_slug("nachtwache"), people.by_id(cast.pit.id)
        assert team is not None
        assert pit is not None
        for name, (de, en) in texts.items():
            wanted = saved_replies.Wanted(name=name, text_de=de, text_en=en, outcome=Outcome.DECLINED)
            saved_replies.save(team, wanted, by=pit, now=MONDAY)
        people.by_id(cast.jo.id).locale = "en"  # type: ignore[union-attr]
        db.session.commit()


def test_a_saved_reply_reaches_each_in_their_own_language_and_is_shown_before(
    visit: Visit, app: Flask, cast: Cast
) -> None:
    monday_morning(app, cast)
    replies(app, cast, Danke=("Danke, {name}! {me}", "Thank you, {name}! {me}"), Genau=("Zu {title}", "On {title}"))
    pit = visit("pit")
    page = pit.get(several(41, 42, 43))
    assert "Genau" not in page.text, "it names one suggestion, and would be several mails to one person"
    shown = send(pit, page, "/several", n=["41", "42", "43"], start="1", text="Mehr steht im Wiki.")
    assert shown.status_code == 200
    told = said(shown)
    assert "Jo liest, auf Englisch: Thank you, Jo! Pit" in told
    assert "Nari liest, auf Deutsch: Danke, Nari! Pit" in told
    assert forms_of(shown)[f"{DESK}/several"]["text"] == "Mehr steht im Wiki."
    with app.app_context():
        assert all(suggestions.by_number(cast.team.id, n).answer_entry_id is None for n in (41, 42, 43))  # type: ignore[union-attr]
    without = send(pit, shown, "/several", n=["41", "42", "43"], start="none")
    assert "liest, auf" not in said(without)
    done = follow(pit, send(pit, shown, "/several", n=["41", "42", "43"], outcome="declined"))
    assert "3 sind beantwortet" in said(done)
    with app.app_context():
        given = {n: last(suggestions.by_number(cast.team.id, n), EntryKind.ANSWER).text for n in (41, 42, 43)}  # type: ignore[arg-type]
    assert given == {
        41: "Danke, Nari! Pit\n\nMehr steht im Wiki.",
        42: "Thank you, Jo! Pit\n\nMehr steht im Wiki.",
        43: "Danke, Nari! Pit\n\nMehr steht im Wiki.",  # the same words as about the first: one mail for Nari
    }


def test_a_saved_reply_that_is_gone_by_now_answers_nothing(visit: Visit, app: Flask, cast: Cast) -> None:
    monday_morning(app, cast)
    replies(app, cast, Danke=("Danke, {name}!", ""))
    pit = visit("pit")
    for reply in ("7", "x", "0"):
        page = send(
            pit, pit.get(several(41, 42)), "/several", n=["41", "42"], reply=reply, text="Darum.", outcome="done"
        )
        assert page.status_code == 422
        assert forms_of(page)[f"{DESK}/several"]["text"] == "Darum."
    assert "Diese Vorlage gibt es nicht mehr, oder" in said(
        send(pit, pit.get(several(41, 42)), "/several", n=["41", "42"], start="7")
    )


def test_what_several_people_raised_together_is_answered_in_words_that_fit_each_of_them(
    visit: Visit, app: Flask, cast: Cast
) -> None:
    """Jo reads about two of them, and gets one mail that thanks nobody else."""
    monday_morning(app, cast)
    replies(app, cast, Mit=("Danke, {name}!", "Thank you, {name}!"), Zwei=("Nein.", "No."), Eine=("Nein. {me}", ""))
    with app.app_context():
        first, jo = suggestions.by_number(cast.team.id, 41), people.by_id(cast.jo.id)
        assert first is not None
        assert jo is not None
        joins_as_co_author(jo, first)
        db.session.commit()
    pit = visit("pit")
    names = [">Mit</button>", ">Zwei</button>", ">Eine</button>"]
    offered = {numbers: pit.get(several(*numbers)).text for numbers in ((41, 42), (42, 43))}
    assert [name for name in names if name in offered[42, 43]] == names
    assert [name for name in names if name in offered[41, 42]] == [">Eine</button>"]
    sent = {"n": ["41", "42"], "outcome": "declined", "reply": "1"}
    refused = send(pit, pit.get(several(41, 42)), "/several", **sent)
    assert "Diese Vorlage gibt es nicht mehr, oder" in said(refused), "it was offered before Jo joined"


def test_a_saved_reply_that_was_changed_meanwhile_is_shown_again_before_it_leaves(
    visit: Visit, app: Flask, cast: Cast
) -> None:
    monday_morning(app, cast)
    replies(app, cast, Danke=("Danke!", ""))
    pit = visit("pit")
    shown = send(pit, pit.get(several(41, 42)), "/several", n=["41", "42"], start="1", text="Darum.")
    with app.app_context():
        kept = store.find(cast.team.id, 1)
        assert kept is not None
        kept.text_de, kept.changed_at = "Nein danke!", MONDAY + timedelta(minutes=1)
        db.session.commit()
    again = send(pit, shown, "/several", n=["41", "42"], outcome="declined")
    assert again.status_code == 422
    assert "Diese Vorlage wurde inzwischen geändert." in said(again)
    assert "Nein danke!" in said(again)
    assert "2 sind beantwortet" in said(follow(pit, send(pit, again, "/several", n=["41", "42"])))


def test_only_a_word_of_ours_goes_into_the_cookie(visit: Visit, app: Flask, cast: Cast) -> None:
    monday_morning(app, cast)
    pit = visit("pit")
    sent = {"n": ["41", "42"], "outcome": "done", "text": "Getauscht.", "keep": "x" * 3000}
    done = follow(pit, send(pit, pit.get(several(41, 42)), "/several", **sent))
    assert "2 sind beantwortet" in said(done)
    assert "xxx" not in done.text
