"""What a reader can write or press on a suggestion, as the table of moves and ``access`` allow it."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, timedelta

from tracker.acts import scene
from tracker.domain import lifecycle, outcomes, promises
from tracker.domain.lifecycle import OPEN, Act, Status, Urgency, Visibility
from tracker.domain.outcomes import today_in
from tracker.domain.promises import PromiseKind
from tracker.domain.working_time import WorkingTime
from tracker.notices import words
from tracker.notices.words import Reader
from tracker.store.drafts import Draft
from tracker.web import forms, uploads, views_drafts
from tracker.web.file_shapes import Upload
from tracker.web.forms import Form
from tracker.web.marks import mark
from tracker.web.say import _
from tracker.web.shapes import Act as Button
from tracker.web.shapes import AlsoForm, AnswerForm, ChooseForm, Day, Problem
from tracker.web.shapes import Entry as EntryView
from tracker.web.shapes_answering import Starts
from tracker.web.views import Standing
from tracker.web.views_words import done_label, urgency_label

#: The smaller forms that files can come with.
WITH_FILES = ("comment", "note", "ask", "done")
Fields = list[tuple[str, str]]


@dataclass(frozen=True, slots=True)
class Sent:
    """A form of this page that was sent and refused, or that an address asks to be open."""

    key: str
    form: Form
    #: what somebody else wrote since the form was made
    meanwhile: EntryView | None = None
    ask_first: str = ""


@dataclass(frozen=True, slots=True)
class Elsewhere:
    """A page of its own, behind a link in a mail: the forms lead under its path and carry its hidden fields."""

    path: str
    fields: Sequence[tuple[str, str]]


@dataclass(frozen=True, slots=True, kw_only=True)
class Desk:
    """What all forms of one page share."""

    st: Standing
    reader: Reader
    #: the last entry on the page: what came later, the writer has not read
    upto: int
    sent: Sent | None = None
    #: who gave the answer in force
    answerer: int | None = None
    #: the reader's half-written answer
    draft: Draft | None = None
    starts: Starts | None = None
    #: where a form leads back to: "desk", or "" for the suggestion's own page
    back: str = ""
    at: Elsewhere | None = None

    def url(self, verb: str) -> str:
        return f"{self.at.path if self.at is not None else self.st.path()}/{verb}"

    def keep(self, verb: str) -> str:
        """Under which name the browser keeps what is typed: the same behind a link and behind signing in."""
        return f"{self.st.path()}/{verb}" if self.at is not None else ""

    def fields(self, *more: tuple[str, str]) -> Fields:
        """Hidden: unmistakable, what was seen, where it leads back to."""
        seen = scene.stamp(self.st.s, self.st.open)
        back = [("back", self.back)] if self.back else []
        own = self.at.fields if self.at is not None else ()
        return [forms.fresh_key(), ("seen", seen), ("upto", mark(self.upto)), *back, *own, *more]

    def upload(self, key: str, form: Form | None = None) -> Upload | None:
        """Where files can be added. Behind a link in a mail nobody is signed in, and there they cannot."""
        return uploads.field(self.st.s.team, key, form or self.form_of(key)) if self.at is None else None

    def form_of(self, key: str) -> Form:
        return self.sent.form if self.sent is not None and self.sent.key == key else Form()

    def is_open(self, key: str) -> bool:
        return self.sent is not None and self.sent.key == key


#: What a rule calls a field that the page calls otherwise.
_PAGE_FIELDS = {"reason": "text", "body": "text", "at": "on", "to": "to"}


def errors_of(form: Form) -> dict[str, str]:
    return {_PAGE_FIELDS.get(name, name): said for name, said in form.errors.items()}


def problems(sent: Sent | None) -> list[Problem]:
    """For the summary on top, each with the id of its field."""
    if sent is None:
        return []
    named = errors_of(sent.form)
    return [
        Problem(field="" if name == "form" else f"{sent.key}-{name}", sentence=said) for name, said in named.items()
    ]


# Answering ------------------------------------------------------------------------------------------------------------


def answer_form(desk: Desk, people: Sequence[tuple[str, str]]) -> AnswerForm:
    """The four outcomes, with what was typed. ``people`` are those who can be named, the reader first."""
    form, st = _answer_as_written(desk), desk.st
    calendar = st.calendar
    today = today_in(calendar, now=st.now)
    return AnswerForm(
        url=desk.url("answer"),
        keep=desk.keep("answer"),
        author=st.name(st.s.author_id),
        done_label=done_label(st.s.kind),
        outcome=form.text("outcome"),
        text=form.text("text"),
        on=form.text("on"),
        who=form.text("who", str(st.person.id)),
        people=people,
        chips=soon_chips(today, calendar, desk.reader),
        later_chips=later_chips(today, calendar, desk.reader),
        min_on=today.isoformat(),
        max_on=(today + timedelta(days=365 * outcomes.MOST_YEARS_ON)).isoformat(),
        fields=desk.fields(),
        errors=errors_of(form),
        meanwhile=desk.sent.meanwhile if desk.sent is not None and desk.is_open("answer") else None,
        upload=desk.upload("answer", form),
        ask_first=desk.sent.ask_first if desk.sent is not None and desk.is_open("answer") else "",
        draft=views_drafts.line(desk.draft, desk.reader, url=desk.url("draft")) if desk.at is None else None,
        starts=desk.starts if desk.at is None else None,
    )


def _answer_as_written(desk: Desk) -> Form:
    """What was sent and refused; else what was half-written, on whichever device."""
    form = desk.form_of("answer")
    if form.values or desk.draft is None or desk.at is not None:
        return form
    fields = {name: value for name, value in desk.draft.fields.items() if name in views_drafts.FIELDS}
    return Form(fields, attached=views_drafts.files_of(desk.draft))


def soon_chips(today: date, calendar: WorkingTime, reader: Reader) -> list[Day]:
    """The end of this week, a week on, two weeks on."""
    friday = _open_day(today + timedelta(days=(4 - today.weekday()) % 7 or 7), calendar)
    return [
        Day(label=words.day(reader, friday), iso=friday.isoformat()),
        Day(label=_("1 week"), iso=_open_day(today + timedelta(days=7), calendar).isoformat()),
        Day(label=_("2 weeks"), iso=_open_day(today + timedelta(days=14), calendar).isoformat()),
    ]


def later_chips(today: date, calendar: WorkingTime, reader: Reader) -> list[Day]:
    """A month on, three months on, half a year on."""
    spans = ((_("1 month"), 30), (_("3 months"), 91), (_("6 months"), 180))
    return [Day(label=said, iso=_open_day(today + timedelta(days=days), calendar).isoformat()) for said, days in spans]


def _open_day(day: date, calendar: WorkingTime) -> date:
    """The day, or the next on which somebody is there."""
    for ahead in range(14):
        if calendar.opening_of_day(day + timedelta(days=ahead)) is not None:
            return day + timedelta(days=ahead)
    return day


# Smaller things to write ----------------------------------------------------------------------------------------------


def also_forms(desk: Desk, *, contest_until: date | None = None, joins_contest: bool = False) -> list[AlsoForm]:
    """What this reader can write here, in the order in which it is needed."""
    makers: list[Callable[[Desk], AlsoForm | None]] = [_done, _ask, _move, _hand_back, _back, _comment, _note, _reopen]
    found = [form for make in makers if (form := make(desk)) is not None]
    if contest_until is not None or joins_contest:
        found.insert(0, _contest(desk, contest_until))
    return found


def _form(
    desk: Desk, key: str, label: str, field_label: str, button: str, *, verb: str = "", hint: str = "",
    day: bool = False, internal: bool = False, is_open: bool = False, more: Sequence[tuple[str, str]] = (),
) -> AlsoForm:  # fmt: skip
    form, st = desk.form_of(key), desk.st
    chips = soon_chips(today_in(st.calendar, now=st.now), st.calendar, desk.reader) if day else ()
    return AlsoForm(
        key=key, url=desk.url(verb or key), keep=desk.keep(verb or key),
        label=label, field_label=field_label, button=button, hint=hint,
        text=form.text("text"), day=day, on=form.text("on"), chips=chips, internal=internal,
        open=desk.is_open(key) or (is_open and desk.sent is None),
        fields=desk.fields(*more), errors=errors_of(form),
        upload=desk.upload(key) if key in WITH_FILES else None, mentions=_mentions(desk, key),
    )  # fmt: skip


def _mentions(desk: Desk, key: str) -> str:
    """Where the names behind "@" come from; a page behind a link in a mail has no session to ask with."""
    if desk.at is not None or key not in ("comment", "note"):
        return ""
    return f"{desk.st.path()}/names{'?note=1' if key == 'note' else ''}"


def delivers(st: Standing) -> bool:
    """Is the reader the one who was named in the open will_do?"""
    row = st.open
    return row is not None and row.kind is PromiseKind.DELIVER and row.owed_by_id == st.person.id


def _can(st: Standing, act: Act) -> bool:
    return lifecycle.can(st.s.status, act)


def _done(desk: Desk) -> AlsoForm | None:
    """Who was named and handles nothing else may say that it is done."""
    if desk.st.handles or not delivers(desk.st):
        return None
    more = [("outcome", "done"), ("form", "done")]
    return _form(desk, "done", _("Done …"), _("What has changed?"), _("Answer"), verb="answer", more=more)


def _ask(desk: Desk) -> AlsoForm | None:
    st = desk.st
    if not st.handles or not _can(st, Act.ASK) or st.s.author_id == st.person.id:
        return None
    name = st.name(st.s.author_id)
    return _form(
        desk, "ask", _("Ask %(name)s", name=name), _("What do you need to know?"), _("Ask"), hint=_pause_hint(desk)
    )


def _pause_hint(desk: Desk) -> str:
    st = desk.st
    if st.is_asked:
        return _("It joins the question that is open.")
    if st.value is not None and promises.may_pause(st.value, now=st.now):
        return _("Our clock waits until the answer comes.")
    return _("Our clock runs on meanwhile.")


def _move(desk: Desk) -> AlsoForm | None:
    st = desk.st
    if not _can(st, Act.MOVE) or not (st.handles or delivers(st)):
        return None
    label = _("I need longer") if st.s.status is Status.OPEN else _("Move the date")
    why = _("Why? %(name)s reads this.", name=st.name(st.s.author_id))
    return _form(desk, "move", label, why, _("Move the date"), day=True)


def _hand_back(desk: Desk) -> AlsoForm | None:
    is_own = desk.answerer in (None, desk.st.person.id)
    if not delivers(desk.st) or not _can(desk.st, Act.HAND_BACK) or (is_own and desk.st.handles):
        return None
    return _form(desk, "hand-back", _("Hand it back"), _("Why?"), _("Hand it back"))


def _comment(desk: Desk) -> AlsoForm | None:
    st = desk.st
    if not lifecycle.takes_comments(st.s.status):
        return None
    if st.is_own and st.is_asked:
        return _form(desk, "comment", _("Answer the question"), _("Your answer"), _("Answer"), is_open=True)
    is_all = not st.handles and st.s.status in OPEN
    return _form(desk, "comment", _("Comment"), _("Write something"), _("Comment"), is_open=is_all)


def _note(desk: Desk) -> AlsoForm | None:
    if not desk.st.handles:
        return None
    label = _("Only community management sees it")
    return _form(desk, "note", _("Internal note"), label, _("Note it down"), internal=True)


def _contest(desk: Desk, until: date | None) -> AlsoForm:
    """``until`` is the last day; none where it stands beside what another author said already."""
    label = _("That does not answer it")
    joining = _("It was said already. Your words stand beside it, and the new answer is for all of you.")
    alone = _("You can say so until %(day)s, once. Somebody else answers then, where there is somebody.",
              day=words.day(desk.reader, until)) if until is not None else ""  # fmt: skip
    return _form(desk, "contest", label, _("What is missing?"), label, hint=alone or joining)


def _back(desk: Desk) -> AlsoForm | None:
    if not desk.st.is_own or not _can(desk.st, Act.IT_IS_BACK):
        return None
    return _form(desk, "back", _("It is back"), _("What happened? (if you like)"), _("It is back"))


def _reopen(desk: Desk) -> AlsoForm | None:
    st = desk.st
    is_author = st.s.status is Status.WITHDRAWN and st.s.author_id == st.person.id
    if not _can(st, Act.REOPEN) or not (st.handles or is_author):
        return None
    return _form(desk, "reopen", _("Open it again"), _("Why? (if you like)"), _("Open it again"))


# Choosing -------------------------------------------------------------------------------------------------------------


def choose_forms(desk: Desk, handlers: Mapping[int, str]) -> list[ChooseForm]:
    """Give it to somebody; another urgency."""
    return [form for form in (_assign(desk, handlers), _urgency(desk)) if form is not None]


def _assign(desk: Desk, handlers: Mapping[int, str]) -> ChooseForm | None:
    st = desk.st
    if not st.handles or st.s.status not in OPEN or len(handlers) < 2:
        return None
    nobody = [("", _("nobody in particular"))]
    return ChooseForm(
        key="assign",
        url=desk.url("assign"),
        label=_("Give it to …"),
        field_label=_("Who answers?"),
        name="to",
        options=nobody + [(str(one), name) for one, name in handlers.items()],
        value=desk.form_of("assign").text("to", str(st.s.assignee_id or "")),
        button=_("Give it on"),
        open=desk.is_open("assign"),
        fields=desk.fields(),
        errors=errors_of(desk.form_of("assign")),
    )


def _urgency(desk: Desk) -> ChooseForm | None:
    st, form = desk.st, desk.form_of("urgency")
    is_answer = st.s.status in (Status.OPEN, Status.ASKED)
    if not is_answer or not (st.is_own or st.handles) or st.s.about_person_id is not None:
        return None
    may_correct = st.handles and not st.is_late
    return ChooseForm(
        key="urgency",
        url=desk.url("urgency"),
        label=_("Change the urgency"),
        field_label=_("How urgent?"),
        name="urgency",
        options=[(one.value, urgency_label(one)) for one in Urgency],
        value=form.text("urgency", st.s.urgency.value),
        hint=_("More urgent brings the date nearer; less urgent leaves it where it is."),
        reason_label=_("Why?") if may_correct else "",
        text=form.text("text"),
        tick_label=_("It was wrong from the start: count the date anew") if may_correct else "",
        ticked=form.ticked("is_correction"),
        button=_("Change it"),
        open=desk.is_open("urgency"),
        fields=desk.fields(),
        errors=errors_of(form),
    )


# Buttons that act at once ---------------------------------------------------------------------------------------------


def promise_acts(desk: Desk, *, has_voted: bool, has_nudged: bool) -> list[Button]:
    """What belongs right under the promise: still matters to me, I have what I need, I'll take it."""
    st, found = desk.st, []
    if st.is_late and (st.is_own or has_voted) and not st.is_asked:
        names = words.names(desk.reader.locale, st.name_all(st.duty))
        found.append(
            Button(
                url=desk.url("nudge"),
                label=_("Still matters to me"),
                icon="up",
                count=st.s.nudges,
                pressed=has_nudged,
                hint=_("moves it up with %(names)s, and costs nobody a mail", names=names) if names else "",
                fields=desk.fields(),
                anchor="nudge",
            )
        )
    if st.is_asked and st.handles:
        found.append(
            Button(url=desk.url("take-back"), label=_("I have what I need"), icon="check", fields=desk.fields())
        )
    if st.handles and st.s.status in OPEN and st.person.id not in st.duty and not st.is_asked:
        found.append(
            Button(url=desk.url("take"), label=_("I'll take it"), fields=desk.fields(), anchor="take", key="m")
        )
    return found


def signs(desk: Desk, *, has_voted: bool, follows: bool) -> list[Button]:
    """Me too and follow, for everybody else than the authors."""
    st, found = desk.st, []
    if st.is_own:
        return []
    is_for_all = st.s.visibility is Visibility.TEAM
    if is_for_all and (st.s.status in OPEN or has_voted):
        verb = "unvote" if has_voted else "vote"
        found.append(
            Button(
                url=desk.url(verb),
                label=_("Me too"),
                icon="up",
                count=st.s.votes,
                pressed=has_voted,
                fields=desk.fields(),
            )
        )
    verb = "unfollow" if follows else "follow"
    found.append(Button(url=desk.url(verb), label=_("Follow"), icon="bell", pressed=follows, fields=desk.fields()))
    return found


def closing(desk: Desk) -> list[Button]:
    """At the end of the page: withdraw."""
    st = desk.st
    if st.s.author_id != st.person.id or not _can(st, Act.WITHDRAW):
        return []
    question = _("Withdraw this suggestion? Nobody has to answer it then.")
    return [Button(url=desk.url("withdraw"), label=_("Withdraw"), confirm=question, fields=desk.fields())]
