"""Several suggestions and what is to be done with them, as values."""

from __future__ import annotations

import hashlib
import re
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import timedelta
from enum import StrEnum
from urllib.parse import urlencode

from flask import g

from tracker.acts import scene, several
from tracker.domain import outcomes
from tracker.domain.desk_filters import Filter
from tracker.domain.lifecycle import OPEN, UNDO_WINDOW
from tracker.notices import links
from tracker.notices.words import Reader
from tracker.store import teams
from tracker.store.entries import Entry
from tracker.store.people import Person
from tracker.store.teams import Team
from tracker.web import deeds, forms, views_for_many, views_forms
from tracker.web.desk_shapes import Counted, LeftOut, Pick, SeveralPage
from tracker.web.forms import Form
from tracker.web.marks import mark
from tracker.web.say import _, ngettext
from tracker.web.shapes import AnswerForm, Link, NavItem, Problem, Undo
from tracker.web.views import Standing
from tracker.web.views_forms import later_chips, soon_chips
from tracker.web.views_promise import promise_view

#: By number: why it was not possible.
Refused = Mapping[int, str]


class Deed(StrEnum):
    """What can be done with several at once."""

    ANSWER = "answer"
    PROMISE = "promise"
    GIVE = "give"
    TAG = "tag"
    UNDO = "undo"  # of one answer for many


_KEPT = re.compile(r"[0-9a-f]{12}")
#: Where a script writes the number.
ANY = "{count}"
TABS = (Deed.ANSWER, Deed.PROMISE, Deed.GIVE, Deed.TAG)


@dataclass(frozen=True, slots=True, kw_only=True)
class Seat:
    """Who looks, at which team's, with what typed, and what was refused."""

    team: Team
    reader: Reader
    person: Person
    form: Form
    refused: Refused
    members: Sequence[Person]
    #: how many were chosen, also those that are too many for one go
    wanted: int = 0

    @property
    def url(self) -> str:
        return f"{links.path('desk', slug=self.team.slug)}/several"

    @property
    def back(self) -> str:
        return self.form.text("back", "desk")


def deed_of(form: Form) -> Deed:
    """What is asked for; answering, where nothing else is."""
    asked = form.text("do")
    return Deed(asked) if asked in set(Deed) else Deed.ANSWER


def page(seat: Seat, found: Sequence[Standing], deed: Deed) -> SeveralPage:
    """The chosen ones, and the form for them."""
    chosen = refused_first([pick(seat, st) for st in found if not _why_not(st, deed)])
    out = [pick(seat, st, why=_why_not(st, deed)) for st in found if _why_not(st, deed)]
    form, kept = seat.form, kept_for(seat, found)
    return SeveralPage(
        headline=headline(ticked(chosen)),
        back=back(seat),
        deed=deed.value,
        tabs=tabs(seat, found, deed),
        url=seat.url,
        picks=chosen,
        out=left_out(out),
        out_words=out_words(len(out), len(found)),
        cut=cut(seat, len(found)),
        fields=[forms.fresh_key(), ("do", deed.value), ("back", seat.back), ("keep", kept)],
        keep=keep_key(seat.url, deed, kept),
        problems=problems_of(views_forms.errors_of(form), "answer-" if deed is Deed.ANSWER else ""),
        errors=views_forms.errors_of(form),
        options=_people(seat) if deed is Deed.GIVE else (),
        value=form.text("to", str(seat.person.id)) if deed is Deed.GIVE else form.text("tags"),
        answer=_answer(seat, chosen, kept, found) if deed is Deed.ANSWER else None,
        note=_note(chosen) if deed is Deed.ANSWER else "",
    )


def kept_for(seat: Seat, found: Sequence[Standing]) -> str:
    """A word for the chosen ones: what is typed for them is no text for others. A form that was sent had it already,
    and keeps it where some were unticked since."""
    if sent := kept_word(seat.form):
        return sent
    numbers = " ".join(str(number) for number in sorted(st.s.number for st in found))
    return hashlib.sha256(numbers.encode()).hexdigest()[:12]


def kept_word(form: Form) -> str:
    """The word that a form was sent with; "" for anything that cannot be one."""
    sent = form.text("keep")
    return sent if _KEPT.fullmatch(sent) else ""


def keep_key(url: str, deed: Deed, kept: str) -> str:
    """Under which name the browser keeps what is typed here."""
    return f"{url}:{deed.value}:{kept}"


def headline(count: int) -> Counted:
    said = counted(lambda n, **place: ngettext("%(num)s chosen", "%(num)s chosen", n, **place), count)
    return said if count else replace(said, words=_("None chosen"))


def counted(say: Callable[..., str], count: int) -> Counted:
    """Words for so many, and for whatever number the ticks come to; ``say`` takes the number and how it is written."""
    return Counted(words=say(count), one=say(1, num=ANY), many=say(2, num=ANY))


def ticked(picks: Sequence[Pick]) -> int:
    return sum(one.picked for one in picks)


def refused_first(picks: Sequence[Pick]) -> list[Pick]:
    """What was refused stands on top, where nobody has to look for it."""
    return sorted(picks, key=lambda one: not one.why)


def left_out(picks: Sequence[Pick]) -> list[LeftOut]:
    """By why, in the order in which the reasons come first."""
    reasons = dict.fromkeys(one.why for one in picks)
    return [LeftOut(why=why, picks=[one for one in picks if one.why == why]) for why in reasons]


def out_words(out: int, of: int) -> str:
    if not out:
        return ""
    return ngettext(
        "%(num)s of the %(count)s chosen is left out:", "%(num)s of the %(count)s chosen are left out:", out, count=of
    )


def cut(seat: Seat, count: int) -> str:
    """More than go at once were chosen."""
    more = seat.wanted - several.MOST
    if more <= 0:
        return ""
    return ngettext(
        "%(most)s go at once. %(num)s more stays on the desk for the next time.",
        "%(most)s go at once. %(num)s more stay on the desk for the next time.",
        more,
        most=count,
    )


def back(seat: Seat) -> Link:
    query = Filter.of_query(seat.back.partition("?")[2]).query
    return Link(url=links.path("desk", slug=seat.team.slug, query=query or None), label=_("Desk"))


def tabs(seat: Seat, found: Sequence[Standing], deed: Deed) -> list[NavItem]:
    """The other things that can be done with the same ones."""
    labels = {
        Deed.ANSWER: _("Answer"),
        Deed.PROMISE: _("New dates"),
        Deed.GIVE: _("Give it to …"),
        Deed.TAG: _("Tags …"),
    }
    chosen = [("n", str(st.s.number)) for st in found]
    return [
        NavItem(
            url=f"{seat.url}?{urlencode([('do', one.value), ('back', seat.back), *chosen])}",
            label=labels[one],
            icon="list",
            current=one is deed,
        )
        for one in TABS
    ]


def pick(seat: Seat, st: Standing, *, why: str = "", day: str = "", people: str = "", on: str = "",
         waits: Sequence[int] = ()) -> Pick:  # fmt: skip
    """One line of them; what was refused is not ticked any more, and says why."""
    number = st.s.number
    refused = seat.refused.get(number, "")
    sent = seat.form.text(f"seen-{number}") if seat.form.was_sent and not refused else ""
    seen = sent or scene.stamp(st.s, st.open)
    fields = [(f"seen-{number}", seen), *([(f"on-{number}", on)] if on else [])]
    return Pick(
        number=number,
        title=st.s.title,
        url=st.path(),
        author=st.name(st.s.author_id),
        promise=promise_view(st, seat.reader),
        picked=not refused,
        why=why or refused,
        day=day,
        people=people,
        waits=waits,
        fields=fields,
    )


def problems_of(errors: Mapping[str, str], prefix: str) -> list[Problem]:
    """For the summary on top, each with the id of its field."""
    fieldless = ("form", "n")
    return [
        Problem(field="" if name in fieldless else f"{prefix}{name}", sentence=said) for name, said in errors.items()
    ]


def _why_not(st: Standing, deed: Deed) -> str:
    """Why this cannot be done with it, whatever is typed."""
    if deed in (Deed.ANSWER, Deed.GIVE) and st.s.status not in OPEN:
        return _("It is closed by now.")
    return ""


def _people(seat: Seat) -> list[tuple[str, str]]:
    me = seat.person.id
    others = [(str(one.id), one.name) for one in seat.members if one.id != me]
    return [(str(me), _("me")), *others, ("", _("nobody in particular"))]


# Answering ------------------------------------------------------------------------------------------------------------


def _note(chosen: Sequence[Pick]) -> str:
    return _(
        "Each of them gets this answer as their own, and each may say that it does not answer theirs. "
        "Who has several of these gets one mail."
    ) if len(chosen) > 1 else ""  # fmt: skip


def _answer(seat: Seat, chosen: Sequence[Pick], kept: str, found: Sequence[Standing]) -> AnswerForm:
    form, reader = seat.form, seat.reader
    calendar = teams.working_time(seat.team.calendar)
    today = outcomes.today_in(calendar, now=reader.now)
    numbers = {one.number for one in chosen}
    authors = list(dict.fromkeys(one.author for one in chosen))
    return AnswerForm(
        url=seat.url,
        author=authors[0] if len(authors) == 1 else _("each of them"),
        outcome=form.text("outcome"),
        text=form.text("text"),
        on=form.text("on"),
        who=form.text("who", str(seat.person.id)),
        people=[one for one in _people(seat) if one[0]],
        chips=soon_chips(today, calendar, reader),
        later_chips=later_chips(today, calendar, reader),
        min_on=today.isoformat(),
        max_on=(today + timedelta(days=365 * outcomes.MOST_YEARS_ON)).isoformat(),
        fields=[forms.fresh_key(), ("do", Deed.ANSWER.value), ("back", seat.back), ("keep", kept)],
        keep=keep_key(seat.url, Deed.ANSWER, kept),
        errors=views_forms.errors_of(form),
        many=views_for_many.shape(seat.team, form, [st.s for st in found if st.s.number in numbers], seat.person),
        ask_first=_(deeds.ASK_FIRST) if g.get("ask_first") else "",
    )


def undo_of(team: Team, answer: Entry, count: int, reader: Reader, *, back: str) -> Undo | None:
    """The banner while one answer for many can be taken back from all of them."""
    until = answer.at + UNDO_WINDOW
    seconds = int((until - reader.now).total_seconds())
    if seconds < 1:
        return None
    return Undo(
        sentence=_("%(count)s are answered. Everybody will know in a moment.", count=count),
        url=f"{links.path('desk', slug=team.slug)}/several",
        seconds=seconds,
        until=f"{reader.local(until):%H:%M:%S}",
        fields=[forms.fresh_key(), ("do", Deed.UNDO.value), ("entry", mark(answer.id)), ("back", back)],
    )
