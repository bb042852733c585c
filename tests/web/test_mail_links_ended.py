"""What ends a link in a mail, and who else cannot act with one: nothing is told, and nothing typed is lost."""

from __future__ import annotations

import pytest
from flask import Flask

from tests.acts.cast import Cast, membership, raised
from tests.times import FakeClock
from tests.web.mail_links import ANSWER, LATE, Visit, link, status, the, written
from tests.web.pages import TEAM, forms_of, offers, send
from tests.web.visitors import Visitor, fields_of, said
from tracker.acts import suggestions as verbs
from tracker.acts import support
from tracker.domain.lifecycle import Kind, Role, Status, Visibility
from tracker.notices.tokens import Purpose
from tracker.store.base import db
from tracker.store.entries import EntryKind, Via
from tracker.store.people import Person
from tracker.store.teams import Membership


@pytest.fixture
def nari41(app: Flask, cast: Cast, clock: FakeClock) -> int:
    """Nari's #41 is raised; it is Wednesday, 10:00."""
    with app.app_context():
        found = raised(cast, body="Elf Gilden.")
    clock.set("Wednesday 2026-11-25 10:00")
    return found.id


# What ends a link -----------------------------------------------------------------------------------------------------


def test_after_fourteen_days_it_leads_to_signing_in_and_what_was_typed_goes_along(
    app: Flask, cast: Cast, clock: FakeClock, nari41: int, visitor: Visitor
) -> None:
    path = link(app, clock, nari41, cast.pit)
    clock.move(days=13, hours=23, minutes=59)
    page = visitor.get(path)
    clock.move(minutes=1)
    ended = visitor.get(path)
    assert ended.status_code == 410
    assert fields_of(ended)["next"] == f"{TEAM}/41"
    assert 'name="how" value="mail"' in ended.text
    assert "Chat-Filter" not in ended.text
    sent = send(visitor, page, "/answer", **ANSWER)
    assert sent.status_code == 410
    fields = fields_of(sent)
    assert (fields["kept.text"], fields["kept_path"]) == ("Die Liste ist getauscht.", f"{TEAM}/41/answer")
    assert "kept.link_key" not in fields
    assert status(app, nari41) is Status.OPEN


def test_who_is_signed_in_goes_on_by_themselves_when_a_link_is_over(
    app: Flask, cast: Cast, clock: FakeClock, nari41: int, visit: Visit
) -> None:
    path, pit = link(app, clock, nari41, cast.pit), visit("pit")
    page = pit.get(path)
    clock.move(days=14)
    assert pit.get(path).headers["Location"] == f"{TEAM}/41"
    go_on = send(pit, page, "/answer", **ANSWER)
    assert send(pit, go_on, f"{TEAM}/41/answer").status_code == 303
    assert status(app, nari41) is Status.DONE


def test_a_forged_one_tells_nothing_and_what_was_typed_can_be_copied(
    app: Flask, cast: Cast, clock: FakeClock, nari41: int, visitor: Visitor
) -> None:
    good = link(app, clock, nari41, cast.pit)
    of_juri = link(app, clock, nari41, cast.juri)
    head, _, signature = good.rpartition(".")
    for path in (
        f"{good}x",
        f"{of_juri.rpartition('.')[0]}.{signature}",
        f"{head}.",
        good.replace("/m/answer/", "/m/nudge/"),
        good.replace("/m/answer/", "/m/unsubscribe/"),
        good.replace("/m/answer/", "/m/reply/"),
        good.replace("/m/", "/u/").replace("/answer/", "/"),
        "/m/answer/x",
        f"/m/answer/{'x' * 500}",
    ):
        page = visitor.get(path)
        assert page.status_code == 410, path
        assert "Chat-Filter" not in page.text
        assert f"{TEAM}/41" not in page.text
        if path.startswith("/m/"):
            sent = visitor.post(f"{path}/answer", {**ANSWER, "request_key": "k"})
            assert sent.status_code == 410, path
            assert "Die Liste ist getauscht." in said(sent)
    assert status(app, nari41) is Status.OPEN


def test_a_link_of_another_purpose_acts_for_nothing_else(
    app: Flask, cast: Cast, clock: FakeClock, nari41: int, visitor: Visitor
) -> None:
    note = link(app, clock, nari41, cast.pit, Purpose.NOTE)
    fields = forms_of(visitor.get(note))[f"{note}/note"]
    for act in ("answer", "comment", "thanks", "withdraw", "vote", "urgency", "nothing"):
        response = visitor.client.post(f"{note}/{act}", base_url=visitor.base, data={**fields, **ANSWER})
        assert response.status_code == 404, act
    assert status(app, nari41) is Status.OPEN
    assert visitor.get(f"{note}/note").status_code == 405


def test_the_verb_itself_refuses_who_may_not(
    app: Flask, cast: Cast, clock: FakeClock, nari41: int, visitor: Visitor
) -> None:
    """Pit was a manager when the mail was made, and is a member now."""
    path = link(app, clock, nari41, cast.pit)
    page = visitor.get(path)
    with app.app_context():
        found = membership(cast, cast.pit)
        db.session.get_one(Membership, found.id).role = Role.MEMBER
        db.session.commit()
    assert send(visitor, page, "/answer", **ANSWER).status_code == 403
    assert offers(visitor.get(path)) == set()
    assert status(app, nari41) is Status.OPEN


def ended_by(app: Flask, cast: Cast, clock: FakeClock, s: int, how: str) -> None:
    with the(app, s) as found:
        pit = db.session.get_one(Person, cast.pit.id)
        if how == "left":
            db.session.get_one(Membership, membership(cast, cast.pit).id).left_at = clock.now()
        elif how == "disabled":
            pit.active = False
        elif how == "version":
            pit.token_version += 1
        elif how == "hidden":
            db.session.get_one(Membership, membership(cast, cast.pit).id).role = Role.MEMBER
            found.visibility = Visibility.MANAGERS
        else:
            found.about_person_id = pit.id


@pytest.mark.parametrize("how", ["left", "disabled", "version", "hidden", "about"])
def test_links_end_with_their_person(
    app: Flask, cast: Cast, clock: FakeClock, nari41: int, visitor: Visitor, how: str
) -> None:
    path = link(app, clock, nari41, cast.pit)
    page = visitor.get(path)
    ended_by(app, cast, clock, nari41, how)
    for response in (visitor.get(path), send(visitor, page, "/answer", **ANSWER)):
        assert response.status_code == 410
        assert "Chat-Filter" not in response.text
        assert "Nari" not in response.text
    assert status(app, nari41) is Status.OPEN


def test_who_signs_out_everywhere_ends_the_links_in_their_mails(
    app: Flask, cast: Cast, clock: FakeClock, nari41: int, visitor: Visitor, visit: Visit
) -> None:
    before = link(app, clock, nari41, cast.pit)
    said_so = visit("pit").post("/me/sign-out-everywhere")
    assert said_so.status_code == 302
    assert visitor.get(before).status_code == 410
    assert visitor.get(link(app, clock, nari41, cast.pit)).status_code == 200


def test_what_is_about_a_person_takes_signing_in(app: Flask, cast: Cast, clock: FakeClock, visitor: Visitor) -> None:
    """Its mails have no such links; one that was made all the same opens nothing by itself."""
    with app.app_context():
        s = raised(cast, title="Pit schreit", kind=Kind.FRICTION, about=cast.pit)
    for person in (cast.anke, cast.nari):
        page = visitor.get(link(app, clock, s.id, person))
        assert page.status_code == 410
        assert "Pit schreit" not in page.text
        assert fields_of(page)["next"] == f"{TEAM}/{s.number}"
    of_pit = visitor.get(link(app, clock, s.id, cast.pit))
    assert of_pit.status_code == 410
    assert str(s.number) not in of_pit.text


# Others ---------------------------------------------------------------------------------------------------------------


def test_somebody_else_who_is_signed_in_does_nothing_in_anothers_name(
    app: Flask, cast: Cast, clock: FakeClock, nari41: int, visitor: Visitor, visit: Visit
) -> None:
    path = link(app, clock, nari41, cast.pit)
    fields = forms_of(visitor.get(path))[f"{path}/answer"]
    juri = visit("juri")
    page = juri.get(path)
    assert page.status_code == 403
    assert "Dieser Link ist für Pit." in said(page)
    assert "Chat-Filter" not in page.text
    sent = juri.client.post(f"{path}/answer", base_url=juri.base, data={**fields, **ANSWER}, headers=juri.headers)
    assert sent.status_code == 403
    assert "Die Liste ist getauscht." in said(sent)
    assert status(app, nari41) is Status.OPEN


def test_who_it_was_written_to_may_be_signed_in(
    app: Flask, cast: Cast, clock: FakeClock, nari41: int, visit: Visit
) -> None:
    pit = visit("pit")
    page = pit.get(link(app, clock, nari41, cast.pit))
    assert f'href="{TEAM}/41"' in page.text
    assert send(pit, page, "/answer", **ANSWER).status_code == 303


@pytest.mark.parametrize(
    "headers",
    [
        {"Sec-Fetch-Site": "cross-site"},
        {"Sec-Fetch-Site": "same-site"},
        {"Origin": "https://evil.example"},
    ],
)
def test_another_sites_form_is_shown_and_not_one_press_away(
    app: Flask, cast: Cast, clock: FakeClock, nari41: int, visitor: Visitor, headers: dict[str, str]
) -> None:
    path = link(app, clock, nari41, cast.pit)
    fields = forms_of(visitor.get(path))[f"{path}/answer"]
    response = visitor.client.post(f"{path}/answer", base_url=visitor.base, data={**fields, **ANSWER}, headers=headers)
    assert response.status_code == 403
    assert "Die Liste ist getauscht." in said(response)
    assert '<form method="post"' not in response.text
    assert status(app, nari41) is Status.OPEN


def test_a_form_without_its_key_is_carried_out_by_nobody(
    app: Flask, cast: Cast, clock: FakeClock, nari41: int, visitor: Visitor
) -> None:
    path = link(app, clock, nari41, cast.pit)
    blind = app.test_client().post(f"{path}/answer", base_url=visitor.base, data=ANSWER)
    assert blind.status_code == 403
    assert '<form method="post"' not in blind.text
    again = visitor.client.post(f"{path}/answer", base_url=visitor.base, data=ANSWER, headers=visitor.headers)
    assert again.status_code == 422
    assert "Die Liste ist getauscht.</textarea>" in again.text
    assert status(app, nari41) is Status.OPEN
    assert send(visitor, again, "/answer").status_code == 303


def test_a_browser_that_says_nothing_or_calls_its_origin_null_is_believed(
    app: Flask, cast: Cast, clock: FakeClock, nari41: int, visitor: Visitor
) -> None:
    """Behind a page that tells no referrer an origin is called "null"; the key of the form decides then."""
    path = link(app, clock, nari41, cast.pit)
    fields = forms_of(visitor.get(path))[f"{path}/answer"]
    response = app.test_client().post(
        f"{path}/answer", base_url=visitor.base, data={**fields, **ANSWER}, headers={"Origin": "null"}
    )
    assert response.status_code == 303


def test_guessing_is_slowed_down_and_a_link_that_is_over_is_no_guess(
    app: Flask, cast: Cast, clock: FakeClock, nari41: int, visitor: Visitor
) -> None:
    path = link(app, clock, nari41, cast.pit)
    for number in range(50):
        assert visitor.get(f"/m/answer/{number}.x").status_code == 410
    waits = visitor.get(path)
    assert waits.status_code == 429
    assert waits.headers["Retry-After"] == "60"
    clock.move(seconds=16)
    assert visitor.get(path).status_code == 200
    clock.move(days=14)
    for _ in range(60):
        assert visitor.get(path).status_code == 410


def test_two_devices_that_show_one_link_act_once(
    app: Flask, cast: Cast, clock: FakeClock, nari41: int, visitor: Visitor
) -> None:
    """Both have the page before either sends it; at the same moment: tests/acts/test_mail_links.py."""
    path = link(app, clock, nari41, cast.nari, Purpose.COMMENT)
    first, second = visitor.get(path), visitor.get(path)
    assert send(visitor, first, "/comment", text="Eins.").status_code == 303
    refused = send(visitor, second, "/comment", text="Zwei.")
    assert "Zwei." in said(refused)
    assert [entry.text for entry in written(app, nari41, EntryKind.COMMENT)] == ["Eins."]


def test_a_voter_may_say_that_it_still_matters(
    app: Flask, cast: Cast, clock: FakeClock, nari41: int, visitor: Visitor
) -> None:
    with the(app, nari41) as s:
        support.vote(s, by=cast.jo, now=clock.now(), via=Via.WEB)
        verbs.comment(s, by=cast.jo, now=clock.now(), via=Via.WEB, text="Bei mir auch.")
    clock.set(LATE)
    page = visitor.get(link(app, clock, nari41, cast.jo, Purpose.NUDGE))
    assert send(visitor, page, "/nudge").status_code == 303
