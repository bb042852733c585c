"""The pages of merging: what can be chosen, what would happen, and where a merged one goes on."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import replace

from tracker import access
from tracker.acts import merging, scene
from tracker.domain import lifecycle
from tracker.domain.errors import DomainError
from tracker.domain.lifecycle import MERGE_TARGETS, Status
from tracker.notices import words
from tracker.notices.words import Reader
from tracker.store import entries, merges, overviews, people, suggestions
from tracker.store.people import Person
from tracker.store.suggestions import Suggestion
from tracker.web import forms, language
from tracker.web.forms import Form
from tracker.web.merge_shapes import CameIn, GoesOn, MergePage
from tracker.web.say import _, ngettext
from tracker.web.shapes import Act, Link, Row
from tracker.web.views import Standing, gather
from tracker.web.views_promise import promise_view
from tracker.web.views_rows import row
from tracker.web.views_telling import Telling
from tracker.web.views_timeline import one

#: So many are offered at once; more than that nobody reads through.
MOST_FOUND = 10
#: Words of a title by which others like it are found before anybody has typed anything.
_WORD = re.compile(r"\w{4,}")


# Choosing -------------------------------------------------------------------------------------------------------------


def page(s: Suggestion, person: Person, reader: Reader, *, query: str, form: Form) -> MergePage:
    """``query`` is what was searched for, a number or words; ``form`` may name what was chosen as ``into``."""
    [st] = gather([s], person, reader)
    blank = MergePage(
        url=f"{st.path()}/merge",
        back=Link(url=st.path(), label=f"#{s.number}"),
        number=s.number,
        title=s.title,
        query=query,
        problems=form.problems,
        error=form.error("into"),
    )
    number = form.text("into")
    target = _numbered(st, number)
    if target is None or target.id == s.id:
        asked = query or number[:200]  # a number that is none stands in the field again
        found = _found(st, asked, reader)
        return replace(blank, query=asked, found=found, error=blank.error or _why_not_offered(st, asked, found, reader))
    return _previewed(blank, st, target, reader)


def _is_number(text: str) -> bool:
    return text.isascii() and text.isdigit() and len(text) < 10


def _numbered(st: Standing, number: str) -> Suggestion | None:
    """The one with this number, where the reader can see it."""
    wanted = number.strip().lstrip("#")
    return access.suggestion_numbered(st.person, st.s.team_id, int(wanted)) if _is_number(wanted) else None


def _why_not_offered(st: Standing, asked: str, found: Sequence[Row], reader: Reader) -> str:
    """Why a number that there is does not stand among what was found: it is this one, or goes on elsewhere."""
    target = _numbered(st, asked)
    if target is None or any(row.number == target.number for row in found):
        return ""
    try:
        merging.preview(st.s, target, by=st.person, now=reader.now)
    except DomainError as error:
        return language.sentence(error)
    return ""


def _found(st: Standing, query: str, reader: Reader) -> list[Row]:
    """By number or by words of the title; without a query, what has words in common with this one."""
    wanted = query.strip().lstrip("#")
    number = int(wanted) if _is_number(wanted) else None
    parts = [wanted] if query.strip() else _WORD.findall(st.s.title)[:6]
    condition = access.handled_by(st.person)
    found = overviews.like(st.s, parts, number, condition, limit=MOST_FOUND)
    return [
        replace(row(other, reader), url=f"{st.path()}/merge?into={other.s.number}")
        for other in gather(found, st.person, reader)
    ]


# Looking before -------------------------------------------------------------------------------------------------------


def _previewed(blank: MergePage, st: Standing, target: Suggestion, reader: Reader) -> MergePage:
    [other] = gather([target], st.person, reader)
    shown = replace(blank, source=row(st, reader), target=row(other, reader), into=str(target.number))
    try:
        what = merging.preview(st.s, target, by=st.person, now=reader.now)
    except DomainError as error:
        return _refused(shown, st, other, language.sentence(error), reader)
    seen = ("seen", scene.stamp(st.s, st.open))
    fields = [forms.fresh_key(), seen, ("into", str(target.number))]
    return replace(shown, says=_says(st, other, what, reader), fields=fields)


def _refused(shown: MergePage, st: Standing, other: Standing, sentence: str, reader: Reader) -> MergePage:
    """Why not; and where the other one has an answer, the way to give the same to this one."""
    given = entries.by_id(other.s.answer_entry_id) if other.s.answer_entry_id else None
    if given is None or st.s.status not in lifecycle.OPEN or other.s.about_person_id is not None:
        return replace(shown, refusal=sentence)
    label = _("Answer #%(number)s with the same text", number=st.s.number)
    link = Link(url=f"{st.path()}?same={other.s.number}#answer", label=label)
    answer = one(Telling(st=other, reader=reader, found=[given]), given)
    return replace(shown, refusal=sentence, same_text=link, answer=answer)


def _says(st: Standing, other: Standing, what: merging.Preview, reader: Reader) -> list[str]:
    """What happens to the dates, to the page, to those who wait, and who is told."""
    here, there = st.s.number, other.s.number
    authors = [person for person, _from in merges.authors_of(st.s) if person != other.s.author_id]
    names = words.names(reader.locale, [people.names({one})[one] for one in dict.fromkeys(authors)])
    said = [_date(here, there, what, reader, author=other.name(other.s.author_id))]
    if names:
        said.append(
            ngettext(
                "%(names)s becomes an author of #%(there)s and reads that in the next daily mail. Nobody else is told.",
                "%(names)s become authors of #%(there)s and read that in the next daily mail. Nobody else is told.",
                len(set(authors)),
                names=names,
                there=there,
            )
        )
    said += [sentence for sentence in (_along(what, there),) if sentence]
    said.append(_("#%(here)s stays readable, takes no comments and leads to #%(there)s.", here=here, there=there))
    said.append(_("You can take it back until #%(there)s is answered.", there=there))
    return said


def _date(here: int, there: int, what: merging.Preview, reader: Reader, *, author: str) -> str:
    places = {"here": here, "there": there, "name": author}
    if what.due_at is None:
        if what.is_earlier:
            return _("#%(there)s still waits for %(name)s; after that, the time is left that #%(here)s has.", **places)
        return _("#%(there)s still waits for %(name)s, and keeps the time that is left after that.", **places)
    when = words.until(reader, what.due_at)
    if what.due_at < reader.now:
        return _("#%(there)s is late already, and stays so.", **places)
    if what.is_earlier:
        return _("#%(there)s takes over the earlier date: answer by %(when)s.", when=when, **places)
    return _("#%(there)s keeps its date: answer by %(when)s.", when=when, **places)


def _along(what: merging.Preview, there: int) -> str:
    if what.votes and what.followers:
        return _("%(votes)s × “me too” and %(followers)s × “follow” go along to #%(there)s.", votes=what.votes,
                 followers=what.followers, there=there)  # fmt: skip
    if what.votes:
        return _("%(votes)s × “me too” go along to #%(there)s.", votes=what.votes, there=there)
    if what.followers:
        return _("%(followers)s × “follow” go along to #%(there)s.", followers=what.followers, there=there)
    return ""


def same_answer(s: Suggestion, person: Person, number: str) -> Form | None:
    """The answer form of this one, filled with the answer of another that the reader handles as well."""
    other = access.suggestion_numbered(person, s.team_id, int(number)) if _is_number(number) else None
    if other is None or other.about_person_id is not None or not other.answer_entry_id:
        return None
    given = entries.by_id(other.answer_entry_id)
    if given is None or not access.can_handle(person, other):
        return None
    return Form({"outcome": given.facts["outcome"], "text": given.text, "on": given.facts.get("on") or ""})


# On a suggestion's page -----------------------------------------------------------------------------------------------


def way_in(st: Standing) -> Link | None:
    """Where it is merged, as far as it alone decides."""
    side = merging.side(st.s)
    if not st.handles or st.s.status is not Status.OPEN or not side.is_for_all or side.is_contested:
        return None
    return Link(url=f"{st.path()}/merge", label=_("Merge with another one …"), icon="link")


def goes_on(st: Standing, reader: Reader) -> GoesOn | None:
    """Where a merged one goes on in the end; nothing for who cannot see that."""
    if st.s.status is not Status.MERGED:
        return None
    target = merges.goes_on(st.s)
    if target is None or not access.can_see(st.person, target):
        return None
    [there] = gather([target], st.person, reader)
    given = entries.by_id(target.answer_entry_id) if target.answer_entry_id else None
    return GoesOn(
        link=_link(there.path(), target),
        promise=promise_view(there, reader),
        answer=one(Telling(st=there, reader=reader, found=[given]), given) if given is not None else None,
        undo=_undo(st, st.path(), target.status),
    )


def came_in(st: Standing) -> list[CameIn]:
    """What was merged into this one, oldest first; all of it is for the whole team, as this one is."""
    found = overviews.merged_into(st.s.id)
    return [
        CameIn(
            link=_link(st.path().rpartition("/")[0] + f"/{s.number}", s),
            author=s.author.name,
            undo=_undo(st, f"{st.path().rpartition('/')[0]}/{s.number}", st.s.status),
        )
        for s in found
    ]


def _link(path: str, s: Suggestion) -> Link:
    return Link(url=path, label=f"#{s.number} {s.title}")


def _undo(st: Standing, path: str, target: Status) -> Act | None:
    if not st.handles or target not in MERGE_TARGETS:
        return None
    return Act(url=f"{path}/unmerge", label=_("Take the merge back"), icon="undo", fields=[forms.fresh_key()])


def also_by(st: Standing) -> Sequence[str]:
    """The co-authors' names."""
    ids = [one for one in suggestions.co_author_ids(st.s.id) if one != st.s.author_id]
    return [_("you") if one == st.person.id else st.name(one) for one in ids]
