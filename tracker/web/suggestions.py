"""Looking at suggestions: one with its timeline, the receipt, the calendar file, the list of all."""

from __future__ import annotations

from flask import make_response, redirect, render_template, request

from tracker import access
from tracker.domain.lifecycle import CLOSED, OPEN, Status
from tracker.notices import calendar_file, links, words
from tracker.store import overviews, snoozes
from tracker.store import promises as promise_store
from tracker.store.people import Person
from tracker.store.suggestions import Suggestion
from tracker.web import (
    by_mail,
    language,
    views_alike,
    views_merge_page,
    views_receipt,
    views_suggestion,
    views_tasks,
    views_undo,
)
from tracker.web.blueprint import web
from tracker.web.identity import Page, me, now, signed_in, team_page
from tracker.web.marks import unmark
from tracker.web.once import arrivals
from tracker.web.page_shapes import ListPage
from tracker.web.say import _
from tracker.web.shapes import Link, NavItem
from tracker.web.views import gather
from tracker.web.views_forms import Sent, delivers
from tracker.web.views_rows import row
from tracker.web.views_suggestion import Known

A_PAGE = 20
STATUSES = {"": frozenset(Status), "open": OPEN, "closed": CLOSED}


def known(slug: str, number: int) -> Known:
    """Everything the page of this suggestion needs. Raises ``OutOfReach``."""
    s = access.find_suggestion(me(), slug, number)
    return views_suggestion.known(s, me(), language.reader())


def shown(k: Known, *, sent: Sent | None = None, write: str = "") -> str:
    """The page of one suggestion."""
    undo = views_undo.undo_of(k.st.s, k.answer, k.st.person, k.reader)
    page = views_suggestion.page(k, sent=sent, write=write)
    return render_template(
        "web/suggestion.html",
        suggestion=page,
        undo=undo,
        kept_done=arrivals(),
        later=_later(k.st.s, k.st.person),
        tasks=views_tasks.task_list(
            k.st.s, k.st.person, k.reader, handles=k.st.handles, plans=k.st.handles or delivers(k.st), sent=sent
        ),
        alike=views_alike.beside(k.st.s, k.st.person, k.reader),
    )


def _later(s: Suggestion, person: Person) -> Link | None:
    """Where the reminders of this are put off, while it is open."""
    if s.status not in OPEN:
        return None
    held = snoozes.of(person.id, s.id, now=now())
    when = words.short_moment(language.reader(), held.until_at) if held is not None else ""
    label = _("Put off for you until %(when)s", when=when) if held is not None else _("Remind me later")
    return Link(url=links.path("later", slug=s.team.slug, number=s.number), label=label)


def with_meanwhile(k: Known, sent: Sent) -> Sent:
    """The refused form together with what somebody else wrote since it was made."""
    upto = sent.form.text("upto")
    later = views_suggestion.meanwhile(k, unmark(int(upto))) if upto.isdecimal() and len(upto) < 16 else None
    entry = views_suggestion.entry_view(k, later) if later is not None else None
    return Sent(sent.key, sent.form, entry, sent.ask_first)


@web.get("/t/<slug>/<int:number>")
@signed_in
def suggestion(slug: str, number: int) -> Page:
    """One suggestion; ``?write=contest`` opens that form at its end, ``&mail=7`` with the words of that mail, and
    ``?same=41`` fills in the answer of that one."""
    team_page(slug)
    k = known(slug, number)
    same = views_merge_page.same_answer(k.st.s, me(), request.args.get("same", "")) if k.st.handles else None
    sent = Sent("answer", same) if same is not None else by_mail.filled(k.st.s, me(), request.args)
    return shown(k, sent=sent, write=request.args.get("write", "")[:20])


# The receipt ----------------------------------------------------------------------------------------------------------


def _raised_by(s: Suggestion, person: Person) -> bool:
    return person.id in (s.author_id, s.entered_by_id)


@web.get("/t/<slug>/<int:number>/receipt")
@signed_in
def receipt(slug: str, number: int) -> Page:
    """The date, why then, and what if nobody answers. Once something has happened, the page itself tells more."""
    team_page(slug)
    k = known(slug, number)
    if not _raised_by(k.st.s, k.st.person) or k.st.s.status is not Status.OPEN or k.st.due_at is None:
        return redirect(k.st.path())
    return render_template("web/receipt.html", receipt=views_receipt.page(k, k.st.due_at), kept_done=arrivals())


@web.get("/t/<slug>/<int:number>/answer-<int:file>.ics")
@signed_in
def calendar(slug: str, number: int, file: int) -> Page:
    """The date of the answer for one's own calendar."""
    team_page(slug)
    s = access.find_suggestion(me(), slug, number)
    row_ = promise_store.open_of(s.id)
    if row_ is None or row_.due_at is None or file != number:
        return redirect(links.path("suggestion", slug=slug, number=number))
    reader = language.reader()
    made = calendar_file.answer_by(
        s,
        row_.due_at,
        name=calendar_file.name(number, reader.locale),
        url=links.url("suggestion", slug=slug, number=number),
        reader=reader,
        made_at=now(),
    )
    response = make_response(made.content)
    response.headers["Content-Type"] = f"{made.content_type}; charset=utf-8"
    response.headers["Content-Disposition"] = f'attachment; filename="{made.name}"'
    return response


# All of them ----------------------------------------------------------------------------------------------------------


@web.get("/t/<slug>/suggestions")
@signed_in
def suggestions(slug: str) -> Page:
    """What this person can see, newest first, in pages."""
    team, _membership = team_page(slug)
    chosen = request.args.get("status", "")
    chosen = chosen if chosen in STATUSES else ""
    number = request.args.get("page", "1")
    page = max(int(number), 1) if number.isdecimal() and len(number) < 7 else 1
    found, count = overviews.page_of(
        team.id, access.visible_to(me()), STATUSES[chosen], offset=(page - 1) * A_PAGE, limit=A_PAGE
    )
    reader = language.reader()
    rows = [row(st, reader) for st in gather(found, me(), reader)]
    first = (page - 1) * A_PAGE + 1
    return render_template(
        "web/suggestions.html",
        list=ListPage(
            rows=rows,
            tabs=_tabs(slug, chosen),
            here=_("%(first)s to %(last)s of %(count)s", first=first, last=first + len(rows) - 1, count=count)
            if rows
            else "",
            newer_url=_page_url(slug, chosen, page - 1) if page > 1 else "",
            older_url=_page_url(slug, chosen, page + 1) if first + A_PAGE <= count else "",
            raise_url=links.path("raise", slug=slug),
        ),
    )


def _page_url(slug: str, chosen: str, page: int) -> str:
    query = {"status": chosen, "page": str(page) if page > 1 else ""}
    return links.path("suggestions", slug=slug, query={name: value for name, value in query.items() if value})


def _tabs(slug: str, chosen: str) -> list[NavItem]:
    labels = {"": _("All"), "open": _("Open"), "closed": _("Closed")}
    return [
        NavItem(url=_page_url(slug, key, 1), label=label, icon="list", current=key == chosen)
        for key, label in labels.items()
    ]
