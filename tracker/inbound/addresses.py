"""Which address of ours a mail was written to, and what for."""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from typing import Literal

from config_inbound import SLUG, Inbound
from tracker.notices import address_tokens
from tracker.notices.address_tokens import Claim, Kind
from tracker.store import teams
from tracker.store.teams import Team

Place = Literal["token", "team", "sender", "nowhere"]


@dataclass(frozen=True, slots=True, kw_only=True)
class Purpose:
    """What a mail is for. A token that is forged has no claim."""

    place: Place
    claim: Claim | None = None
    team: Team | None = None

    @property
    def is_bounce(self) -> bool:
        return self.claim is not None and self.claim.kind is Kind.BOUNCE


NOWHERE = Purpose(place="nowhere")


@dataclass(frozen=True, slots=True)
class Book:
    """The addresses of the settings."""

    inbound: Inbound
    mail_from: str

    def purpose(self, recipients: Iterable[str], *, now: datetime) -> Purpose:
        """Of the first of these addresses that says one; a token says more than a team, a team more than nothing."""
        found = [self._of(address.lower(), now) for address in recipients]
        for place in ("token", "team", "sender"):
            of_this = [one for one in found if one.place == place]
            if of_this:
                return next((one for one in of_this if one.claim is not None), of_this[0])
        return NOWHERE

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
