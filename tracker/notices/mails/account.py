"""The mails with a lane of their own: in, in again, invited, and whether mail works at all."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import ClassVar

from tracker.notices.mails.parts import Mail


@dataclass(frozen=True, slots=True)
class SignIn(Mail):
    """A link that signs in once, until ``valid_until``."""

    folder: ClassVar[str] = "sign_in"
    name: str
    valid_until: datetime
    url: str


@dataclass(frozen=True, slots=True)
class Reset(Mail):
    """A link to choose a new password, until ``valid_until``."""

    folder: ClassVar[str] = "reset"
    name: str
    valid_until: datetime
    url: str


@dataclass(frozen=True, slots=True)
class NewAddress(Mail):
    """To the new address: a link that makes it theirs, until ``valid_until``."""

    folder: ClassVar[str] = "new_address"
    name: str
    valid_until: datetime
    url: str


@dataclass(frozen=True, slots=True)
class AddressAsked(Mail):
    """To the old address: somebody asked for another one. ``url`` leads to a new password."""

    folder: ClassVar[str] = "address_asked"
    name: str
    url: str


@dataclass(frozen=True, slots=True)
class Invitation(Mail):
    """Come into the team. ``by`` invites; the link works until ``valid_until``."""

    folder: ClassVar[str] = "invitation"
    by: str
    valid_until: datetime
    url: str
    name: str | None = None


@dataclass(frozen=True, slots=True)
class Test(Mail):
    """Whether mail arrives."""

    __test__: ClassVar[bool] = False
    folder: ClassVar[str] = "test"
    name: str
    url: str | None = None
