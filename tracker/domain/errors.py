"""What can be refused, said so that a person can read it.

A domain error carries an English message id with named places, and its facts. The edge translates the id with the
reader's language and fills the places when it shows the error: a page, problem+json or a mail.
"""

from __future__ import annotations

from typing import Any


def N_(message: str) -> str:  # noqa: N802 - the name every gettext tool knows
    """Mark a message id for the catalogues, and change nothing."""
    return message


class DomainError(Exception):
    """Something a person asked for that the rules refuse.

    ``message`` is an English message id with ``%(name)s`` places, ``facts`` are their values (text, numbers, dates,
    aware datetimes: the edge puts them into the reader's form). ``field`` names the form field it is about.
    """

    def __init__(self, message: str, *, field: str | None = None, **facts: Any) -> None:
        super().__init__(message)
        self.message = message
        self.field = field
        self.facts = facts

    def __str__(self) -> str:
        return self.message % self.facts if self.facts else self.message


class NotPossible(DomainError):
    """The act does not fit the suggestion's present state (table of moves)."""


class BadInput(DomainError):
    """What was typed lacks a part or lies outside what is allowed."""


class LinkEnded(DomainError):
    """A link that was used, revoked or is too old: there is nothing to do again in its form (410)."""


class Stale(DomainError):
    """Somebody else changed the promise meanwhile; show what they wrote, keep what was typed."""


class OutOfReach(DomainError):
    """It is not there, or not for this person: the two look the same (404)."""


class NotAllowed(DomainError):
    """This person sees it but may not do this (403 on pages of one's own team)."""
