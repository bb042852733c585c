"""What the dialog of a card asks for: where to, the mandatory part of that, or why it cannot be."""

from __future__ import annotations

from dataclasses import replace

from tracker.acts import scene
from tracker.domain import board
from tracker.domain.board import Column, Step
from tracker.domain.errors import N_, DomainError, NotAllowed
from tracker.domain.outcomes import Outcome, today_in
from tracker.notices import links
from tracker.store import boards
from tracker.store import tasks as task_store
from tracker.web import forms, language
from tracker.web.board_shapes import MovePage, Target
from tracker.web.forms import Form
from tracker.web.marks import mark
from tracker.web.say import _
from tracker.web.shapes import Entry, Link, Problem
from tracker.web.views_board import LABELS, may_move
from tracker.web.views_forms import delivers, later_chips, soon_chips
from tracker.web.views_suggestion import TURNS, Known, entry_view
from tracker.web.views_tasks import people_for

#: Typed into one of these, it is never lost.
TYPED = ("text", "title")


def move_page(k: Known, to: Column | None, form: Form, *, ask_first: str = "") -> MovePage:
    """The page, or the dialog, for this card and this column; ``form`` is what was sent or asked with."""
    st, s = k.st, k.st.s
    path = links.path("board_move", slug=s.team.slug, number=s.number)
    bare = MovePage(
        number=s.number,
        title=s.title,
        url=st.path(),
        heading=_("#%(number)s: %(column)s", number=s.number, column=_(LABELS[to]))
        if to
        else _("Move #%(number)s to …", number=s.number),
        board=Link(url=links.path("board", slug=s.team.slug), label=_("Board")),
        meanwhile=_meanwhile(k, form),
        post_url=path,
        errors=dict(form.errors),
        problems=[Problem(field=_field(name), sentence=said) for name, said in form.errors.items()],
    )
    is_begun = boards.is_begun(s.id)
    if to is None:
        return replace(bare, targets=[_target(k, column, path, is_begun=is_begun) for column in Column])
    try:
        step = step_of(k, to, is_begun=is_begun)
    except DomainError as error:
        kept = [(name, form.text(name)) for name in TYPED if form.text(name)]
        return replace(bare, why_not=language.sentence(error), kept=kept, errors={}, problems=[])
    asked = replace(
        bare,
        keep=f"board-{to.value}:{path}",
        fields=[forms.fresh_key(), ("to", to.value), ("seen", scene.stamp(s, st.open))],
        text=form.text("text"),
        on=form.text("on"),
        who=form.text("who", str(st.person.id)),
        task=form.text("task"),
        task_title=form.text("title"),
        ask_first=ask_first,
    )
    return _MAKERS[step](k, to, asked)


def _field(name: str) -> str:
    return "" if name == "form" else f"move-{name}"


def step_of(k: Known, to: Column, *, is_begun: bool) -> Step:
    """What the drop comes to for this reader. Raises ``NotPossible`` or ``NotAllowed`` with the reason."""
    if not may_move(k.st):
        raise NotAllowed(N_("Only somebody who manages the team can do that."))
    found = board.step(k.st.s.status, to, is_begun=is_begun)
    is_theirs = found is Step.BEGIN or (found is Step.ANSWER and board.outcome_of(to) is Outcome.DONE)
    if not k.st.handles and not (delivers(k.st) and is_theirs):
        raise NotAllowed(N_("You were named for this date: you can say it is done, move the date or hand it back."))
    return found


def _target(k: Known, to: Column, path: str, *, is_begun: bool) -> Target:
    label = _(LABELS[to])
    try:
        step_of(k, to, is_begun=is_begun)
    except DomainError as error:
        return Target(label=label, why_not=language.sentence(error))
    return Target(label=label, url=f"{path}?to={to.value}")


def _meanwhile(k: Known, form: Form) -> Entry | None:
    """What somebody else wrote since the board or the form was made."""
    if not form.text("seen") or form.text("seen") == scene.stamp(k.st.s, k.st.open):
        return None
    turns = [entry for entry in k.found if entry.kind in TURNS and entry.actor_id != k.st.person.id]
    return entry_view(k, turns[-1]) if turns else None


# What each step asks for ----------------------------------------------------------------------------------------------


def _ask(k: Known, to: Column, page: MovePage) -> MovePage:
    label = _("What do you need to know?")
    return replace(page, text_label=label, button=_("Ask"), hint=_("Our clock waits until the answer comes."))


def _take_back(k: Known, to: Column, page: MovePage) -> MovePage:
    return replace(page, button=_("I have what I need"), hint=_("The question is taken back, and our clock runs on."))


def _reopen(k: Known, to: Column, page: MovePage) -> MovePage:
    hint = _("It waits for a new answer, by a new date.")
    return replace(page, text_label=_("Why? (if you like)"), button=_("Open it again"), hint=hint)


_TEXTS = {
    Outcome.DONE: N_("What has changed?"),
    Outcome.WILL_DO: N_("What will you do?"),
    Outcome.NOT_NOW: N_("Why not now?"),
    Outcome.DECLINED: N_("Why not?"),
}


def _answer(k: Known, to: Column, page: MovePage) -> MovePage:
    outcome = board.outcome_of(to)
    if outcome is None:
        raise LookupError(f"{to} is no outcome")
    calendar = k.st.calendar
    today = today_in(calendar, now=k.st.now)
    hint = _("%(name)s reads this. It can be taken back for 60 seconds.", name=k.st.name(k.st.s.author_id))
    page = replace(
        page,
        fields=[*page.fields, ("outcome", outcome.value)],
        text_label=_(_TEXTS[outcome]),
        button=_("Answer"),
        hint=hint,
    )
    if outcome is Outcome.WILL_DO:
        me = k.st.person.id
        people = [(str(me), _("me")), *((str(one), name) for one, name in k.nameable.items() if one != me)]
        chips = soon_chips(today, calendar, k.reader)
        return replace(
            page,
            day_label=_("By when?"),
            chips=chips,
            min_on=today.isoformat(),
            who_label=_("Who does it?"),
            people=people,
        )
    if outcome is Outcome.NOT_NOW:
        chips = later_chips(today, calendar, k.reader)
        return replace(page, day_label=_("When do you look again?"), chips=chips, min_on=today.isoformat())
    return page


def _begin(k: Known, to: Column, page: MovePage) -> MovePage:
    """Which task is begun: one of the open ones, or a first one that is added with it."""
    s = k.st.s
    opened = [(mark(task.id), task.title) for task in task_store.of_suggestion(s.id) if task.is_open]
    calendar = k.st.calendar
    today = today_in(calendar, now=k.st.now)
    return replace(
        page,
        tasks=[*opened, ("", _("a new one"))] if opened else (),
        task=page.task or (opened[0][0] if opened and not page.task_title else ""),
        title_label=_("What is to be done?"),
        day_label=_("By when?"),
        chips=soon_chips(today, calendar, k.reader),
        min_on=today.isoformat(),
        who_label=_("Who does it?"),
        people=people_for(s, k.st.person),
        button=_("It has begun"),
        hint=_("What is in progress has a task that somebody has begun."),
    )


_MAKERS = {
    Step.ASK: _ask,
    Step.TAKE_BACK: _take_back,
    Step.ANSWER: _answer,
    Step.BEGIN: _begin,
    Step.REOPEN: _reopen,
}
