"""To who wrote to us by mail, and gets none back: the bell says what became of it, in the words of that mail."""

from __future__ import annotations

from datetime import datetime

from tracker.domain.errors import N_
from tracker.notices.telling import insert_new
from tracker.store.inbound_mails import InboundMail
from tracker.store.notices import Channel, Lane, NoticeState
from tracker.store.people import Person
from tracker.store.suggestions import Suggestion
from tracker.store.teams import Team

#: Why no mail went back, as the row has it.
TOO_MANY = N_("enough mails have gone back within the hour")
NOT_PROVEN = N_("the mail server did not prove who wrote")

#: What became of a mail that nobody has proven to be from whom it says; no mail is called so.
UNPROVEN = "unproven"


def told_here(
    mail: InboundMail,
    what: str,
    person: Person,
    *,
    why: str,
    now: datetime,
    suggestion: Suggestion | None = None,
    team: Team | None = None,
    once: str = "",
) -> None:
    """A line of the bell about one mail; ``what`` is the name of the mail that would have gone back.

    ``once`` takes the mail's place in the key where several mean one line.
    """
    row = {
        "key": f"heard:{once or mail.id}:person:{person.id}:{Channel.IN_APP.value}",
        "kind": "heard",
        "person_id": person.id,
        "channel": Channel.IN_APP,
        "lane": Lane.SECURITY,
        "team_id": team.id if team is not None else None,
        "suggestion_id": suggestion.id if suggestion is not None else None,
        "state": NoticeState.TOLD,
        "reason": why,
        "owed_at": now,
        "not_before": now,
        "told_at": now,
        "is_for_daily": False,
        "facts": {"inbound": mail.id, "what": what},
    }
    insert_new([row])
