"""What is wrong with the site right now, for the line on every page of who looks after it and for the outbox."""

from __future__ import annotations

from tracker.domain.alerts import AlertKind
from tracker.notices import links, storms, words
from tracker.notices.mails.site import Trouble, alert_advice, alert_headline
from tracker.store import alerts
from tracker.store.alerts import Alert
from tracker.web import language
from tracker.web.mailbox import struck
from tracker.web.say import _, ngettext
from tracker.web.shapes import Act, AlertLine


def open_ones() -> list[AlertLine]:
    """Oldest first."""
    return [_line(alert) for alert in alerts.open_now()]


def _line(alert: Alert) -> AlertLine:
    reader = language.reader()
    trouble = Trouble.of(alert.kind, alert.subject, alert.facts)
    is_storm = alert.kind is AlertKind.STORM
    count = storms.count_held(alert.id) if is_storm else 0
    return AlertLine(
        headline=alert_headline(reader, trouble),
        advice=alert_advice(reader, trouble),
        why=struck(trouble.why),
        since=words.moment(reader, alert.opened_at),
        url=links.path("outbox", query={"state": "held"} if is_storm else None),
        acts=_acts(alert.id, count) if count else (),
    )


def _acts(storm_id: int, count: int) -> tuple[Act, ...]:
    url = f"/admin/storms/{storm_id}"
    sure = ngettext("One mail will never leave. Discard it?", "%(num)s mails will never leave. Discard them?", count)
    return (
        Act(url=url, label=_("Send them"), icon="mail", count=count, fields=(("what", "send"),)),
        Act(url=url, label=_("One mail per person"), fields=(("what", "coalesce"),)),
        Act(url=url, label=_("Discard them"), confirm=sure, fields=(("what", "discard"),)),
    )
