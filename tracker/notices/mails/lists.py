"""The lines of the daily mail and of the weekly overview: subjects with numbers, one line for each thing."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date, datetime

from tracker.notices import words as w
from tracker.notices.mails.along import came_along
from tracker.notices.mails.overview import (
    LINES,
    AnsweredLine,
    AskedLine,
    ComingLine,
    Daily,
    DailyPart,
    DigestManager,
    DigestMember,
    LateLine,
    ManagerPart,
    MemberPart,
    NewForAll,
    OwedLine,
    TaskLine,
)
from tracker.notices.mails.sentences import due_clock, heading, outcome_word
from tracker.notices.mails.team import Meanwhile, NewsLine
from tracker.notices.words import Reader, say

#: "Good morning" ends here.
LATE_MORNING = 11


def good_morning(reader: Reader, name: str) -> str:
    """'Guten Morgen Pit,' before eleven, 'Hallo Pit,' after."""
    words = say(reader.locale)
    if 4 <= reader.local(reader.now).hour < LATE_MORNING:
        return words.gettext("Good morning %(name)s,", name=name)
    return words.gettext("Hi %(name)s,", name=name)


# Subjects -------------------------------------------------------------------------------------------------------------


def daily_subject(reader: Reader, m: Daily) -> str:
    """'Today 2, late 3'; what is nought is left out; 'New for you: 2' where nothing is owed."""
    words = say(reader.locale)
    today = sum(part.today_count for part in m.parts)
    late = sum(part.late_count for part in m.parts)
    if today and late:
        return words.gettext("Today %(today)s, late %(late)s", today=today, late=late)
    if today:
        return words.gettext("Today %(today)s", today=today)
    if late:
        return words.gettext("Late %(late)s", late=late)
    return words.gettext("New for you: %(count)s", count=sum(len(part.news) for part in m.parts))


def manager_subject(reader: Reader, m: DigestManager) -> str:
    """'Your week: 3 late, 9 due, 2 coming back'."""
    words = say(reader.locale)
    late = sum(part.late_count for part in m.parts)
    due = sum(part.due_count for part in m.parts)
    back = sum(part.back_count for part in m.parts)
    parts = [
        words.gettext("%(count)s late", count=late) if late else "",
        words.gettext("%(count)s due", count=due) if due else "",
        words.ngettext("%(num)s coming back", "%(num)s coming back", back) if back else "",
    ]
    return _your_week(reader, [part for part in parts if part] or [words.gettext("nothing open")])


def member_subject(reader: Reader, m: DigestMember) -> str:
    """'Your week: 1 answer, 1 we owe you, 1 is with you'; what is coming only where there is nothing else."""
    words = say(reader.locale)
    answered = sum(len(part.answered) for part in m.parts)
    owed = sum(len(part.late) for part in m.parts)
    asked = sum(len(part.with_you) for part in m.parts)
    tasks = sum(len(part.tasks) for part in m.parts)
    coming = sum(len(part.coming) for part in m.parts)
    parts = [
        words.ngettext("%(num)s answer", "%(num)s answers", answered) if answered else "",
        words.ngettext("%(num)s we owe you", "%(num)s we owe you", owed) if owed else "",
        words.ngettext("%(num)s is with you", "%(num)s are with you", asked) if asked else "",
        words.ngettext("%(num)s task", "%(num)s tasks", tasks) if tasks else "",
    ]
    told = [part for part in parts if part]
    return _your_week(reader, told or [words.ngettext("%(num)s coming", "%(num)s coming", coming)])


def _your_week(reader: Reader, parts: Sequence[str]) -> str:
    return say(reader.locale).gettext("Your week: %(parts)s", parts=", ".join(parts))


# What is late, what is new --------------------------------------------------------------------------------------------


def late_facts(reader: Reader, line: LateLine) -> list[str]:
    """What stands under a late line. Alone, 'since' carries its hour; beside others the day is enough."""
    facts = [*_said_facts(reader, line), *_pressing_facts(reader, line), *_moved_facts(reader, line)]
    if line.promise == "deliver" and line.said_on:
        return facts
    on = w.last_day(reader, line.due_at)
    day = w.since_day(reader, on) if facts else w.short_until(reader, line.due_at)
    return [say(reader.locale).gettext("since %(when)s", when=day), *facts]


def _said_facts(reader: Reader, line: LateLine) -> list[str]:
    """'"Will do by Fri 27 Nov"'."""
    if line.said_on is None:
        return []
    said = say(reader.locale).gettext("Will do by %(day)s", day=w.day(reader, line.said_on))
    return [w.quote(reader.locale, said)]


def _moved_facts(reader: Reader, line: LateLine) -> list[str]:
    """'moved twice, only Juri or Anke can move it a third time.': the last one, for it may end as a sentence."""
    if not line.moves:
        return []
    times = w.times_in_figures(reader.locale, line.moves)
    moved = say(reader.locale).gettext("moved %(times)s", times=times)
    if not line.movers:
        return [moved]
    return [f"{moved}, {only_they_can_move(reader, line.movers, line.moves + 1, inside=True)}"]


def only_they_can_move(reader: Reader, movers: Sequence[str], count: int, *, inside: bool = False) -> str:
    """'Only Juri or Anke can move it a third time.', ``inside`` a sentence with a small first letter."""
    words = say(reader.locale)
    sentence = words.ngettext(
        "Only %(names)s can move it a %(nth)s time.",
        "Only %(names)s can move it a %(nth)s time.",
        len(movers),
        names=w.names(reader.locale, movers, either=True),
        nth=w.nth(reader.locale, count),
    )
    return sentence[:1].lower() + sentence[1:] if inside else sentence


def _pressing_facts(reader: Reader, line: LateLine) -> list[str]:
    """'2 say still matters', 'to Anke today at 17:00', 'day 9'."""
    words = say(reader.locale)
    facts = []
    if line.still_matters:
        facts.append(words.ngettext("%(num)s says still matters", "%(num)s say still matters", line.still_matters))
    if line.goes_to and line.goes_at:
        facts.append(
            words.gettext(
                "to %(names)s %(when)s",
                names=w.names(reader.locale, line.goes_to),
                when=_in_passing(reader, line.goes_at),
            )
        )
    if line.day_count:
        facts.append(words.gettext("day %(count)s", count=line.day_count))
    return facts


def _in_passing(reader: Reader, at: datetime) -> str:
    """'heute 17 Uhr' / 'today at 17:00'."""
    if reader.locale == "en":
        return w.on_moment(reader, at)
    return f"{w.spoken_day(reader, w.last_day(reader, at))} {due_clock(reader, at)}"


def counts_by_day(reader: Reader, days: Sequence[tuple[date, int]]) -> str:
    """'Tue 1 · Wed 3'."""
    return " · ".join(f"{w.weekday(reader, on)} {count}" for on, count in days if count)


def more_line(reader: Reader, count: int, shown: int) -> str:
    """'and 12 more', or nothing where all are shown."""
    left = count - shown
    return say(reader.locale).ngettext("and %(num)s more", "and %(num)s more", left) if left > 0 else ""


def daily_lines(part: DailyPart) -> tuple[int, int]:
    """How many lines of today and of late are shown: at most seven together, today's first."""
    today = min(len(part.today), LINES)
    return today, min(len(part.late), LINES - today)


def due_rows(reader: Reader, m: Meanwhile) -> list[tuple[str, str]]:
    """Each date with what is due then, the first seven."""
    return [(w.until(reader, line.due_at), heading(reader, line.item)) for line in m.lines[:LINES]]


def news_headline(reader: Reader, line: NewsLine) -> str:
    """What happened: 'Nari has replied'."""
    words = say(reader.locale)
    day = w.day(reader, line.on) if line.on else w.until(reader, line.due_at) if line.due_at else ""
    places = {"name": line.by, "into": line.into, "day": day}
    if line.kind == "answered":
        places["outcome"] = outcome_word(reader, line.outcome or "done", line.item_kind)
    return {
        "raised": words.gettext("new from %(name)s", **places),
        "replied": words.gettext("%(name)s has replied", **places),
        "commented": words.gettext("%(name)s writes", **places),
        "noted": words.gettext("internal note by %(name)s", **places),
        "mentioned": words.gettext("%(name)s mentions you", **places),
        "assigned": words.gettext("%(name)s has given it to you", **places),
        "answered": words.gettext("%(name)s has answered: %(outcome)s", **{"outcome": "", **places}),
        "moved": words.gettext("%(name)s has moved it to %(day)s", **places),
        "asked": words.gettext("%(name)s has asked", **places),
        "ball_back": words.gettext("is with you again", **places),
        "reopened": words.gettext("%(name)s: it is back", **places),
        "contested": words.gettext("%(name)s: that does not answer it", **places),
        "withdrawn": words.gettext("%(name)s has withdrawn it", **places),
        "merged": words.gettext("goes on in #%(into)s", **places),
        "unmerged": words.gettext("stands on its own again", **places),
        "task_added": words.gettext("%(name)s has given you a task by %(day)s", **places),
        "task_moved": words.gettext("%(name)s has moved a task to %(day)s", **places),
        "task_done": words.gettext("%(name)s has ticked off a task", **places),
        "task_withdrawn": words.gettext("%(name)s has taken a task off the list", **places),
    }[line.kind]


def news_sentence(reader: Reader, line: NewsLine) -> str:
    """What happened and what was said: 'Nari has replied: "…" · answer by Thu 26 Nov, 17:00'."""
    headline = news_headline(reader, line)
    said = w.quote(reader.locale, w.shorten(line.text, 160)) if line.text else ""
    between = ". " if line.kind == "answered" else ": "
    told = f"{headline}{between}{said}" if said else headline
    return _with_date(reader, f"{told} · {came_along(reader, line.files)}" if line.files else told, line)


def _with_date(reader: Reader, sentence: str, line: NewsLine) -> str:
    if line.due_at is None or line.kind == "moved":
        return sentence
    answer_by = say(reader.locale).gettext("answer by %(when)s", when=w.near_until(reader, line.due_at))
    return f"{sentence} · {answer_by}"


# The weekly overview --------------------------------------------------------------------------------------------------


def last_week(reader: Reader, part: ManagerPart) -> str | None:
    """'Last week: 14 answered, 11 on time, 6 thanks.', or nothing after a week without answers."""
    words = say(reader.locale)
    if not part.answered:
        return None
    places = {"answered": part.answered, "on_time": part.on_time}
    if part.thanks:
        return words.ngettext(
            "Last week: %(answered)s answered, %(on_time)s on time, %(num)s thanks.",
            "Last week: %(answered)s answered, %(on_time)s on time, %(num)s thanks.",
            part.thanks,
            **places,
        )
    return words.gettext("Last week: %(answered)s answered, %(on_time)s on time.", **places)


def with_others(reader: Reader, line: LateLine) -> str:
    """'Nari and 11 others', or nothing where no name may be told."""
    return w.with_others(reader.locale, line.author, line.others) if line.author else ""


def clock_in_brackets(reader: Reader, due_at: datetime) -> str:
    """'(16:00)'."""
    return f"({due_clock(reader, due_at)})"


def by_day(reader: Reader, line: ComingLine) -> str:
    """'by Fri 4 Dec', 'on Mon 1 Mar 2027' for what comes back."""
    words, day = say(reader.locale), w.day(reader, line.on)
    return words.gettext("on %(day)s", day=day) if line.promise == "revisit" else words.gettext("by %(day)s", day=day)


def task_day(reader: Reader, line: TaskLine) -> str:
    """'by Tue 1 Dec', 'late since Fri' once that day has passed."""
    words = say(reader.locale)
    if line.is_late:
        return words.gettext("late since %(day)s", day=w.since_day(reader, line.on))
    return words.gettext("by %(day)s", day=w.day(reader, line.on))


def owed_sentence(reader: Reader, line: OwedLine) -> str:
    """'Answer was promised by Thu 26 Nov. Anke knows since today.'"""
    words = say(reader.locale)
    day = w.day(reader, line.on or w.last_day(reader, line.due_at))
    if line.promise == "deliver":
        first = words.gettext("We said %(day)s and did not make it.", day=day)
    elif line.promise == "revisit":
        first = words.gettext("We wanted to look again on %(day)s and did not.", day=day)
    else:
        first = words.gettext("Answer was promised by %(day)s.", day=day)
    if not line.latest or line.latest_on is None:
        return first
    knows = words.ngettext(
        "%(names)s knows since %(since)s.",
        "%(names)s know since %(since)s.",
        len(line.latest),
        names=w.names(reader.locale, line.latest),
        since=w.since_day(reader, line.latest_on),
    )
    return f"{first} {w.capital(knows)}"


def asked_sentence(reader: Reader, line: AskedLine) -> str:
    """'Pit asks: "Phone or computer?" Our clock waits until then.'"""
    words = say(reader.locale)
    question = w.quote(reader.locale, w.shorten(line.question))
    asks = words.gettext("%(name)s asks: %(question)s", name=line.asker, question=question)
    waits = words.gettext("Our clock waits until then.")
    return f"{asks} {waits}" if line.is_clock_waiting else asks


def answered_sentence(reader: Reader, line: AnsweredLine) -> str:
    """'Done: "Search for warn: and the name."'; a will_do and a not_now with their day."""
    words = say(reader.locale)
    outcome = outcome_word(reader, line.outcome, line.kind)
    if line.on and line.outcome == "will_do":
        outcome = words.gettext("Will do by %(day)s", day=w.day(reader, line.on))
    elif line.on and line.outcome == "not_now":
        outcome = words.gettext("Not now, again on %(day)s", day=w.day(reader, line.on))
    return f"{outcome}: {w.quote(reader.locale, w.shorten(line.text))}"


def coming_sentence(reader: Reader, line: ComingLine) -> str:
    """'Anke is on it; moved from 27 Nov, 1st time', or nothing."""
    words = say(reader.locale)
    parts = []
    if line.who:
        names = w.names(reader.locale, line.who)
        parts.append(words.ngettext("%(names)s is on it", "%(names)s are on it", len(line.who), names=names))
    if line.moves and line.moved_from:
        parts.append(
            words.gettext(
                "moved from %(day)s, %(nth)s time",
                day=w.bare_day(reader, line.moved_from),
                nth=w.ordinal(reader.locale, line.moves),
            )
        )
    return "; ".join(parts)


def team_counts(reader: Reader, part: MemberPart) -> str | None:
    """'In the team: 14 answered, 11 of them on time. New for everybody: the slow mode command, Melodie's idea.'"""
    words = say(reader.locale)
    sentences = []
    if part.team_answered:
        sentences.append(
            words.gettext(
                "In the team: %(answered)s answered, %(on_time)s of them on time.",
                answered=part.team_answered,
                on_time=part.team_on_time,
            )
        )
    if part.new_for_all:
        sentences.append(new_for_all(reader, part.new_for_all))
    return " ".join(sentences) or None


def new_for_all(reader: Reader, new: NewForAll) -> str:
    """'New for everybody: the slow mode command, Melodie's idea.'"""
    words = say(reader.locale)
    places = {"title": w.shorten(new.title, 120), "author": new.author}
    return {
        "idea": words.gettext("New for everybody: %(title)s, %(author)s's idea.", **places),
        "problem": words.gettext("New for everybody: %(title)s, a problem %(author)s found.", **places),
        "question": words.gettext("New for everybody: %(title)s, %(author)s's question.", **places),
    }.get(new.kind, words.gettext("New for everybody: %(title)s.", **places))
