"""What becomes of a mail that a person wrote: an entry, a suggestion, a question back, or a refusal with its reason."""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any

import sqlalchemy as sa

from tracker import access
from tracker.acts import bounces as bounce_acts
from tracker.acts import people as people_acts
from tracker.acts import suggestions as verbs
from tracker.domain import bounces
from tracker.domain.attachments import clean_name
from tracker.domain.errors import DomainError
from tracker.domain.lifecycle import OPEN, Status
from tracker.domain.outcomes import Outcome, today_in
from tracker.inbound import answering, files, items, outcomes, reports
from tracker.inbound.addresses import Purpose
from tracker.inbound.files import Brought, NotLookedAt
from tracker.inbound.parsing import Heard
from tracker.inbound.reply import visible_reply
from tracker.inbound.reports import Complaint, Report
from tracker.notices import tell_heard
from tracker.notices.address_tokens import LISTS, Claim, Kind
from tracker.store import attachments, inbound_mails, merges, people, promises, suggestions, teams
from tracker.store.attachments import Attachment
from tracker.store.base import db
from tracker.store.entries import Entry, Via
from tracker.store.inbound_mails import InboundMail, InboundState
from tracker.store.notices import Delivery
from tracker.store.people import Person
from tracker.store.suggestions import Suggestion
from tracker.store.teams import Team


@dataclass(slots=True, kw_only=True)
class Letter:
    """One mail on its way to its end: its row, what it says, and what it was written for."""

    mail: InboundMail
    heard: Heard
    purpose: Purpose
    now: datetime
    #: our own mail server has said that it is from whom it says
    is_proven: bool = False
    #: its files, once they have been looked at
    brought: Brought | None = None
    #: the mails that were asked about, where this one says which is meant; the oldest first
    earlier: tuple[InboundMail, ...] = ()

    def files(self) -> Brought:
        """What came along and may be kept. Raises ``NotLookedAt`` where nobody has looked yet."""
        if self.brought is None and self.heard.files:
            raise NotLookedAt(self.heard.files)
        return self.brought or Brought()

    @property
    def has_waiting(self) -> bool:
        """Whether files of what was asked about wait to come along."""
        return any(one.facts.get("attached") for one in self.earlier)

    @property
    def stayed(self) -> dict[str, Any]:
        """Names of its files, for a mail that becomes nothing yet."""
        names = [clean_name(one.name) for one in self.heard.files]
        return {"stayed": names[: files.NAMED]} if names else {}

    def end(self, state: InboundState, reason: str, **facts: Any) -> None:
        """What became of it, and why."""
        self.mail.state, self.mail.reason, self.mail.settled_at = state, reason, self.now
        self.mail.error = ""
        if facts:
            self.mail.facts = {**self.mail.facts, **facts}

    def quarantine(self, reason: str) -> None:
        """Nobody can say whose it is: a site admin sees it, and the sender gets one neutral line."""
        self.mail.text = self.heard.text
        self.end(InboundState.QUARANTINED, reason)
        if self.purpose.place not in ("token", "team"):
            # Written to no address that we gave out, by nobody whom we know: an answer would tell spammers that one
            # lives here, and reach whoever they pretend to be.
            self.end(InboundState.QUARANTINED, reason, unanswered="stranger")
            return
        claimed = self.purpose.claim.person if self.purpose.claim is not None else None
        locale = claimed.locale if claimed is not None else self.purpose.team.locale if self.purpose.team else ""
        answering.answer(self.mail, "heard_unknown", now=self.now, locale=locale)

    def hold_unproven(self) -> None:
        """Whoever is named as the sender most likely is not: no mail goes there. The person finds a line in the bell;
        where no token says more than the name does, one a day."""
        self.mail.text = self.heard.text
        self.end(InboundState.QUARANTINED, "not_proven")
        person = self.person_of_sender() if self.is_by_token or self.purpose.place == "team" else None
        if person is not None:
            self.mail.person_id = person.id
            once = "" if self.is_by_token else f"unproven:{self.now:%Y-%m-%d}"
            what, why = tell_heard.UNPROVEN, tell_heard.NOT_PROVEN
            tell_heard.told_here(self.mail, what, person, why=why, now=self.now, once=once)

    def refuse(self, reason: str, **facts: Any) -> None:
        """A person's, and it cannot be taken. Who has no account here is told nothing but that."""
        person = self.person_of_sender()
        if person is None:
            self.quarantine(reason)
            return
        self.mail.person_id = person.id
        self.mail.text = self.mail.text or self.heard.text
        self.end(InboundState.REFUSED, reason, **self.stayed, **facts)
        self.answer("heard_refused", person, self.purpose.team)

    def ask(self, template: str, reason: str, person: Person, **facts: Any) -> None:
        """It cannot be placed yet; the person is asked, and what they wrote is kept for them."""
        self.end(InboundState.ASKED, reason, **{**self.stayed, **facts})
        self.answer(template, person, self.purpose.team)

    def answer(self, template: str, person: Person, team: Team | None) -> None:
        """A mail goes back, or the bell says the same."""
        is_certain = self.is_proven or self.is_by_token
        answering.answer(self.mail, template, now=self.now, person=person, team=team, is_certain=is_certain)

    @property
    def is_by_token(self) -> bool:
        """Written to an address that was given to its sender alone."""
        claim = self.purpose.claim
        if claim is None or claim.person is None or claim.why not in ("", "expired"):
            return False
        return claim.person.email == self.heard.from_address

    def person_of_sender(self) -> Person | None:
        """Whose verified address it came from."""
        person = people.by_email(self.heard.from_address) if self.heard.from_address else None
        return person if person is not None and person.active and person.confirmed_at is not None else None

    def rule(self, error: DomainError) -> dict[str, Any]:
        """A rule's words as facts; they are put into the reader's language when the mail is written."""
        return {"rule": {"message": error.message, "facts": {name: str(value) for name, value in error.facts.items()}}}


# Replies --------------------------------------------------------------------------------------------------------------


def reply(letter: Letter, claim: Claim, person: Person) -> None:
    """From the person whom the mail was written to: an entry of what it was about."""
    mail = letter.mail
    mail.person_id = person.id
    mail.text = visible_reply(letter.heard.text)
    if claim.kind is Kind.WHICH:
        found = _which(letter, claim, person)
        if found is None:
            return
    else:
        found = merges.goes_on(suggestions.by_id(claim.subject))
        if found is None or not access.can_see(person, found):
            letter.refuse("out_of_reach")
            return
    mail.suggestion_id = found.id
    if not mail.text and not letter.files().prepared and not letter.has_waiting:
        letter.ask("heard_empty", "empty", person)
    elif inbound_mails.same_words(mail, found.id) is not None:
        letter.end(InboundState.DONE, "duplicate")
    elif not _is_a_draft(letter, found, person):
        _comment(letter, found, person)


def _which(letter: Letter, claim: Claim, person: Person) -> Suggestion | None:
    """The one that is meant, of a mail about several; none after the person was asked."""
    delivery = db.session.get(Delivery, claim.subject)
    candidates = items.about(delivery, person) if delivery is not None else []
    letter.earlier = items.asked_about(delivery, person) if delivery is not None else ()
    found, text = items.named(letter.mail.text, candidates)
    if found is None and len(candidates) == 1:
        found = candidates[0]
    if found is None:
        letter.mail.delivery_id = delivery.id if delivery is not None else None
        _ask_which(letter, candidates, person)
        return None
    # Where the answer is a number alone, it is for the words that were asked about first.
    letter.mail.text = text or _words_before(letter)
    return merges.goes_on(found)


def _words_before(letter: Letter) -> str:
    """What was asked about first."""
    return next((one.text for one in letter.earlier if one.text), "")


def _ask_which(letter: Letter, candidates: list[Suggestion], person: Person) -> None:
    """Those that have the number they begin with stand first; more than can be looked over are not named."""
    fitting = items.begun_with(letter.mail.text, candidates)
    asked = [*fitting, *(one for one in candidates if one not in fitting)][: items.MOST]
    if items.is_number_alone(letter.mail.text):
        letter.mail.text = _words_before(letter) or letter.mail.text
    said = bool(letter.mail.text or letter.files().prepared)
    template, reason = ("heard_which", "which") if said else ("heard_empty", "empty")
    came = _for_the_form(letter, asked, person) if said else {}
    letter.ask(template, reason, person, which=[one.id for one in asked], **came)


def _is_a_draft(letter: Letter, s: Suggestion, person: Person) -> bool:
    """Words of one who may answer, that read like an answer: kept as a draft, until that person sends the form."""
    if s.status not in OPEN:
        return False
    today = today_in(teams.working_time(s.team.calendar), now=letter.now)
    found = outcomes.read(letter.mail.text, today=today)
    if found is None or not _may_answer(s, person, is_done=found.outcome is Outcome.DONE):
        return False
    on = found.on.isoformat() if found.on is not None else None
    lacks = {"problem": found.problem.value, "said": found.said} if found.problem is not None else {}
    draft = {"outcome": found.outcome.value, "text": found.text, "on": on, **lacks}
    letter.ask("heard_draft", "draft", person, draft=draft, **_for_the_form(letter, [s], person))
    return True


def _may_answer(s: Suggestion, person: Person, *, is_done: bool) -> bool:
    return s.status in OPEN and access.can_answer(person, s, promises.open_of(s.id), is_done=is_done)


def _for_the_form(letter: Letter, candidates: list[Suggestion], person: Person) -> dict[str, Any]:
    """Its files wait for the form as long as its words do: they are its writer's alone until then. A file belongs to a
    team, so of a mail about several teams they are named alone."""
    has_files = letter.heard.files or letter.has_waiting
    if not has_files or len({s.team_id for s in candidates}) != 1:
        return {}
    of = candidates[0] if len(candidates) == 1 else None
    kept, left_out = _kept(letter, candidates[0].team, person, of)
    return {"attached": [one.id for one in kept], "left_out": left_out, "stayed": []}


def _kept(
    letter: Letter, team: Team, person: Person, of: Suggestion | None
) -> tuple[list[Attachment], list[dict[str, Any]]]:
    """Its files, and those that have waited since the mails were asked about that it answers."""
    kept, left_out = files.keep(letter.files(), team, by=person, now=letter.now, of=of)
    waited = [int(one) for mail in letter.earlier for one in mail.facts.get("attached", ())]
    return files.fitting([*attachments.loose(team.id, person.id, waited), *kept], left_out)


def _comment(letter: Letter, s: Suggestion, person: Person) -> None:
    was_asked = s.status is Status.ASKED and access.is_author(person, s)
    letter.files()  # looked at before anything is locked
    try:
        with db.session.begin_nested():
            kept, left_out = _kept(letter, s.team, person, s)
            entry = verbs.comment(
                s, by=person, now=letter.now, via=Via.MAIL, text=letter.mail.text, files=kept, left_out=left_out
            )
    except DomainError as error:
        letter.refuse("rule", **letter.rule(error))
        return
    _taken(letter, s, entry, person, left_out=left_out, ball_back=was_asked)


def _taken(
    letter: Letter, s: Suggestion, entry: Entry, person: Person, *, left_out: list[dict[str, Any]], ball_back: bool
) -> None:
    """It stands there now. Plain words of one who may answer are no answer, and are told so; everybody else gets a
    receipt."""
    letter.mail.entry_id = entry.id
    for one in letter.earlier:
        if one.state is InboundState.ASKED:
            one.suggestion_id, one.entry_id = s.id, entry.id
            replace(letter, mail=one).end(InboundState.DONE, "named")
    facts: dict[str, Any] = {"left_out": left_out} if left_out else {}
    letter.end(InboundState.DONE, "comment", **facts, **({"ball_back": True} if ball_back else {}))
    if _may_answer(s, person, is_done=True) and not access.is_author(person, s):
        letter.answer("heard_comment", person, s.team)
    elif person.receipts_by_mail or facts:
        letter.answer("heard_taken", person, s.team)


def too_late(letter: Letter, claim: Claim) -> None:
    """The mail that was answered is too old, or its keys have ended; the page takes the words all the same."""
    letter.mail.text = visible_reply(letter.heard.text)
    s = suggestions.by_id(claim.subject) if claim.kind is Kind.REPLY else None
    if s is not None and claim.person is not None and access.can_see(claim.person, s):
        letter.mail.suggestion_id = s.id
    letter.refuse("ended" if claim.why == "ended" else "too_old")


def unsubscribe(letter: Letter, claim: Claim) -> None:
    """The address says whose mails and which kind, as the link does; who sends it does not matter."""
    if claim.person is None or claim.why or not 0 <= claim.subject < len(LISTS):
        letter.refuse("too_old")
        return
    people_acts.unsubscribe(claim.person, LISTS[claim.subject], now=letter.now)
    letter.mail.person_id = claim.person.id
    letter.end(InboundState.DONE, "unsubscribed", list=LISTS[claim.subject])


# What comes back ------------------------------------------------------------------------------------------------------


def came_back(letter: Letter, *, otherwise: str) -> None:
    """A report about a mail of ours counts for the one that its address, or the headers in it, name. Never answered."""
    mail, report = letter.mail, reports.read(letter.mail.raw)
    delivery = _reported(letter, report) if report is not None else None
    if report is None or delivery is None:
        letter.end(InboundState.IGNORED, otherwise)
        return
    is_known = inbound_mails.is_counted(delivery.id)
    mail.delivery_id, mail.person_id = delivery.id, delivery.person_id
    counted = bounces.weight(report.action, report.status)
    if not counted:
        letter.end(InboundState.DONE, "delayed" if report.action == "delayed" else "delivered", status=report.status)
    elif is_known:
        letter.end(InboundState.DONE, "duplicate")
    else:
        bounce_acts.came_back(delivery, counted=counted, now=letter.now)
        letter.end(InboundState.DONE, "bounce", status=report.status)


def complained(letter: Letter, complaint: Complaint, claim: Claim | None) -> None:
    """Its reader wants no more mails of this kind: the same as the link in it. Never answered."""
    delivery = _of(claim, complaint.about) or _of(letter.purpose.claim, "")
    if delivery is None:
        letter.end(InboundState.IGNORED, "report")
        return
    letter.mail.delivery_id, letter.mail.person_id = delivery.id, delivery.person_id
    letter.end(InboundState.DONE, "complaint", lists=bounce_acts.complained(delivery))


def _reported(letter: Letter, report: Report) -> Delivery | None:
    return _of(letter.purpose.claim, report.about)


def _of(claim: Claim | None, about: str) -> Delivery | None:
    """The message that an address of its own, or else its id, names."""
    if claim is not None and claim.kind is Kind.BOUNCE and not claim.why:
        return db.session.get(Delivery, claim.subject)
    if not about:
        return None
    # Nobody but a mail's readers knows its id: it is random.
    return db.session.scalar(sa.select(Delivery).where(Delivery.message_id == about).limit(1))
