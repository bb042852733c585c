"""Why somebody got a mail, and why not: every reason has its sentence, and nobody reads of what they cannot see."""

from __future__ import annotations

import ast
from datetime import date
from pathlib import Path
from zoneinfo import ZoneInfo

import pytest

from tests.acts.cast import Cast, at, raised
from tests.notices.post import Post
from tests.notices.seen import notices
from tracker.acts import answers, dates, people, support
from tracker.acts import suggestions as verbs
from tracker.domain.lifecycle import Role, Visibility
from tracker.domain.outcomes import Outcome
from tracker.notices import compose_heard, look_again, topics, why, why_words
from tracker.notices.topics import Topic
from tracker.notices.why import Line
from tracker.notices.words import Reader, say
from tracker.store.base import db
from tracker.store.entries import Via
from tracker.store.people import Person
from tracker.store.suggestions import Suggestion

WEB = Via.WEB
ROOT = Path(__file__).parents[2] / "tracker" / "notices"
WEDNESDAY = at("Wednesday 2026-11-25 10:00")
LATER = at("Wednesday 2026-11-25 10:30")
THURSDAY = at("Thursday 2026-11-26 09:00")


def constants() -> dict[str, str]:
    """Every reason: a text, marked for translation, under a name in capitals in a module of the notices."""
    found: dict[str, str] = {}
    for file in ROOT.glob("*.py"):
        if file.stem in ("events", "why_words"):
            continue  # reasons for webhooks and chats, which are nobody's own; and the words themselves
        for line in ast.parse(file.read_text()).body:
            match line:
                case ast.Assign([ast.Name(name)], ast.Call(ast.Name("N_"), [ast.Constant(text)])) if name[0] != "_":
                    found[name] = str(text)
    return found


def seen(person: Person, *, about: Suggestion | None = None, lang: str = "en") -> list[Line]:
    reader = Reader("de" if lang == "de" else "en", ZoneInfo("Europe/Berlin"), THURSDAY)
    return why.lines(person, reader, about=about)


def became(person: Person, what: str) -> list[str]:
    return [line.became for line in seen(person) if line.what == what]


def test_every_reason_of_a_row_has_a_sentence() -> None:
    reasons = {name: text for name, text in constants().items() if text not in why_words.ENDS}
    assert {name for name, text in reasons.items() if text not in why_words.REASONS} == set()
    assert set(why_words.REASONS) == set(reasons.values())


def test_every_kind_of_notice_and_every_mail_without_one_has_a_name() -> None:
    assert set(why_words.KINDS) == set(look_again.LOOKS)
    folders = {folder.name for folder in (ROOT.parents[1] / "templates/mail").iterdir() if folder.is_dir()}
    assert set(why_words.DOORS) <= folders
    assert all(name.startswith("heard_") for name in compose_heard.TEMPLATES)


@pytest.mark.parametrize(
    "sentence",
    [*why_words.REASONS.values(), *why_words.KINDS.values(), *why_words.BECAUSE.values(), *why_words.DOORS.values()],
)
def test_every_sentence_is_there_in_both_languages(sentence: str) -> None:
    assert say("de").gettext(sentence) not in ("", sentence)
    assert say("en").gettext(sentence) == sentence


def test_what_left_says_when_and_what_did_not_says_why(cast: Cast, post: Post) -> None:
    topics.choose(cast.nari, Topic.DATES, by_mail=False)
    s = raised(cast)
    post.deliver(WEDNESDAY)
    dates.move(s, by=cast.pit, now=WEDNESDAY, via=WEB, on=date(2026, 11, 30), reason="Wartet auf Teile")
    assert became(cast.nari, "It has arrived") == ["By mail: Wed 25 Nov, 10:00."]
    assert became(cast.nari, "The date moved") == [
        "Told here: Wed 25 Nov, 10:00. No mail: you chose to have this here only."
    ]
    (line,) = [line for line in seen(cast.nari, lang="de") if line.what == "Termin verschoben"]
    assert line.became == "Hier gesagt: Mi 25.11., 10 Uhr. Keine Mail: du hast gewählt, dass das nur hier steht."
    assert (line.because, line.is_without_mail) == ("Es ist deins.", True)


def test_a_comment_nobody_needs_a_mail_of_says_so_to_who_follows(cast: Cast) -> None:
    s = raised(cast)
    support.follow(s, by=cast.jo, now=WEDNESDAY, via=WEB)
    verbs.comment(s, by=cast.melodie, now=WEDNESDAY, via=WEB, text="Bei mir auch.")
    (line,) = [line for line in seen(cast.jo) if line.what == "A comment"]
    assert line.became.endswith("No mail: of this there is no mail for anybody; it stands here.")
    assert line.because == "You follow it, or you are mentioned or named there."


def test_what_waits_says_for_what(cast: Cast) -> None:
    raised(cast)
    assert became(cast.pit, "Something new") == ["Waits for your daily mail."]
    assert became(cast.nari, "It has arrived") == ["Leaves in a moment."]


def test_what_was_answered_before_it_left_says_so(cast: Cast, post: Post) -> None:
    s = raised(cast)
    answers.answer(s, by=cast.pit, now=WEDNESDAY, via=WEB, outcome=Outcome.DONE, text="Geht wieder.")
    post.deliver(LATER)
    assert became(cast.nari, "It has arrived") == ["No mail: it had been answered before the mail left."]


def test_what_a_mail_server_said_is_quoted(cast: Cast) -> None:
    raised(cast)
    (receipt,) = notices(kind="receipt")
    assert why.reason_in_words("550 no such user", Reader("en", ZoneInfo("UTC"), WEDNESDAY)) == (
        "it could not be delivered (“550 no such user”)."
    )
    assert why.reason_in_words("sign-in refused: 535 5.7.8 nope", Reader("en", ZoneInfo("UTC"), WEDNESDAY)) == (
        "it could not be delivered."
    ), "what the site's own server says is for whoever looks after it"
    assert receipt.reason == ""


def test_one_line_for_what_was_told_by_mail_and_here(cast: Cast) -> None:
    s = raised(cast)
    assert [line.what for line in seen(cast.nari, about=s)] == ["It has arrived"]
    other = raised(cast, title="Ein anderes", by=cast.nari)
    assert len(seen(cast.nari)) == 2
    assert [line.about for line in seen(cast.nari, about=other)] == ["Ein anderes"]
    assert [one.id for one in why.told_of(cast.nari)] == [other.id, s.id]


def test_nobody_reads_of_others_or_of_what_they_cannot_see_any_more(cast: Cast) -> None:
    s = raised(cast, visibility=Visibility.MANAGERS)
    assert seen(cast.jo) == []
    assert len(seen(cast.pit)) == 1
    people.change_role(cast.team, cast.pit, Role.MEMBER, by=cast.anke, now=WEDNESDAY, via=WEB)
    db.session.flush()
    assert seen(cast.pit, about=s) == []
    assert [line for line in seen(cast.pit) if line.about] == []
    assert why.told_of(cast.pit) == []
    people.leave(cast.team, by=cast.nari, now=WEDNESDAY, via=WEB)
    db.session.flush()
    assert seen(cast.nari) == []
