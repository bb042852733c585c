"""Who asks: sessions, the person signed in, and what a page demands of them before it does anything.

Flask-Security hashes passwords and keeps the session; none of its pages, tokens or forms is reachable
(docs/decisions/accounts.md). A session ends by itself at an instant written into it when it began.
"""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from functools import wraps
from typing import ParamSpec, cast

from flask import Flask, current_app, g, redirect, request, session
from flask_login import current_user
from flask_security import RoleMixin, Security, SQLAlchemyUserDatastore
from flask_security.utils import login_user, logout_user
from werkzeug.exceptions import Unauthorized
from werkzeug.wrappers import Response

from config import Settings
from tracker import access, clock
from tracker.acts import people
from tracker.domain.errors import OutOfReach
from tracker.notices import links
from tracker.store.base import db
from tracker.store.people import Person
from tracker.store.teams import Membership, Team

#: How long "stay signed in" lasts. Whoever can do more signs in anew more often.
STAY = timedelta(days=90)
STAY_MANAGING = timedelta(days=30)
#: Without it: a day's work, or until the browser is closed.
SHORT = timedelta(hours=12)

P = ParamSpec("P")
Page = str | Response | tuple[str | Response, int]


class _NoRole(RoleMixin):
    """The library asks for roles. Ours are memberships of teams."""

    name = ""


#: Of the library we take the hash and the session.
_LIBRARY = {
    "SECURITY_PASSWORD_HASH": "argon2",
    "SECURITY_PASSWORD_SCHEMES": ["argon2"],
    "SECURITY_DEPRECATED_PASSWORD_SCHEMES": [],
    # Argon2 salts by itself; the library's own second hash would make a lost key lock everybody out.
    "SECURITY_PASSWORD_SINGLE_HASH": ["argon2"],
    "SECURITY_JOIN_USER_ROLES": False,
    "SECURITY_CLI_USERS_NAME": False,
    "SECURITY_CLI_ROLES_NAME": False,
}


def init_app(app: Flask, settings: Settings) -> None:
    """Hash passwords, remember who is signed in, and keep every other door of the library shut."""
    app.config.update(_LIBRARY, PERMANENT_SESSION_LIFETIME=STAY, SESSION_REFRESH_EACH_REQUEST=False)
    app.config["SECURITY_PASSWORD_HASH_PASSLIB_OPTIONS"] = _argon2(settings)
    datastore = SQLAlchemyUserDatastore(db, Person, _NoRole)
    security = Security(app, datastore, register_blueprint=False)
    # Roles of the library's are not used; without its loaders nobody is looked up before a view asks who it is.
    security.principal.identity_loaders.clear()
    manager = security.login_manager
    manager.session_protection = None  # phones change their address all day
    manager.request_loader(None)  # no token in a header or an address signs anybody in
    manager.user_loader(lambda key: _load(datastore, key))
    app.before_request(_take_now)


def _argon2(settings: Settings) -> dict[str, int]:
    """The cost of a hash. The suite makes hundreds and pays as little as the library allows."""
    if settings.testing:
        return {"argon2__time_cost": 1, "argon2__memory_cost": 8, "argon2__parallelism": 1}
    # 32 MiB each: eight people who sign in at once must not push a small machine into its swap.
    return {"argon2__time_cost": 3, "argon2__memory_cost": 32768, "argon2__parallelism": 1}


def _take_now() -> None:
    g.now = clock.now()


def now() -> datetime:
    """The moment of this request: asked of the clock once."""
    if "now" not in g:
        _take_now()
    return cast(datetime, g.now)


# Sessions -------------------------------------------------------------------------------------------------------------


def _load(datastore: SQLAlchemyUserDatastore, key: str) -> Person | None:
    if g.get("is_database_gone"):  # on the page that says so, asking who reads it would be the next error
        return None
    until = session.get("until")
    if not isinstance(until, int) or datetime.fromtimestamp(until, UTC) <= now():
        return None
    person = cast("Person | None", datastore.find_user(fs_uniquifier=key))
    return person if person is not None and person.active else None


def begin_session(person: Person, *, stay: bool) -> None:
    """Sign this person in. What the session held before is gone: nobody can have prepared it for them."""
    session.clear()
    g.pop("csrf_token", None)
    life = SHORT
    if stay:
        life = STAY_MANAGING if people.is_managing_somewhere(person) else STAY
    login_user(person, remember=False)
    session.permanent = stay
    session["until"] = int((now() + life).timestamp())
    session["stay"] = stay


def renew_session(person: Person) -> None:
    """Keep this one session after everything else of the person was signed out."""
    begin_session(person, stay=bool(session.get("stay")))


def end_session() -> None:
    logout_user()
    session.clear()


# Who asks -------------------------------------------------------------------------------------------------------------


def current_person() -> Person | None:
    """Whoever is signed in, or none."""
    return cast(Person, current_user._get_current_object()) if current_user.is_authenticated else None


def me() -> Person:
    """Whoever is signed in. Raises ``Unauthorized``, which shows the sign-in page and keeps what was typed."""
    person = current_person()
    if person is None:
        raise Unauthorized
    return person


def signed_in(view: Callable[P, Page]) -> Callable[P, Page]:
    """For pages of people with an account; others are asked to sign in and come back here afterwards."""

    @wraps(view)
    def guarded(*args: P.args, **kwargs: P.kwargs) -> Page:
        if current_person() is None:
            if request.method in ("GET", "HEAD"):
                return redirect(links.path("sign_in", query={"next": request.full_path.rstrip("?")}))
            raise Unauthorized
        return view(*args, **kwargs)

    return guarded


def team_page(slug: str) -> tuple[Team, Membership]:
    """The team of this address and the membership of who asks, for the frame too. Raises ``OutOfReach`` (404)."""
    team, membership = access.find_team(me(), slug)
    g.team, g.membership = team, membership
    return team, membership


def managed_team(slug: str) -> tuple[Team, Membership]:
    """The same, for who manages the team. Raises ``NotAllowed`` for members."""
    team, membership = team_page(slug)
    access.demand_managing(membership)
    return team, membership


def owned_team(slug: str) -> tuple[Team, Membership]:
    """The same, for team leads. Raises ``NotAllowed`` for everybody else in the team."""
    team, membership = team_page(slug)
    access.demand_owning(membership)
    return team, membership


def site_admin() -> Person:
    """Whoever is signed in and looks after the site. Raises ``OutOfReach`` (404) for everybody else."""
    person = me()
    if not person.is_site_admin:
        raise OutOfReach(access.NOT_THERE)
    return person


def settings() -> Settings:
    return cast(Settings, current_app.config["TRACKER"])
