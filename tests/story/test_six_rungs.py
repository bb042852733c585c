"""Nobody answers: `tracker work --as-of` walks one suggestion of every urgency up the first six rungs.

All four are raised on Tuesday, 24 November, 23:10, so their time begins on Wednesday at nine: eight hours a day,
Monday to Friday. The team answers within two days: 4, 8, 16 and 40 hours.
"""

from __future__ import annotations

from datetime import datetime

import sqlalchemy as sa
from click.testing import CliRunner
from flask import Flask

from tests.acts.cast import RAISED_AT, at
from tests.conftest import SECRET_KEY
from tests.story.people import Cast, assemble
from tests.story.stage import MINUTE, berlin, from_mailbox
from tracker.acts import suggestions as verbs
from tracker.cli import main
from tracker.domain.lifecycle import Urgency
from tracker.store import suggestions
from tracker.store.base import db
from tracker.store.entries import Entry, EntryKind, Via
from tracker.store.people import Person
from tracker.worker.passes import one_pass
from tracker.worker.sweep import sweep

#: Urgency -> the instants of rungs 1 to 6. Rung 1 after three quarters, rung 2 at the date, then 4, 16, 40, 64 h.
WHEN = {
    # 4 h: Wed 13:00. 3 h: Wed 12. +4: Wed 17. +16: Wed 4, Thu 8, Fri 4. +40: five days on. +64: eight days on.
    "urgent": ("Wed 25 Nov 12:00", "Wed 25 Nov 13:00", "Wed 25 Nov 17:00", "Fri 27 Nov 13:00", "Wed 2 Dec 13:00",
               "Mon 7 Dec 13:00"),
    # 8 h: Wed 17:00. 6 h: Wed 15. +4: Thu 13. +16: Thu 8, Fri 8. +40: Thu, Fri, Mon, Tue, Wed. +64: Thu, Fri, Mon.
    "high": ("Wed 25 Nov 15:00", "Wed 25 Nov 17:00", "Thu 26 Nov 13:00", "Fri 27 Nov 17:00", "Wed 2 Dec 17:00",
             "Mon 7 Dec 17:00"),
    # 16 h: Thu 17:00. 12 h: Wed 8, Thu 4. +4: Fri 13. +16: Fri, Mon. +40: Fri, Mon to Thu. +64: Fri, Mon, Tue.
    "normal": ("Thu 26 Nov 13:00", "Thu 26 Nov 17:00", "Fri 27 Nov 13:00", "Mon 30 Nov 17:00", "Thu 3 Dec 17:00",
               "Tue 8 Dec 17:00"),
    # 40 h: Wed, Thu, Fri, Mon, Tue 17:00. 30 h: Wed, Thu, Fri, Mon 6. +4: Wed 13. +16: Wed, Thu. +40: Wed to Fri,
    # Mon, Tue. +64: Wed, Thu, Fri.
    "low": ("Mon 30 Nov 15:00", "Tue 1 Dec 17:00", "Wed 2 Dec 13:00", "Thu 3 Dec 17:00", "Tue 8 Dec 17:00",
            "Fri 11 Dec 17:00"),
}  # fmt: skip

#: Who is owed each rung, in this order: on duty, the deputy, the owner. With 3 and 5 Nari is told honestly.
WHO = (
    ("Pit",),
    ("Pit",),
    ("Pit", "Juri", "Nari"),
    ("Pit", "Juri", "Anke"),
    ("Pit", "Juri", "Anke", "Nari"),
    ("Pit", "Juri", "Anke"),
)
MONTHS = {"Nov": 11, "Dec": 12}


def moment(text: str) -> datetime:
    """The instant of "Wed 25 Nov 12:00"; refuses a weekday that is not that day's."""
    weekday, day, month, clock = text.split()
    return at(f"{weekday} 2026-{MONTHS[month]}-{int(day):02} {clock}")


def test_every_urgency_climbs_six_rungs_to_these_people_at_these_times(app: Flask, database_kind: str) -> None:
    with app.app_context():
        raise_four(assemble())

    for text in sorted({one for row in WHEN.values() for one in row}, key=moment):
        # the command is this very pass; wiring a whole site for each of them would only take longer
        typed = text in WHEN["normal"] and database_kind == "sqlite"
        (work if typed else one_pass)(app, as_of=moment(text))
    with app.app_context():
        for urgency, instants in WHEN.items():
            assert climbed(urgency)[:6] == [(n, when, WHO[n - 1]) for n, when in enumerate(instants, start=1)], urgency
            assert len(climbed(urgency)) == (6 if urgency == "low" else 7)  # and so on, without end
    told = {one.decode("ascii", "replace").partition("To: ")[2].partition("@")[0] for one in from_mailbox(app)()}
    assert told == {"nari", "pit", "juri", "anke"}


def work(app: Flask, *, as_of: datetime) -> None:
    """The command itself, as it is typed."""
    settings = app.config["TRACKER"]
    env = {
        "TRACKER_DATABASE_URL": settings.database_url.replace("+psycopg", ""),
        "TRACKER_DATA_DIR": str(settings.data_dir),
        "TRACKER_SECRET_KEY": SECRET_KEY,
        "TRACKER_LOG_LEVEL": "error",
    }
    said = CliRunner().invoke(main, ["work", "--as-of", as_of.isoformat()], env=env)
    assert said.exit_code == 0, said.output


def test_a_minute_before_its_instant_no_rung_is_climbed(app: Flask) -> None:
    instants = sorted({one for row in WHEN.values() for one in row}, key=moment)
    with app.app_context():
        raise_four(assemble())
        for text in instants[:-1]:  # before the last one come the seventh rungs of the others
            now = moment(text)
            due = sum(text in row for row in WHEN.values())
            assert sweep(now=now - MINUTE)["climbed"] == 0, text
            assert sweep(now=now)["climbed"] == due, text
            assert sweep(now=now)["climbed"] == 0, text


def raise_four(cast: Cast) -> None:
    for urgency in WHEN:
        verbs.raise_(
            cast.team, by=cast["Nari"], now=RAISED_AT, via=Via.WEB, title=f"Wie eilig? {urgency}",
            urgency=Urgency(urgency),
        )  # fmt: skip
    db.session.commit()
    db.session.remove()


def of(urgency: str) -> suggestions.Suggestion:
    found = db.session.scalar(sa.select(suggestions.Suggestion).where(suggestions.Suggestion.urgency == urgency))
    assert found is not None
    return found


def climbed(urgency: str) -> list[tuple[int, str, tuple[str, ...]]]:
    """The follow-ups of the timeline: rung, instant, names in the order in which they are owed it."""
    where = (Entry.suggestion_id == of(urgency).id, Entry.kind == EntryKind.FOLLOW_UP)
    names = {person.id: person.name for person in db.session.scalars(sa.select(Person))}
    return [
        (entry.facts["rung"], berlin(entry.at), tuple(names[i] for i in entry.facts["to"]))
        for entry in db.session.scalars(sa.select(Entry).where(*where).order_by(Entry.id))
    ]
