"""Where everybody begins: what waits for them, in all their teams, and the first steps of who is new."""

from __future__ import annotations

from collections.abc import Callable, Sequence, Set
from dataclasses import replace
from functools import partial

from flask import g, render_template

from tracker import access
from tracker.domain import promises
from tracker.domain.lifecycle import Role
from tracker.notices import links
from tracker.store import overviews, tasks, teams
from tracker.store.suggestions import Suggestion
from tracker.store.tasks import Task
from tracker.store.teams import Membership
from tracker.web import desk, language, views_tasks
from tracker.web.beginnings import steps_of
from tracker.web.blueprint import web
from tracker.web.identity import Page, me, signed_in, team_page
from tracker.web.once import arrivals
from tracker.web.page_shapes import HomePage
from tracker.web.say import _, ngettext
from tracker.web.shapes import Group, Link, Row
from tracker.web.views import Standing, gather
from tracker.web.views_forms import delivers
from tracker.web.views_rows import group, row

#: Rows of a section; the rest stands behind a link.
MOST = 7
#: Open tasks that are looked through for what is due.
LOOKED_THROUGH = 200


@web.get("/t/<slug>/")
@signed_in
def home(slug: str) -> Page:
    """This team's home, with what waits in the others."""
    _team, membership = team_page(slug)
    memberships = teams.teams_of(me().id)
    duties = {one.team_id: desk.duties(me(), one.team) for one in memberships if one.is_managing}
    waiting, owned = _waiting(memberships, {i for of_one in duties.values() for i in of_one.to_answer})
    ids = [one.team_id for one in memberships]
    mine = tasks.seen_with(me().id, ids, access.visible_to(me()), limit=LOOKED_THROUGH)
    here = duties.get(membership.team_id, desk.Duties([], []))
    g.to_answer = len(here.to_answer)  # the frame need not count it again
    page = HomePage(
        headline=_("Hello %(name)s", name=me().name),
        groups=_groups(
            waiting, mine, owned, is_alone=len(memberships) == 1, more=_rest(len(here.to_answer), membership)
        ),
        steps=steps_of(membership),
        hide_steps_url=f"/t/{slug}/first-steps/hide",
        raise_url=links.path("raise", slug=slug),
        links=_links(membership),
        note=_note(len({*here.late_with_others} - {st.s.id for st in waiting}), membership),
        door=_door(membership),
    )
    return render_template("web/home.html", home=page, kept_done=arrivals())


def _waiting(memberships: Sequence[Membership], to_answer: Set[int]) -> tuple[list[Standing], list[Standing]]:
    """What is with this person, soonest first; what they raised and is with somebody else."""
    seen, ids = access.visible_to(me()), [one.team_id for one in memberships]
    own = overviews.by_author(me().id, ids, seen, closed=0)
    named = overviews.owed_by(me().id, ids, seen)
    every = {s.id: s for s in [*overviews.these(to_answer), *named, *own]}
    found = gather(list(every.values()), me(), language.reader())
    with_me = [st for st in found if st.s.id in to_answer or (st.is_asked and st.is_own) or delivers(st)]
    with_me.sort(key=_soonest)
    owned = sorted((st for st in found if st.is_own and st not in with_me), key=_soonest)
    return with_me, owned


def _soonest(st: Standing) -> tuple[object, ...]:
    return (not st.is_late, st.due_at is None, st.due_at, st.s.id)


def _task_soonest(task: Task, s: Suggestion) -> tuple[object, ...]:
    is_late = promises.is_late(task.promise.value, now=language.reader().now)
    return (not is_late, task.promise.due_at is None, task.promise.due_at, s.id)


def _rest(to_answer: int, membership: Membership) -> Link | None:
    """The desk, with the number that stands beside it."""
    if not to_answer:
        return None
    label = ngettext("%(num)s to answer on your desk", "%(num)s to answer on your desk", to_answer)
    return Link(url=links.path("desk", slug=membership.team.slug), label=label)


def _note(count: int, membership: Membership) -> Link | None:
    """What is late with others of the team, for who could step in."""
    if not count:
        return None
    url = links.path("desk", slug=membership.team.slug, query={"with": "all"})
    return Link(
        url=url,
        label=ngettext(
            "%(num)s is late with others of your team.", "%(num)s are late with others of your team.", count
        ),
    )


def _door(membership: Membership) -> Link | None:
    """Who waits to be let in, for who can let them in."""
    count = len(teams.waiting(membership.team_id)) if membership.role is Role.OWNER else 0
    if not count:
        return None
    label = ngettext("%(num)s person waits to be let in.", "%(num)s people wait to be let in.", count)
    return Link(url=links.path("people", slug=membership.team.slug), label=label)


def _groups(
    waiting: Sequence[Standing],
    todo: Sequence[tuple[Task, Suggestion]],
    owned: Sequence[Standing],
    *,
    is_alone: bool,
    more: Link | None,
) -> list[Group]:
    """What is with the reader, tasks among the rest by their days; then what is theirs and with others. ``more`` leads
    to what the first rows leave out."""
    reader = language.reader()

    def of_its_team(shown: Row, s: Suggestion) -> Row:
        return shown if is_alone else replace(shown, meta=[s.team.name, *shown.meta])

    def make(st: Standing) -> Row:
        return of_its_team(row(st, reader, with_author=not st.is_own), st.s)

    def make_task(task: Task, s: Suggestion) -> Row:
        return of_its_team(views_tasks.row(task, s, reader), s)

    lines: list[tuple[tuple[object, ...], Callable[[], Row]]] = [(_soonest(st), partial(make, st)) for st in waiting]
    lines += [(_task_soonest(task, s), partial(make_task, task, s)) for task, s in todo]
    lines.sort(key=lambda line: line[0])
    made = []
    if lines:
        of_mine = group("you", _("With you"), lines, lambda line: line[1](), tone="soon", most=MOST)
        made.append(replace(of_mine, more=more) if len(lines) > MOST else of_mine)
    if owned:
        made.append(group("yours", _("Yours, with us"), owned, make, most=MOST))
    return made


def _links(membership: Membership) -> list[Link]:
    """Where it goes on."""
    slug = membership.team.slug
    desk = Link(url=links.path("desk", slug=slug), label=_("Look at what is open"), icon="desk")
    every = Link(url=links.path("suggestions", slug=slug), label=_("All suggestions"), icon="comment")
    board = Link(url=links.path("board", slug=slug), label=_("Board"), icon="board")
    tasks = Link(url=links.path("tasks", slug=slug), label=_("Your tasks"), icon="check")
    earlier = Link(url=links.path("answers", slug=slug), label=_("Why not?"), icon="question")
    return [desk, tasks, board, every] if membership.is_managing else [tasks, board, every, earlier]
