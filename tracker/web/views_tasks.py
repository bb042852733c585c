"""Tasks in words: as lines of a suggestion's page and of one's own list, with what the reader may do about them."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime

from tracker import access
from tracker.acts import tasks as verbs
from tracker.domain import tasks as rules
from tracker.domain.lifecycle import Status
from tracker.domain.outcomes import due_of, today_in
from tracker.domain.promises import is_late
from tracker.notices import links, words
from tracker.notices.words import Reader
from tracker.store import people, teams
from tracker.store import tasks as store
from tracker.store.people import Person
from tracker.store.suggestions import Suggestion
from tracker.store.tasks import Task
from tracker.web import forms
from tracker.web.forms import Form
from tracker.web.marks import mark
from tracker.web.say import _, ngettext
from tracker.web.shapes import Act, Link, Problem, Promise, Row, Tone
from tracker.web.task_shapes import TaskForm, TaskLine, TaskList, TaskPage
from tracker.web.views import calendar_of
from tracker.web.views_forms import Sent, soon_chips

ADD = "task-add"


def path(s: Suggestion) -> str:
    return links.path("tasks_of", slug=s.team.slug, number=s.number)


def fields(task: Task, do: str, *more: tuple[str, str]) -> list[tuple[str, str]]:
    """Hidden: which task, as it was seen, and what is to happen."""
    return [forms.fresh_key(), ("task", mark(task.id)), ("seen", verbs.stamp(task)), ("do", do), *more]


# One suggestion's -----------------------------------------------------------------------------------------------------


def task_list(
    s: Suggestion, person: Person, reader: Reader, *, handles: bool, plans: bool, sent: Sent | None = None
) -> TaskList | None:
    """The tasks on its page; none where there are none and none can be added."""
    found = store.of_suggestion(s.id)
    plans = plans and s.status is Status.WILL_DO
    if not found and not plans:
        return None
    names = people.names({task.assignee_id for task in found if task.assignee_id is not None})
    lines = [line(task, s, person, reader, names, handles=handles, plans=plans) for task in found]
    done = sum(task.is_done for task in found)
    summary = _("%(done)s of %(count)s done", done=done, count=len(found)) if found else ""
    return TaskList(summary=summary, lines=lines, add=_form(s, person, reader, sent) if plans else None)


def line(
    task: Task, s: Suggestion, person: Person, reader: Reader, names: dict[int, str], *, handles: bool, plans: bool,
    back: str = "", with_about: bool = False,
) -> TaskLine:  # fmt: skip
    is_mine = task.assignee_id == person.id
    due, tone = _due(task, reader)
    who = _("you") if is_mine else names.get(task.assignee_id or 0, "")
    extra = [
        _("begun") if task.begun_at is not None and task.is_open else "",
        _("moved %(times)s", times=words.times_in_figures(reader.locale, task.moves)) if task.moves else "",
    ]
    may_change = task.is_open and (is_mine or plans)
    url = f"{path(s)}?task={mark(task.id)}{f'&back={back}' if back else ''}"
    about = Link(url=links.path("suggestion", slug=s.team.slug, number=s.number), label=f"#{s.number} {s.title}")
    return TaskLine(
        title=task.title,
        due=due,
        tone=tone,
        who=who or (_("nobody yet") if task.is_open else ""),
        extra=" · ".join(part for part in extra if part),
        is_done=task.is_done,
        tick=_tick(task, s, reader, back) if is_mine or handles else None,
        about=about if with_about else None,
        change=Link(url=url, label=_("Change: %(title)s", title=task.title)) if may_change else None,
    )


def row(task: Task, s: Suggestion, reader: Reader) -> Row:
    """A task of one's own as a line among suggestions."""
    due, tone = _due(task, reader)
    return Row(
        number=s.number,
        title=task.title,
        url=links.path("suggestion", slug=s.team.slug, number=s.number, fragment="tasks"),
        meta=[_("task"), s.title],
        promise=Promise(sentence=due, tone=tone),
    )


def _due(task: Task, reader: Reader) -> tuple[str, Tone]:
    """Its day where the reader is, as every date is told."""
    if task.is_done:
        return _("done on %(day)s", day=words.day(reader, reader.local(task.done_at or reader.now).date())), "done"
    on = words.last_day(reader, task.promise.due_at) if task.promise.due_at is not None else task.due_on
    if is_late(task.promise.value, now=reader.now):
        return _("Late since %(when)s", when=words.day(reader, on)), "late"
    return (_("by today"), "soon") if on == reader.today else (_("by %(day)s", day=words.day(reader, on)), "ok")


def _tick(task: Task, s: Suggestion, reader: Reader, back: str) -> Act | None:
    """Ticks it off; for a minute opens it again."""
    more = [("back", back)] if back else []
    if task.is_open:
        label = _("Tick off: %(title)s", title=task.title)
        return Act(url=path(s), label=label, fields=fields(task, "tick", *more))
    if not rules.may_untick(task.promise.value, now=reader.now) or s.status is not Status.WILL_DO:
        return None
    label = _("Open again: %(title)s", title=task.title)
    return Act(url=path(s), label=label, pressed=True, fields=fields(task, "untick", *more))


def people_for(s: Suggestion, person: Person) -> list[tuple[str, str]]:
    """Who may be given a task of this: everybody of the team who can see it, the reader first."""
    able = access.who_can_see(s, [membership.person for membership in teams.memberships(s.team_id)])
    others = [(str(one.id), one.name) for one in able if one.id != person.id]
    return [(str(person.id), _("me")), *others]


def _form(s: Suggestion, person: Person, reader: Reader, sent: Sent | None) -> TaskForm:
    is_sent = sent is not None and sent.key == ADD
    form = sent.form if sent is not None and is_sent else Form()
    today = today_in(calendar_of(s.team), now=reader.now)
    return TaskForm(
        url=path(s),
        people=people_for(s, person),
        chips=soon_chips(today, calendar_of(s.team), reader),
        min_on=today.isoformat(),
        title=form.text("title"),
        who=form.text("who", str(person.id)),
        on=form.text("on"),
        fields=[forms.fresh_key(), ("do", "add")],
        errors=dict(form.errors),
        ask_first=sent.ask_first if sent is not None and is_sent else "",
        is_open=is_sent,
    )


def is_after_the_word(s: Suggestion, form: Form, promised_by: datetime | None) -> str:
    """The question before a task that falls due only after what it belongs to was promised, or ""."""
    on = form.day("on")
    if s.status is not Status.WILL_DO or on is None or form.ticked("sure"):
        return ""
    if not rules.is_after_the_word(due_of(on, calendar_of(s.team)), promised_by):
        return ""
    return _("That is after the day that was promised. If it is meant so, send it once more.")


# One to change --------------------------------------------------------------------------------------------------------


def task_page(
    task: Task, s: Suggestion, person: Person, reader: Reader, *, handles: bool, plans: bool, back: Link, form: Form
) -> TaskPage:
    names = people.names({task.assignee_id} if task.assignee_id is not None else set())
    is_mine = task.assignee_id == person.id
    today = today_in(calendar_of(s.team), now=reader.now)
    errors = dict(form.errors)
    return TaskPage(
        line=line(task, s, person, reader, names, handles=handles, plans=plans, with_about=True),
        url=path(s),
        back=back,
        fields=[forms.fresh_key(), ("task", mark(task.id)), ("seen", verbs.stamp(task))],
        can_begin=task.is_open and task.begun_at is None and (is_mine or handles),
        can_change=task.is_open and (is_mine or plans),
        can_withdraw=task.is_open and plans,
        people=people_for(s, person) if task.is_open and (is_mine or plans) else (),
        chips=soon_chips(today, calendar_of(s.team), reader),
        min_on=today.isoformat(),
        sent={name: form.text(name) for name in ("do", "reason")},
        who=form.text("who", str(task.assignee_id or person.id)),
        on=form.text("on", task.due_on.isoformat()),
        errors=errors,
        problems=problems(form),
    )


def problems(form: Form) -> Sequence[Problem]:
    """For the summary on top, each with the id of its field."""
    named = {"" if name == "form" else f"task-{name}": said for name, said in form.errors.items()}
    return [Problem(field=name, sentence=said) for name, said in named.items()]


def count_words(count: int) -> str:
    return ngettext("%(num)s task", "%(num)s tasks", count)
