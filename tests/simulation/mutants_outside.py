"""Broken variants of what speaks with others (webhooks, the mailbox, the storm brake, the outbox page), and of what is
done to several suggestions and inside one.

As in ``mutants.py``, each swaps one function for what somebody might have written instead.
"""

from __future__ import annotations

import re
from collections.abc import Callable
from contextlib import ExitStack, contextmanager
from dataclasses import replace
from datetime import datetime, timedelta
from typing import Any
from unittest import mock

import sqlalchemy as sa
from imap_tools import MailMessageFlags

from config_inbound import ImapServer
from tracker import chance
from tracker.acts import merging, storms
from tracker.acts.scene import Scene
from tracker.domain.promises import PromiseKind
from tracker.inbound import imap, keeping
from tracker.inbound.keeping import Arrived
from tracker.notices import deliveries, outbox, posts
from tracker.notices.channels import webhook
from tracker.notices.channels.doors import Reply
from tracker.notices.channels.results import NeverAccepted, Phase, Result
from tracker.notices.posts import Post
from tracker.store import inbound_mails, merges, promises
from tracker.store.base import db
from tracker.store.inbound_mails import InboundMail
from tracker.store.notices import Delivery, DeliveryState, Notice
from tracker.store.outlets import Outlet
from tracker.store.promises import PromiseRow


@contextmanager
def instead(*swaps: tuple[Any, str, Any]) -> Any:
    with ExitStack() as stack:
        for where, name, what in swaps:
            stack.enter_context(mock.patch.object(where, name, what))
        yield


def acknowledges_before_keeping() -> Any:
    """The mail is marked as seen as soon as it is here, and stored then."""

    def fetch(server: ImapServer, now: datetime, timeout: timedelta, tls: imap.Tls) -> int:
        count = 0
        with imap._signed_in(server, timeout, tls) as mailbox:
            for uid in imap._new_ones(mailbox, 0):
                arrived = imap._arrived(mailbox, 1, uid)
                mailbox.flag(str(uid), MailMessageFlags.SEEN, True)
                if arrived is not None:
                    keeping.keep(arrived, now=now)
                    db.session.commit()
                    count += 1
        return count

    return instead((imap, "_fetch", fetch))


def believes_message_ids() -> Any:
    """Two mails of one Message-ID are taken for one; whoever wrote them chose it."""
    real = keeping.keep

    def keep(arrived: Arrived, *, now: datetime) -> int:
        said = re.findall(rb"(?im)^message-id: .*$", arrived.raw)[0]
        has_it = sa.func.instr(InboundMail.raw, said) > 0
        known: int | None = db.session.scalar(sa.select(InboundMail.id).where(has_it).limit(1))
        return known if known is not None else real(arrived, now=now)

    return instead((keeping, "keep", keep))


def every_mail_is_new() -> Any:
    """What was fetched is stored, without a look at whether it was before."""
    real = keeping.keep

    def keep(arrived: Arrived, *, now: datetime) -> int:
        return real(replace(arrived, recipients=(chance.token_hex(8),)), now=now)

    return instead((keeping, "keep", keep), (imap, "_is_kept", lambda _validity, _uid: False))


def counts_every_report() -> Any:
    """A message that comes back twice, in other words, is two."""
    return instead((inbound_mails, "is_counted", lambda _delivery_id: False))


def another_id_for_each_attempt() -> Any:
    """A webhook's receiver cannot see that it has this one already."""
    real = posts.webhook

    def post(delivery: Delivery, outlet: Outlet, *, now: datetime) -> Post:
        made = real(delivery, outlet, now=now)
        return replace(made, headers={**made.headers, "webhook-id": f"msg_{chance.token_hex(16)}"})

    return instead((posts, "webhook", post))


def _results(change: Callable[[Reply], Result | Reply]) -> Any:
    real = webhook.result_of

    def result_of(reply: Reply) -> Result:
        made = change(reply)
        return real(made) if isinstance(made, Reply) else made

    return instead((webhook, "result_of", result_of))


def gone_is_a_failure_like_any_other() -> Any:
    """410 ends this message, and the next one is sent there as before."""
    return _results(lambda reply: NeverAccepted("410", phase=Phase.REPLY, code=410) if reply.status == 410 else reply)


def never_waits_as_asked() -> Any:
    """Whatever the receiver says in Retry-After."""
    return _results(lambda reply: replace(reply, retry_after=None))


def any_answer_is_an_answer() -> Any:
    """Whatever came back: it has arrived."""
    return _results(lambda reply: replace(reply, status=200))


def coalesces_without_carrying() -> Any:
    """The others end in the first mail, which says what it said before."""

    def into_one(same: list[Delivery], _notices: list[Notice]) -> int:
        for one in same[1:]:
            storms._end(one, storms.COALESCED)
        return len(same) - 1

    return instead((storms, "_into_one", into_one))


def claims_what_is_held() -> Any:
    """Whoever sends does not ask whether a storm is held."""
    real = outbox.claim

    def claim(destination: str, *, now: datetime, **how: Any) -> list[outbox.Claim]:
        let_go = sa.update(Delivery).where(Delivery.state == DeliveryState.PENDING).values(is_held=False)
        db.session.execute(deliveries.plain(let_go))
        return real(destination, now=now, **how)

    return instead((outbox, "claim", claim))


def discards_the_mail_alone() -> Any:
    """What somebody discarded at the outbox page is gone, and what it told is owed for ever."""
    return instead((deliveries, "skip", lambda _gone: ()))


def follows_up_answers_alone() -> Any:
    """The sweep asks for what is owed to authors; nobody thought of tasks."""
    real = promises.due_for_follow_up

    def due_for_follow_up(now: datetime, *, limit: int) -> Any:
        tasks = set(db.session.scalars(sa.select(PromiseRow.id).where(PromiseRow.kind == PromiseKind.TASK)))
        return [row for row in real(now, limit=limit) if row[0] not in tasks]

    return instead((promises, "due_for_follow_up", due_for_follow_up))


def merges_the_text_alone() -> Any:
    """Two suggestions become one, and who raised the other one is not taken along."""
    return instead((merges, "add_authors", lambda *_: None))


def takes_apart_without_a_date() -> Any:
    """The undo of a merge opens the suggestion again, and no answer is owed for it."""
    real = merging._on_its_own

    def on_its_own(source: Any, targets: Any) -> Any:
        with instead((Scene, "write", lambda *_: None)):
            return real(source, targets)

    return instead((merging, "_on_its_own", on_its_own))
