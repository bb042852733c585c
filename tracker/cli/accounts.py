"""``setup``, ``person`` and ``token``: teams, people and keys without a browser."""

from __future__ import annotations

import click

from tracker import clock
from tracker.acts import people as people_acts
from tracker.acts import setup as setup_acts
from tracker.acts import tokens
from tracker.cli import ground
from tracker.domain.budgets import ANSWER_WITHIN, PRESET_ANSWER_WITHIN, PRESET_WEEKS
from tracker.domain.lifecycle import Role
from tracker.notices import links
from tracker.store import people, teams
from tracker.store.base import db
from tracker.store.people import Person
from tracker.store.teams import Team


@click.command("setup", short_help="A team and its owner; prints the owner's set-up link.")
@click.option("--team", required=True, metavar="NAME", help="What the team is called.")
@click.option("--owner-email", required=True, metavar="E", help="The address of who leads it.")
@click.option("--owner-name", required=True, metavar="N", help="What they are called.")
@click.option("--timezone", default="UTC", show_default=True, metavar="Z", help="Such as Europe/Berlin.")
@click.option("--locale", default="en", show_default=True, type=click.Choice(people_acts.LOCALES))
@click.option(
    "--hours",
    default="office",
    show_default=True,
    type=click.Choice(list(PRESET_WEEKS)),
    help="When somebody can answer: Mon-Fri 09-17; Mon-Fri 18-21 and Sat-Sun 10-18; or always.",
)
@click.option(
    "--answer-within",
    default=str(PRESET_ANSWER_WITHIN),
    show_default=True,
    type=click.Choice([str(days) for days in ANSWER_WITHIN]),
    help="Within how many days on which somebody is there everybody gets an answer.",
)
@click.option("--region", default="", metavar="R", help="Holidays of this region are days off, such as DE-BY.")
def setup_command(
    team: str,
    owner_email: str,
    owner_name: str,
    timezone: str,
    locale: str,
    hours: str,
    answer_within: str,
    region: str,
) -> None:
    """The first team and its owner, or a further one; prints the owner's one-time set-up link.

    Done again for a team that this owner leads already, it makes no second one: it only prints a new link.
    """
    now = clock.now()
    with ground.app_context(bring_up_to_date=True):
        made = _team_of(owner_email, team) or setup_acts.found(
            team,
            owner=people.by_email(owner_email) or setup_acts.Owner(name=owner_name, email=owner_email),
            timezone=timezone,
            locale=locale,
            week=PRESET_WEEKS[hours],
            answer_within=int(answer_within),
            region=region,
            now=now,
        )
        owner = people.by_email(owner_email)
        link = None
        if owner is not None and owner.password is None:
            link = links.url("setup", token=setup_acts.setup_link(now=now, person=owner))
        db.session.commit()
        click.echo(f"Team: {made.slug}")
        if link and owner is not None:
            click.echo(f"Set-up link for {owner.name}, good for one time: {link}")


def _team_of(email: str, name: str) -> Team | None:
    """The team of that name that the person with this address leads already."""
    person = people.by_email(email)
    led = [one.team for one in teams.teams_of(person.id) if one.role is Role.OWNER] if person is not None else []
    return next((team for team in led if team.name == name.strip()), None)


@click.group("person", short_help="Add a person to a team.")
def person_command() -> None:
    """People of a team."""


@person_command.command("add")
@click.option("--team", "slug", required=True, metavar="SLUG")
@click.option("--email", required=True, metavar="E")
@click.option("--name", required=True, metavar="N")
@click.option("--role", required=True, type=click.Choice([role.value for role in Role]))
def add_person(slug: str, email: str, name: str, role: str) -> None:
    """Put somebody into a team, with an account where there is none yet."""
    with ground.app_context():
        membership = people_acts.add(
            team_called(slug), email=email, name=name, role=Role(role), by=None, now=clock.now()
        )
        db.session.commit()
        click.echo(f"{membership.person.name} is in {slug} now, as {role}.")
        if membership.person.password is None:
            click.echo(f"Signing in works with a link by mail: {links.url('sign_in')}")


@click.group("token", short_help="Make a token for the API.")
def token_command() -> None:
    """API tokens."""


@token_command.command("create")
@click.option("--person", "email", required=True, metavar="EMAIL", help="Whose rights it has.")
@click.option("--name", required=True, metavar="NAME", help="What it is for.")
@click.option("--scopes", default="", help="Narrow it to these, separated by commas: read, write.")
def create_token(email: str, name: str, scopes: str) -> None:
    """Make a token and print it, this once, alone on the last line."""
    chosen = [scope for scope in scopes.replace(",", " ").split() if scope]
    with ground.app_context():
        _, text = tokens.create(person_with(email), name=name, scopes=chosen, now=clock.now())
        db.session.commit()
        click.echo("The token, shown this once:", err=True)
        click.echo(text)


def team_called(slug: str) -> Team:
    """Ends the program with a sentence where there is none."""
    team = teams.by_slug(slug)
    if team is None:
        known = ", ".join(team.slug for team in teams.all_teams()[:20]) or "none yet"
        raise click.ClickException(f"There is no team {slug!r}. There are: {known}.")
    return team


def person_with(email: str) -> Person:
    person = people.by_email(email)
    if person is None or not person.active:
        raise click.ClickException(f"Nobody here has the address {email!r}.")
    return person
