"""API tokens: made once, shown once, stored as a hash, and ended by their person or by time."""

from __future__ import annotations

import hashlib
import hmac
from collections.abc import Sequence
from datetime import UTC, date, datetime, timedelta
from zoneinfo import ZoneInfo

import sqlalchemy as sa

from tracker import chance
from tracker.acts import texts
from tracker.domain import weeks
from tracker.domain.errors import N_, BadInput, OutOfReach
from tracker.store.base import db
from tracker.store.doors import ApiToken
from tracker.store.people import Person

#: What a token may be narrowed to. Without any it may do what its person may.
SCOPES = ("read", "write")
LONGEST_LIFE = timedelta(days=3660)

#: Recognised by people and by scanners that look for keys in public places.
_BEGIN = "tracker"
_PREFIX_BYTES = 6
_SECRET_BYTES = 32


def create(
    person: Person,
    *,
    name: str,
    now: datetime,
    scopes: Sequence[str] = (),
    until: date | None = None,
    zone: ZoneInfo | None = None,
) -> tuple[ApiToken, str]:
    """A new token and the text to hand over, which cannot be shown again. Raises ``BadInput``.

    It works to the end of the day ``until`` in ``zone`` (UTC where none is given), or until it is ended.
    """
    if unknown := next((scope for scope in scopes if scope not in SCOPES), None):
        raise BadInput(
            N_('There is no scope "%(given)s"; choose from %(scopes)s.'),
            field="scopes",
            given=unknown[:40],
            scopes=", ".join(SCOPES),
        )
    today = now.astimezone(zone or UTC).date()
    if until is not None and not today <= until <= today + LONGEST_LIFE:
        raise BadInput(N_("A token ends on a day that lies ahead, ten years at most."), field="until")
    prefix, secret = chance.token_hex(_PREFIX_BYTES), chance.token_urlsafe(_SECRET_BYTES)
    token = ApiToken(
        person_id=person.id,
        name=texts.line(name, field="name", longest=texts.NAME_MAX, missing=N_("What is the token for?")),
        prefix=prefix,
        secret_hash=_hash(secret),
        scopes=sorted(set(scopes)),
        created_at=now,
        expires_at=weeks.end_of_day(until, zone or ZoneInfo("UTC")) if until is not None else None,
    )
    db.session.add(token)
    db.session.flush()
    return token, f"{_BEGIN}_{prefix}_{secret}"


def holder(text: str, *, now: datetime) -> tuple[ApiToken, Person] | None:
    """The token that this is the text of, and whose it is; none where it is unknown, ended or its person disabled.

    Reads only. The row is found by the part that is no secret; the secret is compared in constant time.
    """
    begin, _, rest = text.partition("_")
    prefix, _, secret = rest.partition("_")
    token = None
    if begin == _BEGIN and len(prefix) == 2 * _PREFIX_BYTES and prefix.isalnum() and len(text) < 200:
        token = db.session.scalar(sa.select(ApiToken).where(ApiToken.prefix == prefix))
    is_right = hmac.compare_digest(token.secret_hash if token else _hash(""), _hash(secret))
    if token is None or not is_right or not _is_alive(token, now):
        return None
    person = db.session.get(Person, token.person_id)
    return (token, person) if person is not None and person.active else None


def of(person: Person, *, now: datetime) -> list[ApiToken]:
    """This person's tokens that still work, newest first."""
    where = (ApiToken.person_id == person.id, ApiToken.revoked_at.is_(None))
    found = db.session.scalars(sa.select(ApiToken).where(*where).order_by(ApiToken.id.desc()))
    return [token for token in found if _is_alive(token, now)]


def revoke(token_id: int, *, by: Person, now: datetime) -> None:
    """End one of one's own tokens; doing it twice does nothing more. Raises ``OutOfReach``."""
    token = db.session.get(ApiToken, token_id)
    if token is None or token.person_id != by.id:
        raise OutOfReach(N_("It is not there, or it is not for you."))
    token.revoked_at = token.revoked_at or now


def _is_alive(token: ApiToken, now: datetime) -> bool:
    return token.revoked_at is None and (token.expires_at is None or now < token.expires_at)


def _hash(secret: str) -> str:
    """256 random bits need no salt and no slow hash."""
    return hashlib.sha256(secret.encode("utf-8", "replace")).hexdigest()
