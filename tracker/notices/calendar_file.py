"""The date of an answer as a calendar file (RFC 5545): the receipt's attachment, and the download of its page."""

from __future__ import annotations

from datetime import datetime, timedelta

from tracker.notices.ics import CalendarDate, calendar_text
from tracker.notices.letter import Attachment
from tracker.notices.words import Locale, Reader
from tracker.store.suggestions import Suggestion

#: How long before its end the event begins: calendars show one without length badly.
SHOWN_FOR = timedelta(minutes=15)
SUMMARIES: dict[Locale, str] = {"de": "Antwort zugesagt:", "en": "Answer promised:"}


def name(number: int, locale: Locale) -> str:
    """'antwort-41.ics' / 'answer-41.ics'."""
    return f"{'antwort' if locale == 'de' else 'answer'}-{number}.ics"


def answer_by(s: Suggestion, due_at: datetime, *, name: str, url: str, reader: Reader, made_at: datetime) -> Attachment:
    """One event that ends when the answer is due. The same suggestion is the same event, whatever its date."""
    title = f"#{s.number}" if s.about_person_id is not None else f"#{s.number} {s.title}"
    date = CalendarDate(
        uid=f"answer-{s.id}@{url.partition('//')[2].partition('/')[0].partition(':')[0]}",
        starts_at=due_at - SHOWN_FOR,
        ends_at=due_at,
        made_at=made_at,
        summary=f"{SUMMARIES[reader.locale]} {title}",
        url=url,
    )
    return Attachment(name, "text/calendar", calendar_text(date))
