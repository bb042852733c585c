"""The page of one suggestion, for whoever reads it: gathered in a bounded number of queries, made of plain values."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime

from tracker import access
from tracker.acts import answers
from tracker.domain import lifecycle
from tracker.domain.lifecycle import OPEN, Kind, Status, Visibility
from tracker.notices import links, told, words
from tracker.notices.markdown import Place
from tracker.notices.words import Reader
from tracker.notices.writing import place
from tracker.store import attachments, entries, inbound_mails, people, saved_replies, suggestions, tags, teams
from tracker.store import promises as promise_store
from tracker.store.drafts import Draft
from tracker.store.entries import Entry, EntryKind
from tracker.store.people import Person
from tracker.store.suggestions import Suggestion, Thanks
from tracker.web import (
    explain,
    forms,
    uploads,
    views_drafts,
    views_entry_links,
    views_forms,
    views_merge_page,
    views_starts,
    views_tags,
)
from tracker.web.file_shapes import FileView
from tracker.web.marks import mark
from tracker.web.page_shapes import ByMail, SuggestionPage
from tracker.web.say import _, ngettext
from tracker.web.shapes import Act, Fact, Link, Promise, Why
from tracker.web.shapes import Entry as EntryView
from tracker.web.shapes_answering import Starts
from tracker.web.views import Standing, gather
from tracker.web.views_forms import Desk, Elsewhere, Sent
from tracker.web.views_promise import promise_view
from tracker.web.views_rows import meta, with_them
from tracker.web.views_telling import Telling
from tracker.web.views_timeline import one, timeline
from tracker.web.views_words import kind_word, urgency_word

#: Entries after which a form that was made before is stale.
TURNS = frozenset({EntryKind.ANSWER, EntryKind.MOVED, EntryKind.QUESTION, EntryKind.BALL_BACK, EntryKind.CONTESTED,
                   EntryKind.REOPENED, EntryKind.WITHDRAWN, EntryKind.UNDONE, EntryKind.HANDED_BACK})  # fmt: skip


@dataclass(frozen=True, slots=True, kw_only=True)
class Known:
    """Everything about one suggestion that its page needs, as it stands in the database."""

    st: Standing
    reader: Reader
    found: Sequence[Entry]
    rows: Sequence[promise_store.PromiseRow]
    thanks: Sequence[Thanks]
    has_voted: bool
    follows: bool
    #: how many read along
    followers: int
    has_nudged: bool
    contest_until: date | None
    #: whether they can say that, too, while the answer to a contest is owed
    joins_contest: bool
    handlers: dict[int, str]
    nameable: dict[int, str]
    #: what came with entries, by entry
    files: dict[int, list[FileView]]
    #: other suggestions that entries are about, by id, as far as this person can see them
    others: dict[int, Link]
    #: where numbers in the texts lead
    places: dict[int, Place]
    #: what the reader has half-written as an answer, and who else is writing one: for those who may answer
    draft: Draft | None = None
    writers: Sequence[int] = ()
    #: answers that the reader wrote by mail and has not confirmed: of which mail, and when it came
    mailed: Sequence[tuple[int, datetime]] = ()
    #: texts to begin an answer with
    starts: Starts | None = None

    @property
    def answer(self) -> Entry | None:
        """The answer in force."""
        wanted = self.st.s.answer_entry_id
        return next((entry for entry in self.found if entry.id == wanted), None) if wanted else None

    @property
    def has_merges(self) -> bool:
        """Whether something was ever merged into this one."""
        return any(entry.kind is EntryKind.MERGED_IN for entry in self.found)

    @property
    def upto(self) -> int:
        return self.found[-1].id if self.found else 0


def known(s: Suggestion, person: Person, reader: Reader) -> Known:
    """Gather. The caller has asked whether the person can see it."""
    handles = access.can_handle(person, s)
    found = entries.timeline(s.id, internal=handles)
    rows = promise_store.all_of(s.id)
    may_answer = handles and s.status in OPEN
    draft, writers = views_drafts.at(s, person, now=reader.now) if may_answer else (None, [])
    [st] = gather([s], person, reader, more=_persons_in(found) | set(writers))
    members = [m.person for m in teams.memberships(s.team_id)] if handles else []
    nudged = (
        suggestions.nudge_of(st.open.id, st.open.version, person.id) if st.open is not None and st.is_late else None
    )
    following = suggestions.follower_ids(s.id)
    return Known(
        st=st,
        reader=reader,
        found=found,
        rows=rows,
        thanks=suggestions.thanks_of(s.id),
        has_voted=suggestions.vote_of(s.id, person.id) is not None,
        follows=person.id in following,
        followers=len(following),
        has_nudged=nudged is not None,
        contest_until=answers.can_contest(s, person, now=reader.now) if st.is_own else None,
        joins_contest=st.is_own and answers.can_join_contest(s, person, now=reader.now),
        handlers=_handlers(s, members),
        nameable=_nameable(s, members),
        files=_files(s),
        others=views_entry_links.others(s, found, person),
        places=views_entry_links.places(s, found, person),
        draft=draft,
        writers=writers,
        mailed=_mailed(s, person, found) if may_answer or views_forms.delivers(st) else (),
        starts=_starts(s, person, reader) if may_answer else None,
    )


def _mailed(s: Suggestion, person: Person, found: Sequence[Entry]) -> list[tuple[int, datetime]]:
    """Those that came before this person's last answer were confirmed by it, or are settled."""
    given = max(
        (entry.at for entry in found if entry.kind is EntryKind.ANSWER and entry.actor_id == person.id), default=None
    )
    waiting = inbound_mails.drafts_of(person.id, s.id)
    return [one for one in waiting if given is None or one[1] > given]


def _files(s: Suggestion) -> dict[int, list[FileView]]:
    return {
        entry: [uploads.view(one, s.team.slug) for one in found]
        for entry, found in attachments.of_suggestion(s.id).items()
    }


def _starts(s: Suggestion, person: Person, reader: Reader) -> Starts:
    return views_starts.starts(s, views_starts.earlier(s, person), saved_replies.of_team(s.team_id), reader)


def _persons_in(found: Sequence[Entry]) -> set[int]:
    """Everybody whom an entry names."""
    wanted = {entry.actor_id for entry in found if entry.actor_id is not None}
    for entry in found:
        wanted |= {entry.facts[name] for name in ("who", "left") if isinstance(entry.facts.get(name), int)}
        to = entry.facts.get("to")
        wanted |= set(to) if isinstance(to, list) else {to} if isinstance(to, int) else set()
    return wanted


def _handlers(s: Suggestion, members: Sequence[Person]) -> dict[int, str]:
    """Who may answer it, in one query."""
    able = access.who_can_handle(s, list(members))
    return {person.id: person.name for person in able}


def _nameable(s: Suggestion, members: Sequence[Person]) -> dict[int, str]:
    """Who can be named in a will_do: everybody of the team; of what is sealed, only who knows of it."""
    able = access.who_can_see(s, list(members)) if s.is_sealed else members
    return {person.id: person.name for person in able if person.id != s.about_person_id}


# The page -------------------------------------------------------------------------------------------------------------


def page(
    k: Known, *, sent: Sent | None = None, back: str = "", write: str = "", at: Elsewhere | None = None
) -> SuggestionPage:
    """``sent`` is a form that was refused, ``write`` the key of one to show open, ``back`` where forms lead back to."""
    st = k.st
    if sent is None and write:
        sent = Sent(write, forms.Form())
    answer = k.answer
    desk = Desk(
        st=st, reader=k.reader, upto=k.upto, sent=sent, back=back, at=at, draft=k.draft, starts=k.starts,
        answerer=answer.actor_id if answer else None,
    )  # fmt: skip
    telling = _telling(k, desk)
    answering = views_forms.answer_form(desk, _people(k)) if st.handles and st.s.status in OPEN else None
    also = views_forms.also_forms(desk, contest_until=k.contest_until, joins_contest=k.joins_contest)
    choosing = views_forms.choose_forms(desk, k.handlers)
    tagging = views_tags.form(desk, tags.in_use(st.s.team_id, access.visible_to(st.person)))
    keys = [form.key for form in also] + [form.key for form in choosing]
    return SuggestionPage(
        number=st.s.number,
        title=st.s.title,
        in_tab=st.s.kind is Kind.FRICTION,
        url=st.path(),
        back=_back(st),
        meta=_meta(k),
        promise=_promise(k, desk),
        entries=timeline(telling),
        facts=facts(k),
        answer_entry=one(_on_top(k, desk), answer) if answer is not None else None,
        answer=answering,
        also=also,
        closing=views_forms.closing(desk),
        links=[link for link in (views_merge_page.way_in(st),) if link is not None],
        goes_on=views_merge_page.goes_on(st, k.reader),
        came_in=views_merge_page.came_in(st) if k.has_merges else [],
        signs=views_forms.signs(desk, has_voted=k.has_voted, follows=k.follows),
        choosing=choosing,
        tagging=tagging,
        problems=views_forms.problems(sent),
        zone_note=words.zone_note(k.reader, st.calendar.zone) or "",
        writing_url=f"{st.path()}/writing" if answering is not None and at is None else "",
        writing=views_drafts.sentence(st.name_all(k.writers), k.reader),
        by_mail=_by_mail(k) if at is None and not (desk.is_open("answer") or desk.is_open("done")) else [],
        kept=_kept(sent, [*keys, "answer"] if answering is not None else keys),
    )


def _promise(k: Known, desk: Desk) -> Promise:
    """What is owed, with what the reader can do about it."""
    acts = views_forms.promise_acts(desk, has_voted=k.has_voted, has_nudged=k.has_nudged)
    return promise_view(k.st, k.reader, is_whole=True, acts=acts, why=_why(k), first_due_at=_first_due_at(k))


def _by_mail(k: Known) -> list[ByMail]:
    """Each answer by mail that waits, with the way to the form that it fills in."""
    found = []
    for mail_id, at in k.mailed:
        said = _(
            "You wrote an answer by mail (%(when)s). Nothing has been entered yet.", when=words.moment(k.reader, at)
        )
        write = "answer" if k.st.handles else "done"
        query = {"write": write, "mail": str(mail_id)}
        s = k.st.s
        url = links.path("suggestion", fragment=place(write), query=query, slug=s.team.slug, number=s.number)
        found.append(ByMail(said=said, link=Link(url=url, label=_("Look at it and confirm it"))))
    return found


def _kept(sent: Sent | None, shown: Sequence[str]) -> list[tuple[str, str]]:
    """What was typed into a form that is not offered any more: answered meanwhile, or no longer theirs to answer."""
    if sent is None or sent.key in shown or not sent.form.text("text"):
        return []
    return [("text", sent.form.text("text"))]


def _back(st: Standing) -> Link:
    slug = st.s.team.slug
    if st.handles:
        return Link(url=links.path("desk", slug=slug), label=_("Desk"))
    if st.is_own:
        return Link(url=links.path("mine", slug=slug), label=_("Mine"))
    return Link(url=links.path("suggestions", slug=slug), label=_("Suggestions"))


def _meta(k: Known) -> list[str]:
    st, also = k.st, views_merge_page.also_by(k.st) if k.has_merges else []
    also_by = [_("also from %(names)s", names=words.names(k.reader.locale, also))] if also else []
    if not st.is_own:
        return [*meta(st, k.reader), *also_by]
    author = _("from you") if st.s.author_id == st.person.id else st.name(st.s.author_id)
    found = [kind_word(st.s.kind), author, *also_by]
    return [*found, with_them(st.waiting - 1, is_own=True)] if st.waiting > 1 else found


def _people(k: Known) -> list[tuple[str, str]]:
    me = k.st.person.id
    others = [(str(one), name) for one, name in k.nameable.items() if one != me]
    return [(str(me), _("me")), *others]


def _why(k: Known) -> Why | None:
    """Why the date that is running, or waits, is that date."""
    row = k.st.open
    if row is None or k.st.is_asked:
        return None
    calendar = teams.working_time_of(row.calendar_id)
    notes = [explain.note_of_days_off(row.value, calendar, k.reader)] if row.value.budget else []
    return explain.why(row.value, calendar, k.reader, notes=notes)


def _first_due_at(k: Known) -> datetime | None:
    """The first date of what was promised, where it was moved."""
    if k.st.s.status is not Status.WILL_DO or not k.st.s.moves:
        return None
    said = [entry for entry in k.found if entry.kind is EntryKind.ANSWER and entry.facts.get("outcome") == "will_do"]
    promise = said[0].facts.get("promise") if said else None
    return datetime.fromisoformat(promise["due_at"]) if promise and promise["due_at"] else None


# The timeline ---------------------------------------------------------------------------------------------------------


def _telling(k: Known, desk: Desk) -> Telling:
    carried = told.carried_of([row.id for row in k.rows])
    return Telling(
        st=k.st,
        reader=k.reader,
        found=k.found,
        carried=carried,
        places=k.places,
        files=k.files,
        links=views_entry_links.onward(k.found, k.others),
        asides=views_entry_links.asides(k.st, k.found),
    )


def _on_top(k: Known, desk: Desk) -> Telling:
    """The answer in force above everything else, with what can be said to it."""
    return Telling(
        st=k.st,
        reader=k.reader,
        found=k.found,
        places=k.places,
        acts=lambda entry: _thank(k, desk, entry),
        links=lambda entry: _replies(k),
    )


def _thank(k: Known, desk: Desk, entry: Entry) -> list[Act]:
    given = [thanks for thanks in k.thanks if thanks.entry_id == entry.id]
    if not (k.st.is_own or k.has_voted) or entry.actor_id == k.st.person.id:
        return []
    has_thanked = any(thanks.person_id == k.st.person.id for thanks in given)
    url = desk.url(f"thank/{mark(entry.id)}")
    label, count = _("Thanks"), len(given)
    fields = desk.fields()
    return [Act(url=url, label=label, icon="heart", count=count, pressed=has_thanked, fields=fields, anchor="thanks")]


def _replies(k: Known) -> list[Link]:
    """Links to the forms at the end of the page, which they open."""
    found, path = [], k.st.path()
    if k.contest_until is not None:
        label = _("That does not answer it (until %(day)s)", day=words.day(k.reader, k.contest_until))
        found.append(Link(url=f"{path}?write=contest#contest-text", label=label))
    if k.st.is_own and lifecycle.can(k.st.s.status, lifecycle.Act.IT_IS_BACK):
        found.append(Link(url=f"{path}?write=back#back-text", label=_("It is back")))
    if _is_declined_for_good(k):
        found.append(Link(url=links.path("raise", slug=k.st.s.team.slug), label=_("Raise it anew")))
    return found


def _is_declined_for_good(k: Known) -> bool:
    """A no that its author cannot contest any more: from then on a new suggestion is the way on."""
    s = k.st.s
    if not k.st.is_own or s.status is not Status.DECLINED or s.answered_at is None:
        return False
    return k.reader.now.astimezone(k.st.calendar.zone).date() > lifecycle.contest_until(s.answered_at, k.st.calendar)


def meanwhile(k: Known, upto: int) -> Entry | None:
    """What somebody else wrote since the form was made: the last turn that its writer has not seen."""
    later = [e for e in k.found if e.id > upto and e.kind in TURNS and e.actor_id != k.st.person.id]
    return later[-1] if later else None


def entry_view(k: Known, entry: Entry) -> EntryView:
    """One entry by itself."""
    return one(Telling(st=k.st, reader=k.reader, found=k.found), entry)


# Facts ----------------------------------------------------------------------------------------------------------------


def facts(k: Known) -> list[Fact]:
    st, s = k.st, k.st.s
    found = []
    if st.duty:
        found.append(Fact(term=_("With"), values=[_with(st, k.reader)]))
    if s.about_person_id is not None and (name := people.names({s.about_person_id}).get(s.about_person_id)):
        found.append(Fact(term=_("About"), values=[name]))
    if s.status in (Status.OPEN, Status.ASKED):
        found.append(Fact(term=_("Urgency"), values=[urgency_word(s.urgency)]))
    if st.tags:
        found.append(Fact(term=_("Tags"), values=[", ".join(st.tags)]))
    found.append(Fact(term=_("Seen by"), values=[seen_by(st, k.reader)]))
    if s.visibility is Visibility.TEAM and (s.votes or s.status in OPEN):
        count = _("nobody yet") if not s.votes else with_them_all(s.votes)
        found.append(Fact(term=_("Me too"), values=[count]))
    if k.followers:
        found.append(Fact(term=_("Follow it"), values=[with_them_all(k.followers)]))
    if s.moves or s.status in OPEN:
        moved = words.times(k.reader.locale, s.moves) if s.moves else _("never")
        found.append(Fact(term=_("Moved"), values=[moved]))
    return found


def with_them_all(votes: int) -> str:
    return ngettext("%(num)s person", "%(num)s people", votes)


def _with(st: Standing, reader: Reader) -> str:
    names = words.names(reader.locale, st.name_all(st.duty))
    if not st.deputies or len(st.deputies) > 2:
        return names
    return ngettext(
        "%(names)s (%(deputies)s stands in)",
        "%(names)s (%(deputies)s stand in)",
        len(st.deputies),
        names=names,
        deputies=words.names(reader.locale, st.name_all(st.deputies)),
    )


def seen_by(st: Standing, reader: Reader) -> str:
    """Who can see it, in a word or by name."""
    s, roster = st.s, st.roster
    if s.visibility is Visibility.TEAM:
        return _("the team")
    if not s.is_sealed:
        return _("who raised it, community management and team leads")
    leads = [one for one in roster.owners if one != s.about_person_id]
    names = words.names(reader.locale, st.name_all(leads))
    return _("who raised it, and %(names)s", names=names) if names else _("who raised it, and the trusted person")
