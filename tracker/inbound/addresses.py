"""Which address of ours a mail was written to, and what for."""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Literal

from config_inbound import SLUG, Inbound
from tracker.notices import address_tokens
from tracker.notices.address_tokens import Claim, Kind
from tracker.store import people, teams
from tracker.store.people import Person
from tracker.store.teams import Team

Place = Literal["token", "team", "sender", "nowhere"]


@dataclass(frozen=True, slots=True, kw_only=True)
class Purpose:
    """What a mail is for. A token that is forged has no claim."""

    place: Place
    claim: Claim | None = None
    team: Team | None = None
    #: addresses of other teams that it was written to as well
    others: tuple[str, ...] = ()

    @property
    def is_bounce(self) -> bool:
        return self.claim is not None and self.claim.kind is Kind.BOUNCE


NOWHERE = Purpose(place="nowhere")


def _fits(one: Purpose, person: Person | None) -> bool:
    """Whether it is the sender's own, of a team of theirs, or one to which anybody may write."""
    if one.claim is not None and one.claim.kind in (Kind.BOUNCE, Kind.UNSUBSCRIBE):
        return True
    if person is None:
        return False
    if one.team is not None:
        return teams.membership_of(one.team.id, person.id) is not None
    return one.claim is not None and one.claim.person is not None and one.claim.person.id == person.id


@dataclass(frozen=True, slots=True)
class Book:
    """The addresses of the settings."""

    inbound: Inbound
    mail_from: str

    def purpose(self, recipients: Iterable[str], *, now: datetime, sender: str = "") -> Purpose:
        """Of the first of these addresses that says one; a token says more than a team, a team more than nothing. But
        one that fits the sender, their own or of a team of theirs, says more than any that does not."""
        found = {address: self._of(address, now) for address in dict.fromkeys(one.lower() for one in recipients)}
        said = [one for one in found.values() if one.place != "nowhere"]
        person = people.by_email(sender) if sender else None
        first = min(said, key=lambda one: self._rank(one, person), default=NOWHERE)
        return replace(first, others=self._others(found, first.team)) if first.team is not None else first

    @staticmethod
    def _rank(one: Purpose, person: Person | None) -> tuple[bool, bool, bool, bool]:
        """What is lowest counts, and the first of those that are alike."""
        return not _fits(one, person), one.place != "token", one.place != "team", one.claim is None

    @staticmethod
    def _others(found: dict[str, Purpose], but: Team) -> tuple[str, ...]:
        """One address of each other team."""
        of = {one.team.id: address for address, one in reversed(found.items()) if one.team is not None}
        return tuple(address for team_id, address in reversed(of.items()) if team_id != but.id)

    def is_ours(self, address: str) -> bool:
        """With a token or without, for any team: whoever writes from there is not a person."""
        address = address.lower()
        bare = (self.mail_from.lower(), self.inbound.reply_address, self.inbound.bounce_address)
        return address in bare or self._token(address) is not None or self._slug(address) is not None

    def takes(self, address: str) -> bool:
        """Whether a mail to it could be meant for us; a server asks before it takes the mail."""
        slug = self._slug(address.lower())
        if slug is not None and self._token(address.lower()) is None:
            return teams.by_slug(slug) is not None
        return self.is_ours(address)

    def _of(self, address: str, now: datetime) -> Purpose:
        token = self._token(address)
        claim = address_tokens.read(token, now=now) if token is not None else None
        slug = self._slug(address)
        team = teams.by_slug(slug) if slug is not None and claim is None else None
        if team is not None:
            return Purpose(place="team", team=team)
        if token is not None:
            return Purpose(place="token", claim=claim)
        return Purpose(place="sender") if address == self.mail_from.lower() else NOWHERE

    def _token(self, address: str) -> str | None:
        for base in (self.inbound.reply_address, self.inbound.bounce_address):
            local, _, domain = (base or "").partition("@")
            found = re.fullmatch(rf"{re.escape(local)}\+([a-z2-7]+)@{re.escape(domain)}", address) if local else None
            if found is not None:
                return found[1]
        return None

    def _slug(self, address: str) -> str | None:
        before, _, after = self.inbound.team_address.partition(SLUG)
        found = re.fullmatch(rf"{re.escape(before)}([a-z0-9][a-z0-9-]*){re.escape(after)}", address)
        return found[1] if found is not None else None
