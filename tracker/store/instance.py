"""Which database this is, how many mails it has sent, and whether mail is held because it may be a copy."""

from __future__ import annotations

import os
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path

import sqlalchemy as sa

from tracker import chance
from tracker.domain.instance import Known, Mark, is_elsewhere, is_put_back
from tracker.store import pulse
from tracker.store.base import db, for_update, is_sqlite
from tracker.store.notices import Delivery, DeliveryState
from tracker.store.pulse import SiteFact

#: The file in the data folder.
FILE = "instance"
#: Names of facts.
ID, FORMERLY, PLACE, COUNT, ADDRESS, HELD = (
    "instance",
    "instance_formerly",
    "instance_place",
    "mails_sent",
    "public_address",
    "mail_held_since",
)


@dataclass(frozen=True, slots=True)
class Holds:
    """Why no mail leaves. ``put_back_at`` is when it was seen that an earlier copy is in use; ``stored_address`` is the
    address that the site had, where it is reached at another one now."""

    put_back_at: datetime | None = None
    stored_address: str | None = None

    def __bool__(self) -> bool:
        return self.put_back_at is not None or self.stored_address is not None


# What the database says -----------------------------------------------------------------------------------------------


def holds(public_url: str = "") -> Holds:
    """Whether mail is held, and why; without an address, only for what is true at every one."""
    facts = _facts(HELD, ADDRESS)
    held, stored = facts.get(HELD), facts.get(ADDRESS)
    elsewhere = bool(public_url) and is_elsewhere(stored, public_url)
    return Holds(datetime.fromisoformat(held) if held else None, stored if elsewhere else None)


def hold(*, now: datetime) -> None:
    """From now on no mail leaves, until somebody releases it."""
    if not pulse.site_fact(HELD):
        pulse.remember(HELD, now.isoformat())


def count_one() -> None:
    """One more mail has left. In the transaction that says so of the message.

    Who finds that somebody else is counting leaves it at that: the count only has to grow, and senders that waited for
    each other would all stand still with one that froze.
    """
    free = for_update(sa.select(SiteFact.name).where(SiteFact.name == COUNT), skip_locked=True)
    one_more = sa.cast(sa.cast(SiteFact.value, sa.BigInteger) + 1, sa.Text)
    statement = sa.update(SiteFact).where(SiteFact.name.in_(free)).values(value=one_more)
    db.session.execute(statement.execution_options(synchronize_session=False))


def known() -> Known | None:
    """None: nothing has been sent from this database by a program that counts."""
    facts = _facts(ID, FORMERLY, PLACE, COUNT)
    if ID not in facts:
        return None
    mark = Mark(facts[ID], int(facts.get(COUNT, "0")))
    return Known(mark=mark, formerly=facts.get(FORMERLY, "").split(), place=facts.get(PLACE, ""))


def _facts(*names: str) -> dict[str, str]:
    """As they are in the database now, whatever the session remembers."""
    rows = db.session.execute(sa.select(SiteFact.name, SiteFact.value).where(SiteFact.name.in_(names)))
    return {row.name: row.value for row in rows}


def _place() -> str:
    """The server and database of PostgreSQL, as no copy has them; empty for a file."""
    if is_sqlite():
        return ""
    server = db.session.scalar(sa.text("SELECT system_identifier FROM pg_control_system()"))
    database = db.session.scalar(sa.text("SELECT oid FROM pg_database WHERE datname = current_database()"))
    return f"{server}/{database}"


# What the file says ---------------------------------------------------------------------------------------------------


def beside(folder: Path) -> Mark | None:
    """What the file in the data folder remembers; none where there is no file, or nothing that can be read in it."""
    try:
        found, count = (folder / FILE).read_text().split()
        return Mark(found, int(count))
    except (FileNotFoundError, ValueError):
        return None


def write_beside(folder: Path, mark: Mark) -> None:
    """Whole or as it was. Called after the commit: a count that the database does not have would look put back."""
    folder.mkdir(parents=True, exist_ok=True, mode=0o700)
    aside = folder / f".{FILE}.{os.getpid()}.{chance.token_hex(4)}"
    with os.fdopen(os.open(aside, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "w") as file:
        file.write(f"{mark.id} {mark.count}\n")
    aside.replace(folder / FILE)


# Both -----------------------------------------------------------------------------------------------------------------


def look(folder: Path, *, now: datetime, public_url: str, is_loopback: bool) -> Holds:
    """Hold mail if this database was put back, and commit; else let the file beside it keep step. Gives what is held.

    The first real address at which it is looked at is the site's. One that only this machine can open is none: whoever
    tries Tracker out there may move anywhere, and a clone that is reached there writes to nobody.
    """
    mark = beside(folder)  # before the database is asked: a mail that leaves in between must not look like a copy
    found = known()
    if mark is None and beside(folder) is not None:
        db.session.rollback()  # another worker has just begun here, and may have sent: look at both as they are now
        mark, found = beside(folder), known()
    if found is None:
        if mark is not None and _has_sent():
            hold(now=now)
        found = begin_anew()
    elif is_put_back(found, mark, place=_place()):
        hold(now=now)
    if not is_loopback and pulse.site_fact(ADDRESS) is None:
        pulse.remember(ADDRESS, public_url)
    db.session.commit()
    held = holds(public_url)
    if held.put_back_at is None and mark != found.mark:
        write_beside(folder, found.mark)
    return held


def keep_step(folder: Path) -> None:
    """Let the file know of mails that have just left."""
    mark, found = beside(folder), known()
    if mark is not None and found is not None and mark.id == found.mark.id and mark.count < found.mark.count:
        write_beside(folder, found.mark)


def begin_anew(*, after: Mark | None = None) -> Known:
    """A new id; every former one, also that of the file, is known to have been this database's."""
    db.session.flush()
    db.session.expire_all()
    before = known()
    formerly = [*before.formerly, before.mark.id] if before else []
    count = before.mark.count if before else 0
    if after is not None:
        formerly.append(after.id)
        count = max(count, after.count)
    values = {ID: chance.token_hex(8), FORMERLY: " ".join(dict.fromkeys(formerly)), PLACE: _place(), COUNT: str(count)}
    for name, value in values.items():
        pulse.remember(name, value)
    db.session.flush()
    return Known(mark=Mark(values[ID], count), formerly=formerly, place=values[PLACE])


def let_go(folder: Path, *, public_url: str, is_loopback: bool) -> Known:
    """Nothing is held any more, at this address. The caller commits, and then writes the file."""
    db.session.execute(sa.delete(SiteFact).where(SiteFact.name == HELD))
    if is_loopback:
        db.session.execute(sa.delete(SiteFact).where(SiteFact.name == ADDRESS))
    else:
        pulse.remember(ADDRESS, public_url)
    return begin_anew(after=beside(folder))


def _has_sent() -> bool:
    return db.session.scalar(sa.select(Delivery.id).where(Delivery.state == DeliveryState.SENT).limit(1)) is not None
