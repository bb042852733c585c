"""From a mail's values to its subject, text part and HTML part, in one person's language and zone."""

from __future__ import annotations

import dataclasses
from collections.abc import Callable
from functools import cache, partial
from pathlib import Path
from typing import Any, TypeVar

import css_inline
from jinja2 import Environment, FileSystemLoader, StrictUndefined
from markupsafe import Markup

from tracker.notices import words as w
from tracker.notices.mails import along, layout, lists, sentences, site
from tracker.notices.mails.footers import footer_lines
from tracker.notices.mails.overview import LINES
from tracker.notices.mails.parts import Footer, Mail, Rendered
from tracker.notices.mails.pieces import HtmlPieces, TextPieces
from tracker.notices.words import Reader, say
from tracker.notices.words.language import HOLDS
from tracker.notices.words.marker import MARKERS

TEMPLATES = Path(__file__).resolve().parents[3] / "templates" / "mail"

T = TypeVar("T")

#: What templates may call with the reader left out.
FOR_READER: tuple[Callable[..., Any], ...] = (
    *(w.bare_day, w.capital, w.clock_time, w.day, w.last_day, w.near_until, w.on_day, w.on_moment, w.relative_day),
    *(w.short_day, w.short_moment, w.short_until, w.since_day, w.spoken_day, w.until, w.until_with_word, w.weekday),
    *(w.weekday_clock, w.moment),
    *(sentences.author_knows, sentences.away, sentences.due_clock, sentences.due_day, sentences.due_now),
    *(
        sentences.facts_so_far,
        sentences.heading,
        sentences.is_now,
        sentences.load,
        sentences.outcome_missing,
        sentences.outcome_sentence,
    ),
    *(sentences.outcome_subject, sentences.outcome_word, sentences.owed_for, sentences.pronoun_him, sentences.reminded),
    *(sentences.silence_again, sentences.silence_next, sentences.silence_now, sentences.silence_opening),
    *(sentences.silence_so_far, sentences.since_due, sentences.title, sentences.waiting_for, sentences.was_promised),
    *(sentences.what_next, sentences.when, sentences.with_them),
    *(lists.daily_subject, lists.good_morning, lists.late_facts, lists.manager_subject, lists.member_subject),
    *(lists.news_sentence, lists.new_for_all, lists.owed_sentence, lists.coming_sentence, lists.last_week),
    *(lists.team_counts, lists.more_line, lists.counts_by_day, lists.with_others, lists.answered_sentence),
    *(lists.asked_sentence, lists.by_day, lists.clock_in_brackets, lists.only_they_can_move, lists.task_day),
    *(lists.news_headline, lists.due_rows),
    *(site.alert_headline, site.alert_advice, along.not_kept, along.what_is, along.stayed, along.are_there),
)
#: What templates may call with the language left out.
FOR_LANGUAGE: tuple[Callable[..., Any], ...] = (
    *(w.duration, w.moved_nth, w.names, w.nth, w.ordinal, w.quote, w.times, w.times_in_figures, w.after_colon),
)


def render(mail: Mail, *, reader: Reader, team_name: str, footer: Footer) -> Rendered:
    """The mail as this reader gets it. Users' texts may hold anything; here they lose what no mail may carry."""
    mail, footer = _cleaned(mail), _cleaned(footer)
    lines = footer_lines(reader, footer)
    shared = {"m": mail, "reader": reader, "team_name": layout.clean(team_name)}
    plain = {**shared, **_bound(reader), **_voice(TextPieces(reader))}
    # The text part is laid out here; the HTML part's lines are broken elsewhere, and not inside a date.
    held = dataclasses.replace(reader, blank=HOLDS)
    html = {**shared, **_bound(held), **_html_voice(held)}
    subject = _environment(html=False).get_template(f"{mail.folder}/subject.txt").render(plain)
    body = _environment(html=False).get_template(f"{mail.folder}/body.txt").render(plain)
    subject_line = " ".join(subject.replace(layout.NOTHING, "").split())
    marker = MARKERS[reader.locale] if footer.replies_read else ""
    text = layout.lay_out(f"{body}\n\n{chr(10).join(lines.as_text())}")
    return Rendered(
        subject=subject_line,
        text=f"{marker}\n\n{text}" if marker else text,
        html=_html(mail, {**html, "marker": marker}, subject_line, lines.as_html()),
    )


def _html(mail: Mail, context: dict[str, Any], subject: str, footer: list[Markup]) -> str:
    environment = _environment(html=True)
    body = Markup(environment.get_template(f"{mail.folder}/body.html").render(context))  # noqa: S704 - escaped inside
    letter = environment.get_template("letter.html").render(context, subject=subject, body=body, footer=footer)
    return _inliner().inline(letter)


@cache
def _inliner() -> css_inline.CSSInliner:
    """Style rules onto the elements; @media rules stay, for dark mode; nothing is ever fetched."""
    return css_inline.CSSInliner(keep_at_rules=True, load_remote_stylesheets=False)


@cache
def _environment(*, html: bool) -> Environment:
    return Environment(
        loader=FileSystemLoader(TEMPLATES),
        autoescape=html,  # noqa: S701 - the text part is text
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
        keep_trailing_newline=False,
    )


def _bound(reader: Reader) -> dict[str, Any]:
    """The words' functions with reader or language filled in."""
    return {
        **{function.__name__: partial(function, reader) for function in FOR_READER},
        **{function.__name__: partial(function, reader.locale) for function in FOR_LANGUAGE},
        "capital": w.capital,
        "full_stop": w.full_stop,
        "short": w.shorten,
        "row": layout.row,
        "daily_lines": lists.daily_lines,
        "LINES": LINES,
        "header_day": w.header_day(reader, reader.today),
    }


def _voice(pieces: TextPieces | HtmlPieces) -> dict[str, Any]:
    """The pieces by their names, and the language's sentences as ``_`` and ``ngettext``."""
    words = say(pieces.reader.locale)
    named = {name: getattr(pieces, name) for name in dir(pieces) if not name.startswith("_")}
    return {**named, "_": words.gettext, "ngettext": words.ngettext}


def _html_voice(reader: Reader) -> dict[str, Any]:
    """As ``_voice``: sentences come out as plain text, which the pieces and the autoescape turn into HTML."""
    return _voice(HtmlPieces(reader))


def _cleaned(value: T) -> T:
    """A copy with every text inside cleaned: no control characters, no marks of the layout."""
    if isinstance(value, str):
        return layout.clean(value)  # type: ignore[return-value]
    if isinstance(value, tuple):
        return tuple(_cleaned(one) for one in value)  # type: ignore[return-value]
    if dataclasses.is_dataclass(value) and not isinstance(value, type):
        changes = {field.name: _cleaned(getattr(value, field.name)) for field in dataclasses.fields(value)}
        return dataclasses.replace(value, **changes)
    return value
