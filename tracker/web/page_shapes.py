"""What a whole page is given to show: one class for each template in `templates/web/`, made of `shapes`."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from tracker.web.desk_shapes import Chip, FilterForm, TagForm
from tracker.web.file_shapes import Upload
from tracker.web.merge_shapes import CameIn, GoesOn
from tracker.web.shapes import (
    Act,
    AlsoForm,
    AnswerForm,
    ChooseForm,
    Entry,
    Fact,
    Group,
    Kind,
    Link,
    NavItem,
    Problem,
    Promise,
    Row,
    Rung,
    Task,
    Undo,
    Urgency,
    Why,
)
from tracker.web.shapes_answering import DraftLine


@dataclass(frozen=True, kw_only=True)
class ByMail:
    """An answer that the reader wrote by mail and has not confirmed."""

    said: str
    link: Link


@dataclass(frozen=True, kw_only=True)
class SuggestionPage:
    """One suggestion, for whoever is reading it."""

    number: int
    title: str
    url: str
    back: Link
    meta: Sequence[str]
    promise: Promise
    entries: Sequence[Entry]
    facts: Sequence[Fact] = ()
    links: Sequence[Link] = ()
    #: An answered page shows its answer above everything else as well.
    answer_entry: Entry | None = None
    answer: AnswerForm | None = None
    also: Sequence[AlsoForm] = ()
    closing: Sequence[Act] = ()
    #: Where a merged one goes on; on the other page, what was merged into it.
    goes_on: GoesOn | None = None
    came_in: Sequence[CameIn] = ()
    #: Small signs beside the facts: me too, follow.
    signs: Sequence[Act] = ()
    choosing: Sequence[ChooseForm] = ()
    tagging: TagForm | None = None
    quote: str = ""
    problems: Sequence[Problem] = ()
    #: It is trouble between people: what is typed about it is kept in this tab alone.
    in_tab: bool = False
    #: The reader's zone, where it is not the team's.
    zone_note: str = ""
    #: Who else is writing an answer, for those who may answer; its address is asked every 20 s.
    writing_url: str = ""
    writing: str = ""
    #: Answers that the reader wrote by mail and has not confirmed.
    by_mail: Sequence[ByMail] = ()
    #: What was typed into a form that stands here no more, as pairs of name and text.
    kept: Sequence[tuple[str, str]] = ()


@dataclass(frozen=True, kw_only=True)
class WayOut:
    """The block above the desk after an absence or with more than 30 late: sentences, a main act and others, a soft
    end.
    """

    sentences: Sequence[str]
    links: Sequence[Link]
    ending: str = ""


@dataclass(frozen=True, kw_only=True)
class GoingOn:
    """The way back into a sitting; `label` is "Go on: 41 min left", and a script counts down from `seconds`."""

    url: str
    label: str
    seconds: int


@dataclass(frozen=True, kw_only=True)
class DeskPage:
    """What is open for a manager. `selected` fills the right half on wide screens."""

    headline: str
    summary: str
    groups: Sequence[Group]
    one_by_one_url: str = ""
    #: One by one that goes on, also one that was begun elsewhere.
    going_on: GoingOn | None = None
    way_out: WayOut | None = None
    selected: SuggestionPage | None = None
    empty: Sequence[str] = ()
    #: With me, or with all of us.
    switch: Sequence[NavItem] = ()
    filters: FilterForm | None = None
    chips: Sequence[Chip] = ()
    #: Where the chosen ones are sent to; empty: nothing can be chosen.
    several_url: str = ""
    #: How a form says that it leads back here.
    back: str = ""
    #: Where a script asks for the list anew, and of what it knows that.
    live_url: str = ""
    #: The numbers of all that is open here, also of what a group cut short does not show: "41-43 47".
    open: str = ""
    #: Where views are saved, renamed and deleted; whether this one can be saved, and whether there are some.
    views_url: str = ""
    can_save: bool = False
    has_views: bool = False
    version: str = ""


@dataclass(frozen=True, kw_only=True)
class OneByOnePage:
    """One suggestion of a sitting. `place` is "2 of 12", `left` "6 min left", `after` "10 open"; once the time is up,
    `seconds` is 0 and this one is the last. `last` is the latest that somebody wrote there.
    """

    suggestion: SuggestionPage
    desk: Link
    place: str
    left: str
    after: str
    seconds: int
    skip_url: str
    end: Act
    text: str
    last: Entry | None = None
    is_whole: bool = True


@dataclass(frozen=True, kw_only=True)
class HowLongPage:
    """Before and after a sitting: what was achieved first, then how long the next one may take."""

    headline: str
    url: str
    desk: Link
    sentences: Sequence[str] = ()
    #: minutes and their words; none where nothing is left
    lengths: Sequence[tuple[int, str]] = ()
    question: str = ""
    fields: Sequence[tuple[str, str]] = ()
    problems: Sequence[Problem] = ()
    #: it comes after a sitting
    is_told: bool = False
    #: where it goes on for who has nothing to answer: the desk of all
    others: Link | None = None


@dataclass(frozen=True, kw_only=True)
class MinePage:
    """A member's own suggestions, the ones that are with them first."""

    groups: Sequence[Group]
    raise_url: str


@dataclass(frozen=True, kw_only=True)
class Seen:
    """Who will and will not see a suggestion about a person, said before it is sent. `person` is "" for nobody in
    particular.
    """

    person: str
    name: str
    sentences: Sequence[str]
    promise: Promise
    button: str


@dataclass(frozen=True, kw_only=True)
class UrgencyChoice:
    """One urgency with the promise it would get, so that the date stands beside the choice."""

    value: Urgency
    label: str
    aside: str
    promise: Promise


@dataclass(frozen=True, kw_only=True)
class Aside:
    """A text that was being raised and waits: what it is about, and the mark under which it is taken up again."""

    title: str
    mark: str


@dataclass(frozen=True, kw_only=True)
class JoinedPage:
    """What somebody sees after "me too": where it stands, that they will hear of it, and what they had typed."""

    number: int
    title: str
    url: str
    back: Link
    promise: Promise
    #: Their words as a comment that can be sent; none where they are not asked for.
    comment: AlsoForm | None = None
    #: Where they are asked for; "" where nothing was typed, or they stand there already.
    words_url: str = ""
    aside: Aside | None = None
    take_up: Act | None = None
    let_go: Act | None = None


@dataclass(frozen=True, kw_only=True)
class RaisePage:
    """The raise form. Values are what was typed."""

    url: str
    back: Link
    urgencies: Sequence[UrgencyChoice]
    seen: Sequence[Seen]
    outside: str = ""
    keep_key: str = "raise"
    #: Asked, while the title is typed, for what is like it.
    alike_url: str = ""
    title: str = ""
    body: str = ""
    kind: Kind = "problem"
    urgency: Urgency = "normal"
    about: str = ""
    visibility: str = "team"
    fields: Sequence[tuple[str, str]] = ()
    problems: Sequence[Problem] = ()
    #: Where a raise for somebody is entered; empty for members.
    for_somebody_url: str = ""
    #: A manager enters what a member said elsewhere: who (`people` to choose from) and where.
    is_for_somebody: bool = False
    people: Sequence[tuple[str, str]] = ()
    author: str = ""
    entered_from: str = ""
    upload: Upload | None = None
    #: Where half-written text is kept, and the sentence about the one that the form goes on with.
    draft: DraftLine | None = None
    #: Something else that is half-written, and where it goes on.
    half_written: Link | None = None
    #: What was put aside because it was there already; the form takes it up again under `aside_url`.
    asides: Sequence[Aside] = ()
    aside_url: str = ""


@dataclass(frozen=True, kw_only=True)
class ReceiptPage:
    """What an author sees after raising: the date, why that date, and what happens if nobody answers."""

    number: int
    title: str
    url: str
    back: Link
    promise: Promise
    why: Why
    ladder: Sequence[Rung]
    calendar_url: str
    share_url: str
    editable: str = ""
    edit_url: str = ""


@dataclass(frozen=True, kw_only=True)
class ListPage:
    """All that somebody can see, in pages. `here` is a sentence ("21 to 40 of 97"); addresses are "" at the ends."""

    rows: Sequence[Row]
    tabs: Sequence[NavItem]
    raise_url: str
    here: str = ""
    newer_url: str = ""
    older_url: str = ""


@dataclass(frozen=True, kw_only=True)
class HomePage:
    """Where everybody begins: what waits for them, and the first steps until they are done or put away."""

    headline: str
    groups: Sequence[Group]
    raise_url: str
    steps: Sequence[Task] = ()
    hide_steps_url: str = ""
    links: Sequence[Link] = ()
    #: What is late with others of the team.
    note: Link | None = None
    #: Who came by a link and waits to be let in, for team leads.
    door: Link | None = None


@dataclass(frozen=True, kw_only=True)
class EditPage:
    """One's own words, to be changed while that is possible. `title` is None for anything but what was raised.
    `in_tab`: it is trouble between people, and what is typed is kept in this tab alone.
    """

    url: str
    back: Link
    headline: str
    text: str
    until: str
    title: str | None = None
    in_tab: bool = False
    fields: Sequence[tuple[str, str]] = ()
    problems: Sequence[Problem] = ()


@dataclass(frozen=True, kw_only=True)
class MailLinkPage:
    """One suggestion behind a link in a mail, without a session. `suggestion` has only what the link is for.

    `used` is what was done with it: a headline and a sentence. `nothing_left` is said where it is for something that
    cannot be done any more.
    """

    suggestion: SuggestionPage
    for_whom: str
    onward: Link
    used: Sequence[str] = ()
    undo: Undo | None = None
    taken_back: str = ""
    nothing_left: str = ""
    #: until when the reader may have their own reminders of it wait; `held` says that they do
    later: Sequence[Act] = ()
    held: str = ""
