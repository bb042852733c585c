"""What a page is given to show: plain values, sentences ready made, nothing to decide and nothing to look up.

Each class is the whole contract of one macro in `templates/web/_parts/`; `docs/interface.md` says which belongs to
which. Sentences and dates are written by `tracker.notices.words` in the reader's language and zone. The templates add
only the fixed words of the page.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Literal

from markupsafe import Markup

from tracker.web.file_shapes import FileView, Upload
from tracker.web.shapes_answering import DraftLine, ForMany, Starts

#: How a promise stands. `ok` runs, `soon` is due today, `late` has passed, `asked` waits for the author, `later`
#: comes back on a day, `done` is settled. Tones choose colour, pattern and icon together; the sentence says the same
#: in words.
Tone = Literal["ok", "soon", "late", "asked", "later", "done"]

#: The kinds of entry the timeline draws differently; anything else is drawn as `event`.
EntryKind = Literal[
    "raised",
    "comment",
    "note",
    "answer",
    "moved",
    "missed",
    "follow_up",
    "question",
    "contested",
    "undone",
    "edited",
    "event",
]

Outcome = Literal["done", "will_do", "not_now", "declined"]
Urgency = Literal["urgent", "high", "normal", "low"]
Kind = Literal["problem", "idea", "question", "friction"]


@dataclass(frozen=True, kw_only=True)
class Link:
    """An address with its words; `icon` is a symbol of `static/icons.svg`."""

    url: str
    label: str
    icon: str = ""


@dataclass(frozen=True, kw_only=True)
class Act:
    """A button that posts at once: nudge, thank, take it. `count` stands beside the words when it is above 0.

    `hint` is one soft sentence beside the button. `confirm` is the question a dialog asks first; the act must bear
    being posted without it, for browsers without JavaScript. `fields` are hidden (version, request_key). `anchor` is
    the place that a mail links to. `key` is the single key that presses it.
    """

    url: str
    label: str
    icon: str = ""
    count: int = 0
    hint: str = ""
    confirm: str = ""
    pressed: bool = False
    fields: Sequence[tuple[str, str]] = ()
    anchor: str = ""
    key: str = ""


@dataclass(frozen=True, kw_only=True)
class NavItem:
    """One place in the navigation. `tab` puts it into the phone's bottom bar as well, where at most four fit."""

    url: str
    label: str
    icon: str
    count: int = 0
    current: bool = False
    tab: bool = False


@dataclass(frozen=True, kw_only=True)
class AlertLine:
    """Something that needs whoever looks after the site: `headline` on every page of theirs, the rest on the outbox's.

    `acts` are the three ways to deal with a storm; `why` is what a server said.
    """

    headline: str
    advice: str
    why: str
    since: str
    url: str
    acts: Sequence[Act] = ()


@dataclass(frozen=True, kw_only=True)
class Nav:
    """The frame around every page of a signed-in person.

    `alive` is the sentence about the reminders ("Reminders are running, checked 12 s ago"), `alive_stale` turns it red,
    `alive_url` answers with `_parts/alive.html` and is asked every 20 s. `teams` is filled when the person has several.
    `mailbox_line` is true for managers and owners while mail stays on this computer; `held_line` for them and for
    site admins while mail is held, with `held_url` for those who can release it; `alerts` are for site admins alone.
    `own_lines` are about the reader's own account and lead to `me_url`.
    `unattended` names the teams in which nobody who answers is there, for those who answer for them and for site
    admins; `unattended_url` leads to who is away.
    """

    team_name: str
    team_slug: str
    home_url: str
    person_name: str
    role: str
    me_url: str
    raise_url: str
    items: Sequence[NavItem] = ()
    teams: Sequence[NavItem] = ()
    alive: str = ""
    alive_stale: bool = False
    alive_url: str = ""
    mailbox_line: bool = False
    mailbox_url: str = ""
    #: what whoever looks after the site looks at; empty for everybody else
    admin: Sequence[NavItem] = ()
    held_line: bool = False
    held_url: str = ""
    alerts: Sequence[AlertLine] = ()
    own_lines: Sequence[str] = ()
    unattended: str = ""
    unattended_url: str = ""
    sign_out_url: str = ""
    bell_url: str = ""
    #: where this team's suggestions are searched; '' without a team
    search_url: str = ""
    #: what is new; the text says 99+ beyond that
    bell_count: int = 0
    bell_here: bool = False


@dataclass(frozen=True, kw_only=True)
class Undo:
    """A banner on the page after an answer: what happened, and a button while its notices are held.

    `seconds` is what is left when the page is made; `until` says the same as a clock time, for readers without
    JavaScript.
    """

    sentence: str
    url: str
    seconds: int
    until: str
    fields: Sequence[tuple[str, str]] = ()


@dataclass(frozen=True, kw_only=True)
class Promise:
    """What is owed, as a reader is told it.

    `sentence` is the strong part ("Answer by Thu 26 Nov, 17:00"), `extra` the soft rest ("in 2 days · with Pit").
    `term` and `day` split the sentence for the receipt's headline ("Answer by", "Thu 26 November, 17:00"). `share` is
    the part of the working time that is used, 0 to 1, and None when no bar may stand there: after the date, further
    away than two weeks, or with nothing owed. `bar_label` tells the bar to a screen reader.
    """

    sentence: str
    tone: Tone = "ok"
    extra: str = ""
    share: float | None = None
    bar_label: str = ""
    term: str = ""
    day: str = ""
    #: What was done and what happens next, a sentence each; said to everybody from the minute a date passes.
    steps: Sequence[str] = ()
    acts: Sequence[Act] = ()
    why: Why | None = None


@dataclass(frozen=True, kw_only=True)
class WhyDay:
    """One line of "Why then?": "Wed 25 Nov", "09:00–17:00", "8 h"."""

    day: str
    hours: str
    worked: str


@dataclass(frozen=True, kw_only=True)
class Why:
    """Why the date is that date: a sentence, the days that were counted, and sentences after them."""

    sentence: str
    days: Sequence[WhyDay] = ()
    notes: Sequence[str] = ()


@dataclass(frozen=True, kw_only=True)
class Rung:
    """One line of the ladder shown before it is needed: "Fri 13:00", "Juri too, and we tell you"."""

    when: str
    who: str


@dataclass(frozen=True, kw_only=True)
class Row:
    """A suggestion in a list. `meta` are its soft facts in order ("Nari", "problem", "11 with her"), without
    separators; `tags` follow them.
    """

    number: int
    title: str
    url: str
    promise: Promise
    meta: Sequence[str] = ()
    tags: Sequence[str] = ()
    #: Address of the same suggestion as a fragment for the desk's right half; empty in other lists.
    pane_url: str = ""
    on: bool = False
    internal: bool = False
    #: With others of the list it can be chosen.
    pickable: bool = False


@dataclass(frozen=True, kw_only=True)
class Group:
    """Rows under one heading. A folded group is drawn closed and can be opened; `note` stands softly beside its
    count.
    """

    key: str
    label: str
    rows: Sequence[Row]
    tone: Tone = "ok"
    count: int | None = None
    note: str = ""
    folded: bool = False
    #: To all of them, or back to everything; the rest where this is one page of many.
    more: Link | None = None
    here: str = ""
    newer_url: str = ""
    older_url: str = ""


@dataclass(frozen=True, kw_only=True)
class Entry:
    """One line of the timeline.

    `text` is Markdown that went through the allow-list; `lines` are ready sentences without markup. `headline` is
    what happened, for every kind but comments ("The date has passed", "Moved (2nd time): now by Fri 18 Dec"); of an
    answer it is the outcome's word ("Done", "Will do by Fri 4 Dec"). `extra` follows the time ("5 days after the
    date", "entered by Pit, from Discord"). A note's reader circle is written by the template.
    """

    kind: EntryKind
    when: str
    iso: str
    actor: str = ""
    headline: str = ""
    extra: str = ""
    text: Markup | None = None
    lines: Sequence[str] = ()
    acts: Sequence[Act] = ()
    links: Sequence[Link] = ()
    #: small ways on behind the time: edit, former versions, split off
    asides: Sequence[Link] = ()
    anchor: str = ""
    mine: bool = False
    files: Sequence[FileView] = ()


@dataclass(frozen=True, kw_only=True)
class Fact:
    """One definition of the aside; each value is a paragraph, `links` follow them."""

    term: str
    values: Sequence[str] = ()
    links: Sequence[Link] = ()


@dataclass(frozen=True, kw_only=True)
class Choice:
    """A radio. `aside` stands at the end of the line ("answer by Thu 26 Nov, 17:00"), `hint` below the name."""

    value: str
    label: str
    aside: str = ""
    hint: str = ""


@dataclass(frozen=True, kw_only=True)
class Day:
    """A chip that fills a date field: "Fri 4 Dec", 2026-12-04."""

    label: str
    iso: str


@dataclass(frozen=True, kw_only=True)
class Problem:
    """One wrong field: the id of its control (empty for the form as a whole) and the sentence that helps."""

    field: str
    sentence: str


@dataclass(frozen=True, kw_only=True)
class AnswerForm:
    """The four beginnings and what each needs. Every value is what was typed, so that nothing is lost on the way back.

    `lead` are the kinds' own words for `done` ("Answered …" for a question). `chips` are days for `will_do`,
    `later_chips` for `not_now`. `meanwhile` is what somebody else wrote since this form was made.
    """

    url: str
    author: str
    ids: str = "answer"
    #: the name under which the browser keeps what is typed, where it is not the address
    keep: str = ""
    done_label: str = ""
    outcome: str = ""
    text: str = ""
    on: str = ""
    who: str = ""
    people: Sequence[tuple[str, str]] = ()
    chips: Sequence[Day] = ()
    later_chips: Sequence[Day] = ()
    min_on: str = ""
    max_on: str = ""
    fields: Sequence[tuple[str, str]] = ()
    errors: dict[str, str] = field(default_factory=dict)
    meanwhile: Entry | None = None
    upload: Upload | None = None
    #: A question asked before a `not_now` beyond six months is taken ("Would a no be more honest?").
    ask_first: str = ""
    #: Where half-written text is kept; none behind a link in a mail.
    draft: DraftLine | None = None
    #: Texts to begin with; none behind a link in a mail.
    starts: Starts | None = None
    #: Saved replies, where many are answered at once.
    many: ForMany | None = None


@dataclass(frozen=True, kw_only=True)
class AlsoForm:
    """A smaller thing to write, folded under one button: ask, "I need longer", comment, internal note, hand back,
    contest.

    `day` adds a date field with `chips`; `internal` marks a note. `key` names the form's ids and its place in
    storage.
    """

    key: str
    url: str
    label: str
    field_label: str
    button: str
    keep: str = ""
    hint: str = ""
    text: str = ""
    day: bool = False
    on: str = ""
    chips: Sequence[Day] = ()
    internal: bool = False
    upload: Upload | None = None
    #: where the names come from that can be called with "@"
    mentions: str = ""
    open: bool = False
    fields: Sequence[tuple[str, str]] = ()
    errors: dict[str, str] = field(default_factory=dict)


@dataclass(frozen=True, kw_only=True)
class ChooseForm:
    """Something to choose from a list, folded under one button: give it to somebody, another urgency.

    `reason_label` adds a text field named "text", `tick_label` a box named "is_correction".
    """

    key: str
    url: str
    label: str
    field_label: str
    name: str
    options: Sequence[tuple[str, str]]
    button: str
    value: str = ""
    hint: str = ""
    reason_label: str = ""
    text: str = ""
    tick_label: str = ""
    ticked: bool = False
    open: bool = False
    fields: Sequence[tuple[str, str]] = ()
    errors: dict[str, str] = field(default_factory=dict)


@dataclass(frozen=True, kw_only=True)
class Person:
    """A line of the table of members. `address` is filled for the person's own line and for site admins, for nobody
    else.
    """

    name: str
    role: str
    detail: str = ""
    address: str = ""
    acts: Sequence[Act] = ()
    links: Sequence[Link] = ()


@dataclass(frozen=True, kw_only=True)
class Task:
    """A line of the list that ticks itself after the set-up."""

    label: str
    ticked: bool
    hint: str = ""
    link: Link | None = None


@dataclass(frozen=True, kw_only=True)
class DayHours:
    """The hours of one weekday in the set-up and the settings: key "mon", its name, up to two pairs of "09:00"; `error`
    says what is wrong with them."""

    key: str
    label: str
    times: Sequence[tuple[str, str]] = ()
    error: str = ""
