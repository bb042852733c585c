"""The mails' sentences that depend on how many people, since when, and what for; reader first, plain values after."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date, datetime, timedelta

from tracker.notices import words as w
from tracker.notices.mails.parts import Item, Kind, Outcome, Person, PromiseKind, Reminded, When, people_names
from tracker.notices.mails.rungs import Away, Helper, Silence, SilenceAgain
from tracker.notices.words import Reader, say

#: A mail about an instant that leaves within this time still says "now".
JUST_NOW = timedelta(hours=1)


def title(reader: Reader, item: Item) -> str:
    """The title as subjects carry it; '#41' where the title must not be told."""
    return w.shorten(item.title, 90) if item.title else f"#{item.number}"


def heading(reader: Reader, item: Item) -> str:
    """'#41 Chat-Filter frisst Umlaute'."""
    return f"#{item.number} {w.shorten(item.title, 120)}" if item.title else f"#{item.number}"


def when(reader: Reader, value: When) -> str:
    """A chosen day as a day, a computed instant with its hour."""
    return w.until(reader, value) if isinstance(value, datetime) else w.day(reader, value)


def is_now(reader: Reader, at: datetime) -> bool:
    """Whether "now" is still true of this instant."""
    return timedelta(0) <= reader.now - at < JUST_NOW


def due_clock(reader: Reader, at: datetime) -> str:
    """The hour of a deadline, '17 Uhr', '24 Uhr' at the end of a day."""
    return w.until(reader, at).rsplit(", ", maxsplit=1)[-1]


def due_day(reader: Reader, at: datetime) -> str:
    """A deadline's day at the beginning of a line: 'Heute', 'Morgen', 'Montag'."""
    return w.capital(w.spoken_day(reader, w.last_day(reader, at)))


def since_due(reader: Reader, at: datetime) -> str:
    """'gestern', 'Do': how long it has been late."""
    return w.since_day(reader, w.last_day(reader, at))


def waiting_for(reader: Reader, author: str, promise: PromiseKind, due_at: datetime) -> str:
    """What is owed and until when, before the date."""
    words, near = say(reader.locale), w.near_until(reader, due_at)
    if promise == "deliver":
        return words.gettext("%(author)s is waiting for what was promised by %(when)s.", author=author, when=near)
    if promise == "revisit":
        return words.gettext("We told %(author)s that we look at this again by %(when)s.", author=author, when=near)
    if promise == "task":
        return words.gettext("Your task here is due by %(when)s.", when=near)
    return words.gettext("%(author)s is waiting for your answer, promised by %(when)s.", author=author, when=near)


def due_now(reader: Reader, author: str, promise: PromiseKind, due_at: datetime) -> str:
    """What is owed at this moment, or was a while ago where the mail leaves later."""
    words = say(reader.locale)
    if is_now(reader, due_at):
        clock = due_clock(reader, due_at)
        if promise == "answer":
            return words.gettext(
                "Your answer to %(author)s was promised by now, %(clock)s.", author=author, clock=clock
            )
        if promise == "task":
            return words.gettext("Your task here was due by now, %(clock)s.", clock=clock)
        return words.gettext("What %(author)s was promised is due now, %(clock)s.", author=author, clock=clock)
    near = w.until_with_word(reader, due_at)
    if promise == "answer":
        return words.gettext("Your answer to %(author)s was promised by %(when)s.", author=author, when=near)
    if promise == "task":
        return words.gettext("Your task here was due by %(when)s.", when=near)
    return words.gettext("What %(author)s was promised was due by %(when)s.", author=author, when=near)


def what_next(reader: Reader, m: Item, author: str, next_at: datetime, names: Sequence[str], tells: bool) -> str | None:
    """'Otherwise: tomorrow at 13:00 we tell Nari that the date has passed, and Juri gets #41 too.'"""
    words = say(reader.locale)
    places = {
        "then": w.after_colon(reader.locale, w.on_moment(reader, next_at)),
        "author": author,
        "number": m.number,
        "names": w.names(reader.locale, names),
    }
    if tells and names:
        return words.ngettext(
            "Otherwise: %(then)s we tell %(author)s that the date has passed, and %(names)s gets #%(number)s too.",
            "Otherwise: %(then)s we tell %(author)s that the date has passed, and %(names)s get #%(number)s too.",
            len(names),
            **places,
        )
    if tells:
        return words.gettext("Otherwise: %(then)s we tell %(author)s that the date has passed.", **places)
    if names:
        return words.ngettext(
            "Otherwise: %(then)s %(names)s gets #%(number)s too.",
            "Otherwise: %(then)s %(names)s get #%(number)s too.",
            len(names),
            **places,
        )
    return None


def author_knows(reader: Reader, author: str, told_at: datetime | None) -> str:
    """'Nari has just been told that we are late.', or that they are waiting where nobody has told them."""
    words = say(reader.locale)
    if told_at is None:
        return words.gettext("%(author)s is still waiting.", author=author)
    if is_now(reader, told_at):
        return words.gettext("%(author)s has just been told that we are late.", author=author)
    since = w.since_day(reader, reader.local(told_at).date())
    return words.gettext("%(author)s knows since %(day)s that we are late.", author=author, day=since)


def was_promised(reader: Reader, promise: PromiseKind, due_at: datetime) -> str:
    """'promised by Thu, 17:00', as it stands behind a title."""
    words = say(reader.locale)
    short = w.short_until(reader, due_at)
    if promise == "revisit":
        return words.gettext("to be looked at by %(when)s", when=short)
    if promise == "task":
        return words.gettext("was due by %(when)s", when=short)
    return words.pgettext("behind a title", "promised by %(when)s", when=short)


def pronoun_him(reader: Reader, person: Person) -> str:
    """'ihn', 'sie' or the name: whom somebody stands in for."""
    return {"he": "ihn", "she": "sie", None: person.name}[person.pronoun] if reader.locale == "de" else person.name


def with_them(reader: Reader, person: Person, count: int) -> str:
    """'11 people with her' / '11 sind dabei'."""
    words = say(reader.locale)
    if person.pronoun == "she":
        return words.ngettext("%(num)s person with her", "%(num)s people with her", count)
    if person.pronoun == "he":
        return words.ngettext("%(num)s person with him", "%(num)s people with him", count)
    return words.ngettext("%(num)s person with them", "%(num)s people with them", count)


def reminded(reader: Reader, name: str, at: Sequence[datetime]) -> str:
    """'Pit reminded: Thu 13:00 and 17:00'."""
    return say(reader.locale).gettext("%(name)s reminded: %(when)s", name=name, when=w.moments(reader, at))


def owed_for(reader: Reader, author: str, promise: PromiseKind, days: int) -> str:
    """'Your team has owed Nari an answer for two working days.'"""
    words = say(reader.locale)
    places = {"author": author, "days": _working_days(reader, days)}
    if promise == "answer":
        return words.gettext("Your team has owed %(author)s an answer for %(days)s.", **places)
    return words.gettext("Your team has owed %(author)s what it promised for %(days)s.", **places)


def _working_days(reader: Reader, days: int) -> str:
    words = say(reader.locale)
    if days <= 1:
        return words.gettext("one working day")
    return words.gettext("%(number)s working days", number=w.number(reader.locale, days))


def facts_so_far(
    reader: Reader, due_at: datetime, told: Sequence[Reminded], author: str, author_told_at: datetime | None
) -> list[tuple[str, str]]:
    """The short history for an owner: when it was promised, who was reminded, what the author knows."""
    words = say(reader.locale)
    rows = [(w.until(reader, due_at), words.gettext("promised"))]
    if told:
        days = [reader.local(at).date() for one in told for at in one.at]
        first, *then = people_names([one.person for one in told])
        text = words.gettext("%(name)s reminded", name=first)
        text += "".join(words.gettext(", then %(name)s", name=name) for name in then)
        rows.append((w.weekdays(reader, days), text))
    if author_told_at is not None:
        text = words.gettext("%(name)s was told that we are late", name=author)
        rows.append((w.short_moment(reader, author_told_at), text))
    return rows


def load(reader: Reader, name: str, late: int, due: int) -> str:
    """'Pit has 3 late and 9 due this week at the moment.'"""
    words = say(reader.locale)
    return words.gettext(
        "%(name)s has %(late)s late and %(due)s due this week at the moment.", name=name, late=late, due=due
    )


def away(reader: Reader, m: Away) -> str:
    """'Pit is away until 7 Dec; Juri stands in for Pit.'"""
    words, until = say(reader.locale), w.bare_day(reader, m.until_on)
    if m.by:
        return words.gettext(
            "%(name)s is away until %(day)s; %(by)s stands in for %(him)s.",
            name=m.person.name,
            day=until,
            by=m.by,
            him=pronoun_him(reader, m.person),
        )
    return words.gettext("%(name)s is away until %(day)s.", name=m.person.name, day=until)


# The honest notice ----------------------------------------------------------------------------------------------------


def silence_opening(reader: Reader, m: Silence) -> tuple[str, str]:
    """What was promised and that it did not come; whose fault it is."""
    words, when_due = say(reader.locale), w.until_with_word(reader, m.due_at)
    if m.promise == "deliver":
        first = words.gettext("You were promised that this is done by %(when)s.", when=when_due)
        second = words.gettext("It is not done.")
    elif m.promise == "revisit":
        first = words.gettext("You were promised that we look at this again by %(when)s.", when=when_due)
        second = words.gettext("We have not done so.")
    else:
        first = words.gettext("You were promised an answer by %(when)s.", when=when_due)
        second = words.gettext("It has not come.")
    return first, " ".join([second, words.gettext("That is on us, not on you.")])


def silence_so_far(reader: Reader, m: Silence) -> str:
    """'Pit was reminded twice on Thursday.', one sentence a person; who could not be reached; who is away."""
    words = say(reader.locale)
    sentences = [_reminded_so_far(reader, one) for one in m.so_far]
    sentences += [words.gettext("%(name)s could not be reached.", name=name) for name in m.unreachable]
    if m.away:
        sentences.append(away(reader, m.away))
    return " ".join(sentences)


def _reminded_so_far(reader: Reader, one: Reminded) -> str:
    words = say(reader.locale)
    days = sorted({reader.local(at).date() for at in one.at})
    places = {
        "name": one.person.name,
        "times": w.times(reader.locale, len(one.at)),
        "day": w.on_weekday(reader, days[0]),
        "since": w.since_day(reader, days[0]),
    }
    if len(one.at) == 1:
        return words.gettext("%(name)s was reminded %(day)s.", **places)
    if len(days) == 1:
        return words.gettext("%(name)s was reminded %(times)s %(day)s.", **places)
    return words.gettext("%(name)s has been reminded %(times)s since %(since)s.", **places)


def silence_now(reader: Reader, m: Silence) -> str | None:
    """'Juri, who stands in for Pit, has it as well.'"""
    if not m.now_with:
        return None
    words = say(reader.locale)
    if len(m.now_with) == 1 and m.now_with[0].role == "deputy" and m.stands_in_for:
        role = _standing_in(reader, m.stands_in_for)
        return words.gettext("%(name)s, %(role)s, has it as well.", name=m.now_with[0].person.name, role=role)
    names = w.names(reader.locale, [one.person.name for one in m.now_with])
    return words.ngettext("%(names)s has it as well.", "%(names)s have it as well.", len(m.now_with), names=names)


def _standing_in(reader: Reader, other: str) -> str:
    """'who stands in for Pit'; German names the part and leaves the person out, who stands in the line before."""
    return "die Vertretung" if reader.locale == "de" else f"who stands in for {other}"


def silence_next(reader: Reader, m: Silence) -> str:
    """'If nothing comes by Mon 30 Nov, 17:00, it goes to Anke (team lead). We keep asking until somebody answers.'"""
    words = say(reader.locale)
    asking = words.gettext("We keep asking until somebody answers.")
    if m.next_at is None or not m.next_to:
        return asking
    names = w.names(reader.locale, [_with_role(reader, one) for one in m.next_to])
    then = words.gettext(
        "If nothing comes by %(when)s, it goes to %(names)s.", when=w.until(reader, m.next_at), names=names
    )
    return f"{then} {asking}"


def _with_role(reader: Reader, one: Helper) -> str:
    role = say(reader.locale).gettext("team lead")
    return f"{one.person.name} ({role})" if one.role == "owner" else one.person.name


def silence_again(reader: Reader, m: SilenceAgain) -> str:
    """The whole second notice but its greeting and link: since when, who knows, what happens from now on."""
    words = say(reader.locale)
    on = w.day(reader, w.last_day(reader, m.due_at))
    owed = {
        "answer": words.gettext("we have owed you an answer since %(day)s.", day=on),
        "deliver": words.gettext("we have owed you what we promised since %(day)s.", day=on),
        "revisit": words.gettext("we wanted to look at this again by %(day)s.", day=on),
    }[m.promise]
    sentences = [owed, _who_knows(reader, m)]
    if m.has_digest:
        sentences.append(words.gettext("From now on it stands first in your weekly overview until it is settled."))
    return " ".join(sentence for sentence in sentences if sentence)


def _who_knows(reader: Reader, m: SilenceAgain) -> str:
    words = say(reader.locale)
    known = [name for name in m.known_by if name != m.latest]
    if m.latest and m.latest_on and known:
        knows = words.gettext(
            "%(names)s and, since %(day)s, %(latest)s know",
            names=", ".join(known),
            day=w.spoken_day(reader, m.latest_on),
            latest=m.latest,
        )
    elif m.known_by:
        names = w.names(reader.locale, m.known_by)
        knows = words.ngettext("%(names)s knows", "%(names)s know", len(m.known_by), names=names)
    else:
        return ""
    again = _reminded_today(reader, m)
    return f"{knows}; {again}" if again else f"{knows}."


def _reminded_today(reader: Reader, m: SilenceAgain) -> str | None:
    words, count = say(reader.locale), len(m.reminded)
    if count == 0:
        return None
    if set(m.reminded) != set(m.known_by) or count == 1:
        names = w.names(reader.locale, m.reminded)
        return words.ngettext(
            "today %(names)s was reminded again.", "today %(names)s were reminded again.", count, names=names
        )
    if count == 2:
        return words.gettext("today both were reminded again.")
    return words.gettext("today all %(number)s were reminded again.", number=w.number(reader.locale, count))


# Answers --------------------------------------------------------------------------------------------------------------


def outcome_subject(reader: Reader, outcome: Outcome, kind: Kind, on: date | None) -> str:
    """The beginning of an answer's subject: 'Nein, mit Grund' / 'No, and why'."""
    words = say(reader.locale)
    if outcome == "declined":
        return words.gettext("No, and why")
    if outcome == "will_do" and on:
        return words.gettext("Will do by %(day)s", day=w.day(reader, on))
    if outcome == "not_now" and on:
        return words.gettext("Not now, again on %(day)s", day=w.day(reader, on))
    return outcome_word(reader, outcome, kind)


def outcome_word(reader: Reader, outcome: Outcome, kind: Kind) -> str:
    """'Erledigt', 'Beantwortet', 'Geklärt', 'Machen wir', 'Jetzt nicht', 'Nein'."""
    words = say(reader.locale)
    if outcome == "done":
        done = {"question": words.gettext("Answered"), "friction": words.gettext("Settled")}
        return done.get(kind, words.gettext("Done"))
    return {
        "will_do": words.gettext("Will do"),
        "not_now": words.gettext("Not now"),
        "declined": words.gettext("No"),
    }[outcome]


def outcome_missing(reader: Reader, outcome: Outcome, problem: str, said: str, on: date | None) -> str:
    """What a draft written by mail still lacks: 'Still missing: the day.'"""
    words = say(reader.locale)
    if problem == "no_text":
        return {
            "done": words.gettext("Still missing: what has changed."),
            "will_do": words.gettext("Still missing: what you will do."),
        }.get(outcome, words.gettext("Still missing: the reason."))
    if problem == "no_day":
        return words.gettext("Still missing: the day.")
    if problem == "past_day" and on is not None:
        return words.gettext("%(day)s has passed. Choose a day that lies ahead.", day=w.day(reader, on))
    return words.gettext("We could not read the day “%(said)s”: choose it on the page.", said=said)


def outcome_sentence(reader: Reader, outcome: Outcome, kind: Kind, on: date | None, who: Sequence[str]) -> str:
    """What becomes of it, in one or two sentences: 'We will not do this.'"""
    words = say(reader.locale)
    day = w.day(reader, on) if on else ""
    if outcome == "declined":
        return words.gettext("We will not do this.")
    if outcome == "not_now":
        return words.gettext("Not now. We look again on %(day)s.", day=day)
    if outcome == "will_do":
        sentence = words.gettext("We will do this by %(day)s.", day=day)
        if not who:
            return sentence
        names = w.names(reader.locale, who)
        on_it = words.ngettext("%(names)s is on it", "%(names)s are on it", len(who), names=names)
        return f"{sentence} {on_it}."
    done = {"question": words.gettext("Here is the answer."), "friction": words.gettext("This is settled.")}
    return done.get(kind, words.gettext("This is done."))
