"""What whoever looks after the site is told about it, and the names by which pages call mails."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, ClassVar

from tracker.domain.alerts import DOOR, GIVEN_UP, INBOUND, AlertKind
from tracker.domain.errors import N_
from tracker.notices.mails.parts import Mail
from tracker.notices.words import Reader, say

#: What a mail, or one notice in it, is about.
KINDS = {
    "alert": N_("something to look after"),
    "answer": N_("answer"),
    "asked": N_("question"),
    "assigned": N_("given to somebody"),
    "ball_back": N_("back with the team"),
    "clarify": N_("question waits"),
    "clarify_due": N_("question waits"),
    "comment": N_("comment"),
    "contested": N_("not answered, they say"),
    "corrected": N_("urgency corrected"),
    "daily": N_("daily mail"),
    "daily_line": N_("line of a daily mail"),
    "digest": N_("weekly overview"),
    "digest_manager": N_("weekly overview"),
    "digest_member": N_("weekly overview"),
    "handed_back": N_("handed back"),
    "invitation": N_("invitation"),
    "manager_comment": N_("comment"),
    "meanwhile": N_("stands in"),
    "merged": N_("merged"),
    "moved": N_("date moved"),
    "address_asked": N_("another address asked for"),
    "new_address": N_("link for a new address"),
    "named": N_("named in a promise"),
    "note": N_("internal note"),
    "question": N_("question"),
    "raised": N_("raised"),
    "receipt": N_("receipt"),
    "reopened": N_("opened again"),
    "reply": N_("reply"),
    "reset": N_("new password"),
    "rung": N_("reminder"),
    "sign_in": N_("sign-in link"),
    "silence": N_("we are late"),
    "test": N_("test mail"),
    "urgency": N_("more urgent now"),
    "withdrawn": N_("withdrawn"),
}
#: Every mail that goes back to who wrote by mail.
_HEARD = N_("answer to a mail")

_HEADLINES = {
    AlertKind.SIGN_IN_REFUSED: N_("The mail server refuses our sign-in"),
    AlertKind.NOT_ENCRYPTED: N_("The mail server offers no safe connection"),
    AlertKind.SERVER_AWAY: N_("The mail server takes no mail"),
    AlertKind.CANNOT_BE_WRITTEN: N_("A mail cannot be written (%(mail)s)"),
    AlertKind.KILLS_ITS_SENDER: N_("A mail stops whatever sends it (%(mail)s)"),
    AlertKind.STORM: N_("Far more mails than usual at once: they are held"),
}
_MAILBOX_AWAY = N_("Mail that comes in cannot be fetched")
_MAILBOX_ADVICE = N_(
    "Nothing is lost: what people write waits in the mailbox, and is read once it can be fetched. Until then nobody "
    "who answers by mail is heard. It is tried again by itself."
)
_DOOR_SHUT = N_("Mail that comes in cannot be handed over")
_DOOR_ADVICE = N_(
    "The mail server keeps what people write and tries again, for some days; then it sends it back to them. Whoever "
    "runs the site has to free the port of TRACKER_INBOUND_LISTEN, or choose another one that the program may open."
)
_GIVEN_UP = N_("Mails were given up: for five days they were not taken")
_GIVEN_UP_AFTER_DAYS = N_(
    'The mail server said "later" for five days, the last time in these words. Once it is mended, send them again '
    "from the outbox; they leave as long as what they tell is true."
)
#: Of a place that is none of ours; it stands with its team and what may be shown of its address.
_WEBHOOK_AWAY = N_("A webhook of %(team)s takes nothing (%(where)s)")
_CHAT_AWAY = N_("A chat of %(team)s takes nothing (%(where)s)")
_OUTLET_ADVICE = N_(
    "Mails to people leave all the same. While it is switched on it is tried again by itself. Whether it wants no "
    "more, and what came back last, stands on its page."
)
_GIVEN_UP_ADVICE = N_(
    "The last %(count)s mails to different people were refused for good, each in words like these, and are given up. "
    "Once it is mended, send them again from the outbox; they leave as long as what they tell is true."
)
_ADVICE = {
    AlertKind.SIGN_IN_REFUSED: N_(
        "Nothing is lost: mails wait, and leave by themselves once name and password in TRACKER_SMTP_URL are right."
    ),
    AlertKind.NOT_ENCRYPTED: N_(
        "Nothing is lost: mails wait, and leave by themselves once its certificate is right. They never leave without "
        "encryption where it was asked for."
    ),
    AlertKind.SERVER_AWAY: N_("Nothing is lost: mails wait, and it is tried again by itself."),
    AlertKind.CANNOT_BE_WRITTEN: N_(
        "The others leave. Once it is mended, send it again from the outbox, or discard it there."
    ),
    AlertKind.KILLS_ITS_SENDER: N_(
        "It was tried ten times and is given up; the others leave. Send it again from the outbox, or discard it there."
    ),
    AlertKind.STORM: N_(
        "%(wanted)s within a minute; usual are %(usual)s. Send them, make one of them for each person, or discard them."
        " Sign-in mails leave all the same."
    ),
}


@dataclass(frozen=True, slots=True)
class Trouble:
    """What an alert is about, as its row has it."""

    kind: AlertKind
    subject: str
    why: str = ""
    wanted: int = 0
    usual: int = 0
    #: so many mails were refused for good, one after the other
    given_up: int = 0
    #: of a webhook or a chat: whose it is, by name and by slug, and where it leads to
    team: str = ""
    slug: str = ""
    where: str = ""

    @property
    def is_mailbox(self) -> bool:
        return self.subject == INBOUND

    @property
    def is_door(self) -> bool:
        return self.subject == DOOR

    @property
    def is_given_up(self) -> bool:
        return self.subject == GIVEN_UP

    @property
    def has_page(self) -> bool:
        """Whether it is looked after elsewhere than in the outbox."""
        return bool(self.team) or self.is_mailbox or self.is_door

    @property
    def is_webhook(self) -> bool:
        return bool(self.team) and self.subject.startswith("webhook:")

    @property
    def is_chat(self) -> bool:
        return bool(self.team) and not self.is_webhook

    @classmethod
    def of(cls, kind: AlertKind, subject: str, facts: Mapping[str, Any]) -> Trouble:
        wanted, usual, given_up = (int(facts.get(name, 0)) for name in ("wanted", "usual", "given_up"))
        why, team, slug, where = (str(facts.get(name, "")) for name in ("why", "team", "slug", "where"))
        return cls(kind, subject, why, wanted, usual, given_up, team, slug, where)


@dataclass(frozen=True, slots=True)
class Alert(Mail):
    """Something needs whoever looks after the site."""

    folder: ClassVar[str] = "alert"
    name: str
    trouble: Trouble
    url: str


def kind_word(reader: Reader, kind: str) -> str:
    """What a mail or a notice is called on pages; one without a name keeps the program's."""
    said = _HEARD if kind.startswith("heard_") else KINDS.get(kind)
    return say(reader.locale).gettext(said) if said else kind


def alert_headline(reader: Reader, trouble: Trouble) -> str:
    """The subject of its mail, its line in the bell and in the banner."""
    words = say(reader.locale)
    if trouble.is_mailbox:
        return words.gettext(_MAILBOX_AWAY)
    if trouble.is_door:
        return words.gettext(_DOOR_SHUT)
    if trouble.is_given_up:
        return words.gettext(_GIVEN_UP)
    if trouble.team:
        said = _WEBHOOK_AWAY if trouble.is_webhook else _CHAT_AWAY
        return words.gettext(said, team=trouble.team, where=trouble.where)
    return words.gettext(_HEADLINES[trouble.kind], mail=kind_word(reader, trouble.subject))


def alert_advice(reader: Reader, trouble: Trouble) -> str:
    """What becomes of mails meanwhile, and what to do."""
    if trouble.is_mailbox:
        return say(reader.locale).gettext(_MAILBOX_ADVICE)
    if trouble.is_door:
        return say(reader.locale).gettext(_DOOR_ADVICE)
    if trouble.team:
        return say(reader.locale).gettext(_OUTLET_ADVICE)
    if trouble.is_given_up:
        return say(reader.locale).gettext(_GIVEN_UP_AFTER_DAYS)
    if trouble.given_up:
        return say(reader.locale).gettext(_GIVEN_UP_ADVICE, count=trouble.given_up)
    return say(reader.locale).gettext(_ADVICE[trouble.kind], wanted=trouble.wanted, usual=trouble.usual)
