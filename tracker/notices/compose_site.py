"""The mail to whoever looks after the site."""

from __future__ import annotations

from tracker.notices import links
from tracker.notices.mails.site import Alert, Trouble
from tracker.notices.writing import Writer, Written
from tracker.store import alerts
from tracker.store.notices import Notice


def alert(w: Writer, notices: list[Notice]) -> Written | None:
    found = alerts.by_id(int(notices[0].facts["alert"]))
    if found is None:
        return None
    trouble = Trouble.of(found.kind, found.subject, found.facts)
    mail = Alert(name=w.person.name, trouble=trouble, url=links.url("outbox"))
    return Written(mail=mail, footer=w.footer("site_admin", settings_url=None), reason="alert")
