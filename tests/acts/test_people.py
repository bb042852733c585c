"""Who is in a team as what, who stands in, what a person decides, and what ends when somebody goes."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest

from tests.acts.cast import Cast, at, membership, raised
from tracker import access
from tracker.acts import assigning, passwords, questions
from tracker.acts import people as verbs
from tracker.acts import sign_in as sign_in_verbs
from tracker.domain.errors import BadInput, LinkEnded, NotAllowed, NotPossible, OutOfReach
from tracker.domain.lifecycle import Kind, Role, Status
from tracker.notices import topics
from tracker.notices.topics import Topic
from tracker.store import people, teams
from tracker.store.base import db
from tracker.store.entries import Via
from tracker.store.suggestions import Suggestion
from tracker.store.teams import Team

NOW = at("Wednesday 2026-11-25 10:00")
LATER = at("Wednesday 2026-11-25 11:00")
WEB = Via.WEB
LONG = "vier worte in reihe"


def anew(suggestion: Suggestion) -> Suggestion:
    db.session.expire(suggestion)
    return suggestion


# Roles ----------------------------------------------------------------------------------------------------------------


def test_a_team_lead_makes_a_member_a_manager(cast: Cast) -> None:
    verbs.change_role(cast.team, cast.nari, Role.MANAGER, by=cast.anke, now=NOW, via=WEB)
    assert membership(cast, cast.nari).role is Role.MANAGER


def test_whoever_becomes_a_manager_is_not_handed_what_is_open_about_them(cast: Cast) -> None:
    about_jo = raised(cast, kind=Kind.FRICTION, about=cast.jo)
    assert access.can_see(cast.pit, about_jo)
    verbs.change_role(cast.team, cast.jo, Role.MANAGER, by=cast.anke, now=NOW, via=WEB)
    assert anew(about_jo).is_sealed
    assert not access.can_see(cast.jo, about_jo)
    assert not access.can_see(cast.pit, about_jo)
    assert access.can_see(cast.anke, about_jo)


def test_a_team_keeps_a_team_lead(cast: Cast) -> None:
    going: list[Callable[[], object]] = [
        lambda: verbs.change_role(cast.team, cast.anke, Role.MANAGER, by=cast.anke, now=NOW, via=WEB),
        lambda: verbs.leave(cast.team, by=cast.anke, now=NOW, via=WEB),
        lambda: verbs.remove(cast.team, cast.anke, by=cast.anke, now=NOW, via=WEB),
        lambda: verbs.disable(cast.anke, by=cast.ada, now=NOW, via=WEB),
    ]
    for act in going:
        with pytest.raises(NotPossible):
            act()
    assert membership(cast, cast.anke).role is Role.OWNER


def test_with_a_second_team_lead_the_first_may_go(cast: Cast) -> None:
    verbs.change_role(cast.team, cast.pit, Role.OWNER, by=cast.anke, now=NOW, via=WEB)
    verbs.leave(cast.team, by=cast.anke, now=LATER, via=WEB)
    assert teams.membership_of(cast.team.id, cast.anke.id) is None


def test_a_disabled_team_lead_does_not_count(cast: Cast) -> None:
    verbs.change_role(cast.team, cast.pit, Role.OWNER, by=cast.anke, now=NOW, via=WEB)
    verbs.disable(cast.pit, by=cast.ada, now=NOW, via=WEB)
    with pytest.raises(NotPossible):
        verbs.leave(cast.team, by=cast.anke, now=LATER, via=WEB)


def test_who_manages_no_longer_has_nothing_assigned_and_stands_in_for_nobody(cast: Cast) -> None:
    s = raised(cast)
    assigning.take(s, by=cast.juri, now=NOW, via=WEB)
    verbs.change_role(cast.team, cast.juri, Role.MEMBER, by=cast.anke, now=NOW, via=WEB)
    assert anew(s).assignee_id is None
    db.session.expire_all()
    assert membership(cast, cast.pit).deputy_id is None


def test_a_question_to_them_stays_theirs_when_they_only_manage_no_longer(cast: Cast) -> None:
    s = raised(cast, by=cast.juri)
    questions.ask(s, by=cast.pit, now=NOW, via=WEB, text="Handy oder Rechner?")
    verbs.change_role(cast.team, cast.juri, Role.MEMBER, by=cast.anke, now=LATER, via=WEB)
    assert anew(s).status is Status.ASKED


# Going ----------------------------------------------------------------------------------------------------------------


def test_who_leaves_is_unassigned_by_the_same_act(cast: Cast) -> None:
    s = raised(cast)
    assigning.take(s, by=cast.juri, now=NOW, via=WEB)
    verbs.leave(cast.team, by=cast.juri, now=LATER, via=WEB)
    assert anew(s).assignee_id is None
    assert not access.can_see(cast.juri, s)


def test_a_question_comes_back_when_its_author_leaves(cast: Cast) -> None:
    s = raised(cast)
    questions.ask(s, by=cast.pit, now=NOW, via=WEB, text="Handy oder Rechner?")
    verbs.leave(cast.team, by=cast.nari, now=LATER, via=WEB)
    assert anew(s).status is Status.OPEN


def test_who_is_taken_out_holds_no_part_any_more(cast: Cast) -> None:
    cast.team.duty_person_id = cast.juri.id
    cast.team.trusted_person_id = cast.juri.id
    verbs.choose_deputy(cast.team, cast.pit.id, by=cast.juri, now=NOW)
    verbs.remove(cast.team, cast.juri, by=cast.anke, now=NOW, via=WEB)
    db.session.expire_all()
    team = db.session.get_one(Team, cast.team.id)
    assert team.duty_person_id is None
    assert team.trusted_person_id is None
    assert membership(cast, cast.pit).deputy_id is None


def test_only_a_team_lead_takes_somebody_out(cast: Cast) -> None:
    with pytest.raises(NotAllowed):
        verbs.remove(cast.team, cast.nari, by=cast.pit, now=NOW, via=WEB)
    with pytest.raises(OutOfReach):
        verbs.remove(cast.team, cast.olga, by=cast.anke, now=NOW, via=WEB)
    with pytest.raises(OutOfReach):
        verbs.remove(cast.team, cast.nari, by=cast.olga, now=NOW, via=WEB)


def test_who_comes_back_has_the_new_role_and_the_same_row(cast: Cast) -> None:
    verbs.join(cast.team, cast.exi, Role.MANAGER, now=NOW)
    assert membership(cast, cast.exi).role is Role.MANAGER
    assert membership(cast, cast.exi).joined_at == NOW


def test_joining_twice_changes_nothing(cast: Cast) -> None:
    verbs.join(cast.team, cast.pit, Role.MEMBER, now=NOW)
    assert membership(cast, cast.pit).role is Role.MANAGER


def test_a_disabled_account_is_signed_out_and_its_links_end(cast: Cast) -> None:
    before = (cast.nari.fs_uniquifier, cast.nari.token_version)
    s = raised(cast)
    verbs.disable(cast.nari, by=cast.ada, now=NOW, via=WEB)
    assert not cast.nari.active
    assert cast.nari.fs_uniquifier != before[0]
    assert cast.nari.token_version != before[1]
    assert not access.can_see(cast.nari, s)
    verbs.enable(cast.nari, by=cast.ada, now=LATER)
    assert access.can_see(cast.nari, s)


def test_only_a_site_admin_disables_and_never_themselves(cast: Cast) -> None:
    with pytest.raises(OutOfReach):
        verbs.disable(cast.nari, by=cast.anke, now=NOW, via=WEB)
    with pytest.raises(NotPossible):
        verbs.disable(cast.ada, by=cast.ada, now=NOW, via=WEB)


# Adding ---------------------------------------------------------------------------------------------------------------


def test_the_command_line_adds_a_person_with_a_new_account(cast: Cast) -> None:
    added = verbs.add(cast.team, email=" Bente@Nachtwache.example", name="Bente", role=Role.MEMBER, by=None, now=NOW)
    assert (added.person.email, added.person.locale, added.role) == ("bente@nachtwache.example", "de", Role.MEMBER)


def test_adding_somebody_of_another_team_uses_their_account(cast: Cast) -> None:
    added = verbs.add(cast.team, email=cast.olga.email, name="Wer?", role=Role.MANAGER, by=cast.anke, now=NOW)
    assert (added.person_id, added.person.name) == (cast.olga.id, "Olga")


def test_adding_somebody_who_is_in_already_is_refused(cast: Cast) -> None:
    with pytest.raises(BadInput, match="Nari"):
        verbs.add(cast.team, email=cast.nari.email, name="Nari", role=Role.MEMBER, by=cast.anke, now=NOW)


@pytest.mark.parametrize("email", ["", "nari", "nari@", "nari@x.example\nBcc: e@x.example", "ä@x.example", "a" * 300])
def test_what_is_no_address_makes_no_account(cast: Cast, email: str) -> None:
    with pytest.raises(BadInput) as refused:
        verbs.make(email=email, name="X", locale="de", now=NOW)
    assert refused.value.field == "email"


# Deputies -------------------------------------------------------------------------------------------------------------


def test_a_manager_chooses_who_stands_in(cast: Cast) -> None:
    verbs.choose_deputy(cast.team, cast.anke.id, by=cast.pit, now=NOW)
    assert membership(cast, cast.pit).deputy_id == cast.anke.id
    verbs.choose_deputy(cast.team, None, by=cast.pit, now=NOW)
    assert membership(cast, cast.pit).deputy_id is None


def test_a_deputy_manages_the_team_and_is_somebody_else(cast: Cast) -> None:
    for deputy in (cast.nari, cast.pit, cast.olga, cast.exi):
        with pytest.raises(BadInput) as refused:
            verbs.choose_deputy(cast.team, deputy.id, by=cast.pit, now=NOW)
        assert refused.value.field == "deputy"


def test_a_team_lead_chooses_a_deputy_for_a_manager_and_a_manager_for_nobody_else(cast: Cast) -> None:
    verbs.choose_deputy(cast.team, cast.pit.id, by=cast.anke, now=NOW, of=cast.juri)
    assert membership(cast, cast.juri).deputy_id == cast.pit.id
    with pytest.raises(NotAllowed):
        verbs.choose_deputy(cast.team, cast.anke.id, by=cast.pit, now=NOW, of=cast.juri)
    with pytest.raises(NotAllowed):
        verbs.choose_deputy(cast.team, cast.pit.id, by=cast.nari, now=NOW)


# Passwords ------------------------------------------------------------------------------------------------------------


def test_a_changed_password_needs_the_old_one_and_ends_other_sessions_and_links(cast: Cast) -> None:
    verbs.set_password(cast.nari, LONG, now=NOW)
    session = cast.nari.fs_uniquifier
    _link, token = sign_in_verbs.make_link(cast.nari, "sign_in", now=NOW)
    with pytest.raises(BadInput) as refused:
        verbs.change_password(cast.nari, "falsch", "noch vier worte mehr", now=NOW)
    assert refused.value.field == "old_password"
    verbs.change_password(cast.nari, LONG, "noch vier worte mehr", now=NOW)
    assert passwords.is_right("noch vier worte mehr", cast.nari.password)
    assert cast.nari.fs_uniquifier != session
    with pytest.raises(LinkEnded):
        sign_in_verbs.look_at_link(token, "sign_in", now=NOW)


def test_without_a_password_a_link_sets_the_first_one(cast: Cast) -> None:
    with pytest.raises(NotPossible):
        verbs.change_password(cast.nari, "", LONG, now=NOW)


@pytest.mark.parametrize(
    "password",
    [
        "",
        "kurz",
        "123456789",
        "passwort123",
        "Password123",
        "aaaaaaaaaaaaaaa",
        "abcabcabcabc",
        "x" * 201,
        "12341234123",
    ],
)
def test_a_password_that_is_guessed_at_once_is_refused(cast: Cast, password: str) -> None:
    with pytest.raises(BadInput) as refused:
        passwords.checked(password)
    assert refused.value.field == "password"


def test_nobodys_own_name_or_address_is_a_password(cast: Cast) -> None:
    for password in ("Nachtwächter2026!", "nari.mueller", "nari.mueller@x.example"):
        with pytest.raises(BadInput):
            passwords.checked(password, about=("Nachtwächter", "nari.mueller@x.example"))


@pytest.mark.parametrize(
    "password", ["vier worte in reihe", "x" * 30 + "y" * 20 + "zwei" * 30, "ünïcödé größe 7", "😀🎉🚀🌊🔥🍀🌵🐙🦊🐳"]
)
def test_length_alone_makes_a_good_password(password: str) -> None:
    assert passwords.checked(password)


def test_the_same_letters_from_another_keyboard_are_the_same_password(cast: Cast) -> None:
    verbs.set_password(cast.nari, "große Gru\u0308ße", now=NOW)  # the umlaut as two characters
    assert passwords.is_right("große Gr\u00fcße", cast.nari.password)
    assert cast.nari.password is not None
    assert cast.nari.password.startswith("$argon2id$")


# One's own settings ---------------------------------------------------------------------------------------------------


def wishes(**more: Any) -> verbs.Wishes:
    return verbs.Wishes(**{"name": "Nari", "locale": "de", **more})


def test_a_person_decides_for_themselves(cast: Cast) -> None:
    verbs.change_settings(
        cast.nari,
        wishes(
            name=" Nari  N. ",
            locale="en",
            timezone="America/New_York",
            window_from="9",
            window_until="21.30",
            reminders="each",
            reminder_hour="8:15",
            digest_weekday="4",
            digest_hour="07:00",
            theme="dark",
            by_mail=frozenset(Topic) - {Topic.RECEIPTS, Topic.DATES},
        ),
        now=NOW,
    )
    nari = cast.nari
    assert (nari.name, nari.locale, nari.timezone, nari.theme) == ("Nari N.", "en", "America/New_York", "dark")
    assert (nari.window_from, nari.window_until) == ("09:00", "21:30")
    assert (nari.reminder_rhythm, nari.reminder_hour, nari.reminders_in_app) == ("each", "08:15", False)
    assert (nari.digest_weekday, nari.digest_hour) == (4, "07:00")
    assert (nari.receipts_by_mail, nari.dates_in_app, nari.news_in_app, nari.digest_on) == (False, True, False, True)


def test_reminders_only_here_keep_the_rhythm_for_later(cast: Cast) -> None:
    verbs.change_settings(cast.pit, wishes(name="Pit", reminders="each"), now=NOW)
    only_here = frozenset(Topic) - {Topic.REMINDERS}
    verbs.change_settings(cast.pit, wishes(name="Pit", reminders="each", by_mail=only_here), now=NOW)
    assert (cast.pit.reminders_in_app, cast.pit.reminder_rhythm) == (True, "each")


@pytest.mark.parametrize(
    ("field", "value"),
    [
        ("name", "  "),
        ("name", "x" * 81),
        ("name", "Na\x00ri"),
        ("locale", "fr"),
        ("timezone", "Etc/Unknown"),
        ("timezone", "../../etc/passwd"),
        ("window_from", "25:00"),
        ("window_until", "08:00"),
        ("reminders", "never"),
        ("reminders", "in_app"),
        ("reminder_hour", "noon"),
        ("digest_hour", "-1"),
        ("digest_weekday", "7"),
        ("theme", "pink"),
    ],
)
def test_a_setting_that_makes_no_sense_changes_nothing(cast: Cast, field: str, value: str) -> None:
    with pytest.raises(BadInput) as refused:
        verbs.change_settings(cast.nari, wishes(**{"name": "Neu", field: value}), now=NOW)
    assert refused.value.field == field
    assert cast.nari.name == "Nari"


@pytest.mark.parametrize(
    ("kind", "field", "value"),
    [
        ("reminders", "reminders_in_app", True),
        ("digest", "digest_on", False),
        ("answers", "news_in_app", True),
        ("dates", "dates_in_app", True),
        ("comments", "comments_in_app", True),
        ("handed", "handed_in_app", True),
        ("receipts", "receipts_by_mail", False),
    ],
)
def test_one_click_ends_one_kind_of_mail(cast: Cast, kind: str, field: str, value: bool) -> None:
    assert getattr(cast.nari, field) is not value
    verbs.unsubscribe(cast.nari, kind, now=NOW)
    verbs.unsubscribe(cast.nari, kind, now=NOW)
    assert getattr(cast.nari, field) is value
    assert len(topics.by_mail_of(cast.nari)) == len(Topic) - 1


def test_a_mail_about_several_kinds_of_news_ends_them_all_and_no_reminder(cast: Cast) -> None:
    verbs.unsubscribe(cast.nari, "news", now=NOW)
    assert topics.by_mail_of(cast.nari) == {Topic.RECEIPTS, Topic.REMINDERS, Topic.OVERVIEW}


def test_an_unknown_kind_of_mail_is_refused(cast: Cast) -> None:
    with pytest.raises(BadInput):
        verbs.unsubscribe(cast.nari, "everything", now=NOW)


def test_an_address_belongs_to_one_account(cast: Cast) -> None:
    with pytest.raises(BadInput) as refused:
        verbs.make(email="NARI@nachtwache.example", name="Andere", locale="de", now=NOW)
    assert refused.value.field == "email"
    assert people.by_email("nari@nachtwache.example") is cast.nari
