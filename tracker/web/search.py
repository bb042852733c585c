"""Searching: a page that works without scripts, the same list while typing, and what was declined or put off."""

from __future__ import annotations

from dataclasses import replace
from itertools import groupby

from flask import make_response, render_template, request

from tracker import access
from tracker.domain.errors import BadInput
from tracker.domain.lifecycle import Kind, Status
from tracker.domain.search_query import Query, understood
from tracker.notices import links, words
from tracker.notices.words.earlier import month
from tracker.store import search as facts
from tracker.store.people import Person
from tracker.store.search import Asker, Condition, Found
from tracker.store.suggestions import Suggestion
from tracker.store.teams import Team
from tracker.web import language, views_found
from tracker.web.blueprint import web
from tracker.web.identity import Page, me, now, signed_in, team_page
from tracker.web.say import _, ngettext
from tracker.web.search_shapes import Hint, LibraryPage, Month, SearchPage
from tracker.web.shapes import Link, NavItem
from tracker.web.views import gather
from tracker.web.views_words import kind_word

A_PAGE = 20
OUTCOMES = {"": (Status.DECLINED, Status.NOT_NOW), "no": (Status.DECLINED,), "later": (Status.NOT_NOW,)}


def asker(person: Person, team: Team) -> Asker:
    """This person, looking in this team now."""
    return Asker(
        person_id=person.id,
        team=team,
        visible=access.visible_to(person),
        handled=access.handled_by(person),
        now=now(),
        zone=language.reader().zone,
    )


def _asked() -> str:
    return " ".join(request.args.get("q", "").split(" ")).strip("\r\n\t")


def _page_number() -> int:
    number = request.args.get("page", "1")
    return max(int(number), 1) if number.isascii() and number.isdecimal() and len(number) < 6 else 1


def _here(number: int, found: Found) -> str:
    first = (number - 1) * A_PAGE + 1
    last = first + len(found.suggestions) - 1
    return _("%(first)s to %(last)s of %(count)s", first=first, last=last, count=found.count) if last >= first else ""


# The search -----------------------------------------------------------------------------------------------------------


@web.get("/t/<slug>/search")
@signed_in
def search(slug: str) -> Page:
    """What was typed, what was found, a page at a time; nothing typed: what can be."""
    team, _membership = team_page(slug)
    return render_template("web/search.html", search=_searched(team))


@web.get("/t/<slug>/search/found")
@signed_in
def search_found(slug: str) -> Page:
    """What is found alone, asked for while somebody types."""
    team, _membership = team_page(slug)
    page = _searched(team)
    response = make_response(render_template("web/_parts/found.html", search=page))
    response.headers["HX-Replace-Url"] = _url(slug, page.asked, 1)
    return response


def _url(slug: str, asked: str, page: int) -> str:
    query = {name: value for name, value in (("q", asked), ("page", str(page) if page > 1 else "")) if value}
    return links.path("search", slug=slug, query=query)


def _searched(team: Team) -> SearchPage:
    asked, number, slug = _asked(), _page_number(), team.slug
    url, live_url = links.path("search", slug=slug), links.path("search_found", slug=slug)
    empty = SearchPage(url=url, live_url=live_url, asked=asked, hints=_hints(slug), library=_library(slug))
    if not asked.strip():
        return empty
    try:
        query = _understood(asked)
        found = facts.page(query, asker(me(), team), offset=(number - 1) * A_PAGE, limit=A_PAGE)
    except BadInput as refused:
        return replace(empty, problem=language.sentence(refused))
    reader = language.reader()
    standings = gather(found.suggestions, me(), reader)
    answers = facts.answers_of(found.suggestions)
    return SearchPage(
        url=url,
        live_url=live_url,
        asked=asked,
        headline=ngettext("%(num)s suggestion", "%(num)s suggestions", found.count) if found.count else "",
        hits=views_found.hits(found, standings, answers, reader),
        here=_here(number, found),
        newer_url=_url(slug, asked, number - 1) if number > 1 else "",
        older_url=_url(slug, asked, number + 1) if number * A_PAGE < found.count else "",
        hints=() if found.count else _hints(slug),
        raise_link=Link(
            url=links.path("raise", slug=slug, query={"title": asked[:200]}), label=_("Raise it"), icon="plus"
        ),
    )


def _understood(asked: str) -> Query:
    """What was found while somebody typed is found when they press Enter: the last word may go on."""
    return understood(asked, today=language.reader().today, may_go_on=True)


def _library(slug: str) -> Link:
    return Link(url=links.path("answers", slug=slug), label=_("What we said no to, and why"))


def _hints(slug: str) -> list[Hint]:
    """The filters in the reader's own spelling, each to be tried at once."""
    taught = (
        (_("“sweet mash”"), _("exactly these words, one after the other")),
        (_("-discord"), _("without this word")),
        (_("from:me"), _("what I raised; or any name")),
        (_("kind:question"), _("only questions; also idea, problem, trouble")),
        (_("status:open"), _("also asked, promised, later, done, no")),
        (_("waiting:us"), _("whose turn it is: us, author, me or a name")),
        (_("due:late"), _("also today, tomorrow, week or a day")),
        (_("urgency:burning"), _("also daily, normal, canwait")),
        (_("tag:chat"), _("with this tag")),
    )
    return [Hint(written=written, does=does, url=_url(slug, written, 1)) for written, does in taught]


# What was declined or put off -----------------------------------------------------------------------------------------


@web.get("/t/<slug>/answers")
@signed_in
def earlier_answers(slug: str) -> Page:
    """What the team said no or not now to, with the reason and the day; by month, the latest first."""
    team, _membership = team_page(slug)
    return render_template("web/answers.html", library=_library_page(team))


def _library_page(team: Team) -> LibraryPage:
    outcome = request.args.get("outcome", "")
    outcome = outcome if outcome in OUTCOMES else ""
    kind = request.args.get("kind", "")
    kind = kind if kind in set(Kind) else ""
    asked, number, problem = _asked(), _page_number(), ""
    among: list[Condition] = [Suggestion.status.in_(OUTCOMES[outcome]), Suggestion.answer_entry_id.is_not(None)]
    among += [Suggestion.kind == Kind(kind)] if kind else []
    try:
        query = _understood(asked)
        found = facts.page(
            query, asker(me(), team), among=among, by_answer=True, offset=(number - 1) * A_PAGE, limit=A_PAGE
        )
    except BadInput as refused:
        found, problem = Found([], 0, []), language.sentence(refused)
    chosen = {"outcome": outcome, "kind": kind, "q": asked}
    return LibraryPage(
        url=links.path("answers", slug=team.slug),
        months=_months(team.slug, found),
        outcomes=_outcome_tabs(team.slug, chosen),
        kinds=_kinds(),
        kind=kind,
        outcome=outcome,
        asked=asked,
        problem=problem,
        here=_here(number, found),
        newer_url=_library_url(team.slug, {**chosen, "page": str(number - 1)}) if number > 1 else "",
        older_url=_library_url(team.slug, {**chosen, "page": str(number + 1)})
        if number * A_PAGE < found.count
        else "",
    )  # fmt: skip


def _outcome_tabs(slug: str, chosen: dict[str, str]) -> list[NavItem]:
    labels = {"": _("All"), "no": _("No"), "later": _("Not now")}
    return [
        NavItem(
            url=_library_url(slug, {**chosen, "outcome": key}),
            label=label,
            icon="list",
            current=key == chosen["outcome"],
        )
        for key, label in labels.items()
    ]


def _kinds() -> list[tuple[str, str]]:
    return [("", _("Every kind")), *((kind.value, words.capital(kind_word(kind))) for kind in Kind)]


def _library_url(slug: str, query: dict[str, str]) -> str:
    kept = {name: value for name, value in query.items() if value and not (name == "page" and value == "1")}
    return links.path("answers", slug=slug, query=kept)


def _months(slug: str, found: Found) -> list[Month]:
    reader = language.reader()
    given = facts.answers_of(found.suggestions)
    urls = {s.id: links.path("suggestion", slug=slug, number=s.number) for s in found.suggestions}
    hits = zip(found.suggestions, views_found.plain_hits(found, given, reader, urls), strict=True)
    months = groupby(hits, key=lambda pair: _month(pair[0]))
    return [Month(name=name, hits=[hit for _s, hit in pairs]) for name, pairs in months]


def _month(s: Suggestion) -> str:
    reader = language.reader()
    return month(reader, s.answered_at.astimezone(reader.zone).date()) if s.answered_at is not None else ""
