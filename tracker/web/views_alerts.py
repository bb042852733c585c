"""What is wrong with the site right now, for the line on every page of who looks after it and for the outbox."""

from __future__ import annotations

from tracker.domain.alerts import AlertKind
from tracker.notices import links, storms, words
from tracker.notices.compose_site import page_of
from tracker.notices.mails.site import Trouble, alert_advice, alert_headline
from tracker.store import alerts, outlets
from tracker.store.alerts import Alert
from tracker.store.teams import Team
from tracker.web import language
from tracker.web.mailbox import struck
from tracker.web.say import _, ngettext
from tracker.web.shapes import Act, AlertLine


def open_ones() -> list[AlertLine]:
    """Oldest first. What is wrong with a team's webhook is for its team leads."""
    return [_line(alert) for alert in alerts.open_now() if not outlets.is_webhook(alert.subject)]


def count_of(team: Team) -> int:
    """How many of a team's webhooks and chats take nothing."""
    return sum(1 for alert in alerts.open_now() if alert.facts.get("team_id") == team.id)


def _line(alert: Alert) -> AlertLine:
    reader = language.reader()
    trouble = Trouble.of(alert.kind, alert.subject, alert.facts)
    page, parts = page_of(trouble)
    is_storm = alert.kind is AlertKind.STORM
    count = storms.count_held(alert.id) if is_storm else 0
    return AlertLine(
        headline=alert_headline(reader, trouble),
        advice=alert_advice(reader, trouble),
        why=struck(trouble.why),
        since=words.moment(reader, alert.opened_at),
        url=links.path("outbox", query={"state": "held"}) if is_storm else links.path(page, **parts),
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
