"""Half-written answers: kept on the server, going on on the other device, and seen by who might write the same one."""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta

import pytest
from flask import Flask

from tests.acts.cast import Cast, at, raised
from tests.times import FakeClock
from tests.web.pages import TEAM, follow, forms_of, send
from tests.web.test_desk import DESK
from tests.web.visitors import Visitor, said
from tracker.acts import suggestions as verbs
from tracker.domain.lifecycle import Kind
from tracker.store import drafts, teams
from tracker.store.base import db
from tracker.store.drafts import DraftPurpose
from tracker.store.entries import Via

Visit = Callable[[str], Visitor]
PAGE = f"{TEAM}/41"
FRIDAY = at("Friday 2026-11-27 09:12")
BLANK = "\N{NO-BREAK SPACE}"
SITTING = f"{TEAM}/one-by-one"


@pytest.fixture
def nari41(app: Flask, cast: Cast, clock: FakeClock) -> int:
    with app.app_context():
        found = raised(cast)
    clock.set(FRIDAY)
    return found.id


@pytest.fixture
def pit(visit: Visit, nari41: int) -> Visitor:
    return visit("pit")


def form(visitor: Visitor, path: str = PAGE) -> dict[str, str]:
    found = {url: fields for url, fields in forms_of(visitor.get(path)).items() if url.endswith("/answer")}
    return next(iter(found.values()))


def write(visitor: Visitor, text: str, version: str = "", **fields: str) -> dict[str, str]:
    """What the page's script sends while somebody writes; what it is told."""
    response = visitor.post(f"{PAGE}/draft", {**form(visitor), "version": version, "text": text, **fields})
    assert response.status_code == 200, response.text
    assert response.json is not None
    return dict(response.json)


def is_kept(app: Flask, cast: Cast, suggestion_id: int, who: str = "pit") -> bool:
    with app.app_context():
        person = getattr(cast, who)
        return drafts.of(person.id, cast.team.id, DraftPurpose.ANSWER, suggestion_id) is not None


def test_it_goes_on_on_the_other_device(visit: Visit, pit: Visitor) -> None:
    kept = write(pit, "Danke dir! Die Wort", outcome="will_do", on="2026-12-04")
    assert kept["said"] == f"Entwurf gesichert 9:12{BLANK}Uhr"
    follow(pit, pit.post(SITTING, {"minutes": "10"}))
    for path in (PAGE, f"{DESK}?show=41", SITTING):
        phone = visit("pit")
        there = form(phone, path)
        assert (there["text"], there["outcome"], there["on"]) == ("Danke dir! Die Wort", "will_do", "2026-12-04"), path
        assert "Entwurf gesichert 9:12 Uhr" in said(phone.get(path)), path


def test_what_another_device_wrote_is_not_written_over(pit: Visitor, clock: FakeClock) -> None:
    desktop = write(pit, "Danke dir!")
    clock.set(FRIDAY + timedelta(minutes=1))
    phone = write(pit, "Danke dir! Die Wortliste", desktop["version"])
    clock.set(FRIDAY + timedelta(minutes=2))
    refused = pit.post(f"{PAGE}/draft", {**form(pit), "version": desktop["version"], "text": "Danke, Nari"})
    assert refused.status_code == 409
    assert refused.json is not None
    assert refused.json["fields"]["text"] == "Danke dir! Die Wortliste"
    assert (refused.json["version"], refused.json["time"]) == (phone["version"], f"9:13{BLANK}Uhr")
    assert form(pit)["text"] == "Danke dir! Die Wortliste"
    write(pit, "Danke, Nari", phone["version"])  # "keep this one"
    assert form(pit)["text"] == "Danke, Nari"


def test_an_empty_form_keeps_nothing(pit: Visitor, app: Flask, cast: Cast, nari41: int) -> None:
    kept = write(pit, "Danke")
    assert write(pit, " ", kept["version"])["version"] == ""
    assert not is_kept(app, cast, nari41)


def test_once_it_is_sent_nothing_is_kept(pit: Visitor, app: Flask, cast: Cast, nari41: int) -> None:
    late = {**form(pit), "version": "", "text": "Getau"}
    write(pit, "Getauscht")
    page = pit.get(PAGE)
    send(pit, page, "/answer", outcome="will_do", text="Wird getauscht.", on="2026-12-04")
    assert not is_kept(app, cast, nari41)
    response = pit.post(f"{PAGE}/draft", late)  # it was on its way when the answer was sent
    assert (response.status_code, is_kept(app, cast, nari41)) == (200, False)
    assert form(pit)["text"] == ""
    write(pit, "Ist getauscht")  # the next answer is another one
    assert is_kept(app, cast, nari41)


def test_an_answer_that_is_taken_back_stands_in_its_form_again(pit: Visitor) -> None:
    page = follow(pit, send(pit, pit.get(PAGE), "/answer", outcome="will_do", text="Wird getauscht.", on="2026-12-04"))
    [undo] = [url for url in forms_of(page) if "/undo/" in url]
    follow(pit, send(pit, page, undo))
    there = form(pit)
    assert (there["text"], there["outcome"], there["on"]) == ("Wird getauscht.", "will_do", "2026-12-04")


def test_what_was_refused_is_newer_than_what_was_kept(pit: Visitor) -> None:
    write(pit, "Alt")
    page = send(pit, pit.get(PAGE), "/answer", outcome="will_do", text="Neu")
    assert forms_of(page)[f"{PAGE}/answer"]["text"] == "Neu"


def test_skipping_takes_the_text_along_without_a_script(pit: Visitor) -> None:
    page = follow(pit, pit.post(SITTING, {"minutes": "10"}))
    fields = {**forms_of(page)[f"{PAGE}/answer"], "text": "Muss erst nachsehen"}
    again = follow(pit, pit.post(f"{SITTING}/41/skip", fields))
    assert forms_of(again)[f"{PAGE}/answer"]["text"] == "Muss erst nachsehen"


def test_in_the_middle_of_a_text_the_sitting_waits(pit: Visitor, clock: FakeClock) -> None:
    pit.post(SITTING, {"minutes": "10"})
    clock.set(FRIDAY + timedelta(minutes=9))
    write(pit, "Danke dir! Die")
    clock.set(FRIDAY + timedelta(minutes=10))
    page = pit.get(SITTING)
    assert "Die Zeit ist um: Dieses noch zu Ende." in said(page)
    assert forms_of(page)[f"{PAGE}/answer"]["text"] == "Danke dir! Die"
    page = follow(pit, send(pit, page, "/answer", outcome="done"))
    assert "1 beantwortet in 10 Minuten, 1 Person weiß, woran sie ist." in said(page)


# Who is writing -------------------------------------------------------------------------------------------------------


def test_other_managers_see_who_is_writing_for_five_minutes(visit: Visit, pit: Visitor, clock: FakeClock) -> None:
    sentence = "Pit schreibt gerade eine Antwort."
    write(pit, "Danke")
    juri = visit("juri")
    for path in (PAGE, f"{DESK}?with=all&show=41", f"{PAGE}/writing"):
        assert sentence in said(juri.get(path)), path
        assert sentence not in said(pit.get(path)), path
    assert f'hx-get="{PAGE}/writing"' in juri.get(f"{DESK}/41", HX_Request="true").text
    anke = visit("anke")
    write(anke, "Ich")
    assert "schreiben gerade eine Antwort." in said(juri.get(f"{PAGE}/writing"))
    clock.set(FRIDAY + timedelta(minutes=5))
    assert "gerade eine Antwort" not in said(juri.get(PAGE))


def test_members_never_see_it(visit: Visit, pit: Visitor) -> None:
    write(pit, "Danke")
    for name in ("nari", "melodie"):
        member = visit(name)
        assert "gerade eine Antwort" not in said(member.get(PAGE))
        assert "/writing" not in member.get(PAGE).text
        assert member.get(f"{PAGE}/writing").status_code == 403
        assert member.post(f"{PAGE}/draft", {"text": "Ich"}).status_code == 403


def test_about_a_manager_nobody_else_sees_it(visit: Visit, app: Flask, cast: Cast, clock: FakeClock) -> None:
    with app.app_context():
        sealed = verbs.raise_(
            cast.team, by=cast.nari, now=FRIDAY, via=Via.WEB, title="Es knirscht", kind=Kind.FRICTION, about=cast.pit
        )
        number = sealed.number
        db.session.commit()
    clock.set(FRIDAY)
    anke = visit("anke")
    path = f"{TEAM}/{number}"
    assert anke.post(f"{path}/draft", {"text": "Ich spreche mit ihm"}).status_code == 200
    for name in ("pit", "juri"):
        somebody = visit(name)
        assert somebody.get(f"{path}/writing").status_code == 404
        assert somebody.post(f"{path}/draft", {"text": "x"}).status_code == 404


def test_in_a_sitting_what_somebody_else_writes_about_comes_later(
    visit: Visit, pit: Visitor, app: Flask, cast: Cast
) -> None:
    with app.app_context():
        team = teams.by_slug("nachtwache")
        assert team is not None
        team.duty_rule = "all"
        verbs.raise_(team, by=cast.jo, via=Via.WEB, title="Ein anderes", now=at("Wednesday 2026-11-25 09:00"))
        db.session.commit()
    juri = visit("juri")
    assert f"{PAGE}/answer" in forms_of(follow(juri, juri.post(SITTING, {"minutes": "10"})))
    write(pit, "Danke")
    page = juri.get(SITTING)
    assert f"{TEAM}/42/answer" in forms_of(page)
    page = follow(juri, send(juri, page, "/42/answer", outcome="done", text="Ist so."))
    assert f"{PAGE}/answer" in forms_of(page)
    assert "Pit schreibt gerade eine Antwort." in said(page)
