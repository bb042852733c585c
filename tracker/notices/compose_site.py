"""The mail to whoever looks after the site."""

from __future__ import annotations

from typing import Any

from tracker.notices import links
from tracker.notices.mails.parts import Reason
from tracker.notices.mails.site import Alert, Trouble
from tracker.notices.writing import Writer, Written
from tracker.store import alerts
from tracker.store.notices import Notice


def alert(w: Writer, notices: list[Notice]) -> Written | None:
    found = alerts.by_id(int(notices[0].facts["alert"]))
    if found is None:
        return None
    trouble = Trouble.of(found.kind, found.subject, found.facts)
    page, parts = page_of(trouble)
    mail = Alert(name=w.person.name, trouble=trouble, url=links.url(page, **parts))
    reason: Reason = "owner" if trouble.is_webhook else "site_admin"
    return Written(mail=mail, footer=w.footer(reason, settings_url=None), reason="alert")


def page_of(trouble: Trouble) -> tuple[str, dict[str, Any]]:
    """Where it can be mended: the page's name and its parts, as ``links`` takes them."""
    if trouble.is_webhook:
        return "outlets", {"slug": trouble.slug}
    if trouble.is_mailbox or trouble.is_door:
        return "inbound", {}
    return ("chats" if trouble.is_chat else "outbox"), {}
