"""What was typed, and what is wrong with it. A refused form comes back whole, with a sentence beside its field."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import date
from typing import Any

from flask import g, request

from tracker import chance
from tracker.domain.errors import N_, BadInput
from tracker.web.identity import Page
from tracker.web.say import _
from tracker.web.shapes import Problem

#: Never shown again, in no form: it would stand in the page for whoever looks over the shoulder.
SECRET = frozenset({"password", "old_password", "new_password", "csrf_token", "link_key"})
#: What to do about an empty field. In the summary on top they stand one below the other: each tells which it is.
_LACKING = {
    "team_name": N_("Give the team its name."),
    "name": N_("Say what you are called."),
    "email": N_("Give your mail address."),
    "password": N_("Choose a password."),
    "author": N_("Choose who said it."),
    "title": N_("Give it a title: one line that says what it is about."),
}


@dataclass
class Form:
    """The values of a form by name, as they go into its fields, and the sentences about what is wrong."""

    values: Mapping[str, Any] = field(default_factory=dict)
    errors: dict[str, str] = field(default_factory=dict)
    was_sent: bool = False
    #: files that were added to it, by id
    attached: tuple[int, ...] = ()

    @property
    def is_unfinished(self) -> bool:
        """Sent only to be shown again: without a file that is to be left out, or as it will be read."""
        return bool(self.text("leave_out") or self.text("preview"))

    def text(self, name: str, otherwise: str = "") -> str:
        """What stands in the field. A zero byte, which PostgreSQL refuses, is the sign that HTML has for it."""
        value = self.values.get(name)
        return otherwise if value is None else str(value).replace("\0", "\ufffd")

    def ticked(self, name: str) -> bool:
        """Whether the box is ticked; in a form that was sent, a box that is not ticked is simply missing."""
        value = self.values.get(name)
        return bool(value) and value not in ("0", "False")

    def error(self, name: str) -> str:
        return self.errors.get(name, "")

    @property
    def problems(self) -> list[Problem]:
        """For the summary on top of the page, each with the id of its field."""
        return [Problem(field=name if name != "form" else "", sentence=said) for name, said in self.errors.items()]

    def whole(self, name: str) -> int | None:
        """A whole number, none where nothing is chosen. Raises ``BadInput``."""
        text = self.text(name).strip()
        if not text:
            return None
        if not (text.isascii() and text.isdigit() and len(text) < 10):
            raise BadInput(N_("“%(given)s” is not a number."), field=name, given=text[:40])
        return int(text)

    def day(self, name: str) -> date | None:
        """A day, none where the field is empty. Raises ``BadInput``."""
        text = self.text(name).strip()
        if not text:
            return None
        try:
            return date.fromisoformat(text)
        except ValueError:
            raise BadInput(N_("“%(given)s” is not a day."), field=name, given=text[:40]) from None

    def lacks(self, *names: str) -> bool:
        """Whether one of these fields came empty. All of them get their sentence, so that nobody is told one by one."""
        empty = [name for name in names if name in self.values and not self.text(name).strip()]
        self.errors |= {name: _(_LACKING.get(name, N_("Please fill this in."))) for name in empty}
        return bool(empty)

    def needed_day(self, name: str) -> date:
        day = self.day(name)
        if day is None:
            raise BadInput(N_("Choose a day."), field=name)
        return day


def typed(show: Callable[[Form], Page]) -> Form:
    """The form that was sent. Should something be refused from here on, ``show`` is given it again with the reason."""
    g.form_again = show
    return Form(request.form.to_dict(), was_sent=True)


def fresh_key() -> tuple[str, str]:
    """A hidden field that makes this form unmistakable, so that sending it twice does it once."""
    return "request_key", chance.token_urlsafe(16)


def kept() -> list[tuple[str, str]]:
    """What was typed into the form of this request, for a page that is not that form; without secrets."""
    if request.method in ("GET", "HEAD"):
        return []
    return [(name, value) for name, value in request.form.items(multi=True) if name not in SECRET]
