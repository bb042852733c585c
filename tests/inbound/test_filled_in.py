"""The links of a mail that goes back: the page has the form open, and the words in it."""

from __future__ import annotations

import re

import pytest
from flask import Flask

from tests.acts.cast import Cast
from tests.inbound.conftest import DOMAIN, NOW, Postman, Story, written
from tests.times import FakeClock
from tests.web.visitors import Visitor
from tracker.store.base import db


@pytest.fixture
def pits_link(story: Story, cast: Cast) -> str:
    """What Pit gets for a plain reply to the receipt's twin, cut to the path of "Done …"."""
    from tracker.notices import address_tokens
    from tracker.notices.address_tokens import Kind
    from tracker.notices.replies import REPLY_FOR

    token = address_tokens.make(Kind.REPLY, subject=story.s.id, expires_at=NOW + REPLY_FOR, person=cast.pit)
    story.postman.hear(written(f"reply+{token}@{DOMAIN}", "ist gefixt", sender=f"pit@{DOMAIN}"))
    (answer,) = story.postman.answers()
    found = re.search(r"http://127.0.0.1:8000(/\S+outcome=done)", answer.letter.text)
    assert found is not None
    db.session.commit()
    return found[1]


def test_the_answer_form_is_open_with_outcome_and_words(
    app: Flask, pits_link: str, cast: Cast, clock: FakeClock
) -> None:
    clock.set(NOW)
    page = Visitor(app, clock).signed_in(cast.pit).get(pits_link).text
    assert re.search(r"<textarea[^>]*>\s*ist gefixt</textarea>", page)
    assert re.search(r'value="done"[^>]*checked|checked[^>]*value="done"', page)


@pytest.mark.parametrize("who", ["juri", "nari"])
def test_nobody_else_finds_those_words_in_a_form(
    app: Flask, pits_link: str, cast: Cast, clock: FakeClock, who: str
) -> None:
    clock.set(NOW)
    page = Visitor(app, clock).signed_in(getattr(cast, who)).get(pits_link)
    assert page.status_code == 200
    assert not re.search(r"<textarea[^>]*>\s*ist gefixt</textarea>", page.text)


@pytest.mark.parametrize("mail", ["", "x", "99999", "1e3", "-1", "9" * 30])
def test_a_number_that_is_no_mail_opens_an_empty_form(
    app: Flask, story: Story, postman: Postman, cast: Cast, clock: FakeClock, mail: str
) -> None:
    clock.set(NOW)
    page = Visitor(app, clock).signed_in(cast.pit).get(f"/t/nachtwache/41?write=answer&mail={mail}")
    assert page.status_code == 200
