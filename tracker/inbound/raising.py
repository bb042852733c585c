"""A member writes to their team's address: a suggestion, in each of the teams that the mail was written to."""

from __future__ import annotations

import re

from tracker.acts import suggestions as verbs
from tracker.domain.errors import DomainError
from tracker.inbound import files
from tracker.inbound.keeping import Arrived, keep
from tracker.inbound.parsing import Heard
from tracker.inbound.settling import Letter
from tracker.store import inbound_mails, teams
from tracker.store.base import db
from tracker.store.entries import Via
from tracker.store.inbound_mails import InboundState
from tracker.store.people import Person
from tracker.store.teams import Team

#: What mail programs put before a subject.
_PREFIXES = re.compile(r"^\s*(?:(?:re|aw|antw|antwort|fwd?|wg|weitergeleitet)\s*(?:\[\d+\])?\s*:\s*)+", re.IGNORECASE)
LONGEST_TITLE = 200


def raise_by_mail(letter: Letter) -> None:
    """From a member's verified address to their team's: a suggestion, and its receipt is the answer."""
    team, person = letter.purpose.team, letter.person_of_sender()
    if team is None or person is None or teams.membership_of(team.id, person.id) is None:
        letter.quarantine("unknown_sender")
        return
    mail = letter.mail
    mail.person_id = person.id
    # What is quoted belongs to it: people forward what somebody else told them.
    title, mail.text = _title_and_body(letter.heard)
    if not title:
        letter.ask("heard_empty", "empty", person)
        return
    _to_others(letter)
    if inbound_mails.same_raised(mail, team.id) is not None:
        letter.end(InboundState.DONE, "duplicate")
        return
    _raise(letter, team, person, title)


def _to_others(letter: Letter) -> None:
    """Each other team's address that it was written to gets a row of its own, as where a mail server hands it over once
    for each: it is raised there too, or held and told as if it had been written to that one alone."""
    mail = letter.mail
    for address in letter.purpose.others:
        arrived = Arrived(
            raw=mail.raw, how=mail.how, envelope_from=mail.envelope_from, recipients=(address,), size=mail.size
        )
        keep(arrived, now=letter.now)


def _raise(letter: Letter, team: Team, person: Person, title: str) -> None:
    mail, brought = letter.mail, letter.files()
    try:
        with db.session.begin_nested():
            kept, left_out = files.keep(brought, team, by=person, now=letter.now)
            s = verbs.raise_(
                team,
                by=person,
                now=letter.now,
                via=Via.MAIL,
                title=title,
                body=mail.text,
                files=kept,
                left_out=left_out,
            )
    except DomainError as error:
        letter.refuse("rule", **letter.rule(error))
        return
    mail.suggestion_id = s.id
    letter.end(InboundState.DONE, "raised", **({"left_out": left_out} if left_out else {}))
    if left_out or not person.receipts_by_mail:
        # The receipt cannot say what was left out, or does not come.
        letter.answer("heard_taken", person, team)


def _title_and_body(heard: Heard) -> tuple[str, str]:
    """The subject without what programs put before it; where there is none, the first line of the words."""
    title, body = _PREFIXES.sub("", heard.subject).strip(), heard.text.strip()
    if not title:
        title, _, body = body.partition("\n")
    if len(title) > LONGEST_TITLE:
        # Nothing is cut off: the whole line stands above the words.
        title, body = title[: LONGEST_TITLE - 1].rstrip() + "…", f"{title}\n\n{body}".strip()
    return title.strip(), body.strip()
