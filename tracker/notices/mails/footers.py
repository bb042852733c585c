"""The last lines of every mail: why it came, where to change that, and whether anybody reads a reply."""

from __future__ import annotations

from dataclasses import dataclass

from markupsafe import Markup

from tracker.notices.mails import layout
from tracker.notices.mails.parts import Footer
from tracker.notices.words import Reader, say

#: German: an adverb, "du bekommst das montags".
WEEKLY = {
    "de": ("montags", "dienstags", "mittwochs", "donnerstags", "freitags", "samstags", "sonntags"),
    "en": ("on Mondays", "on Tuesdays", "on Wednesdays", "on Thursdays", "on Fridays", "on Saturdays", "on Sundays"),
}


@dataclass(frozen=True, slots=True)
class FooterLine:
    """A sentence, and where there is one the link that stands behind it."""

    text: str
    label: str | None = None
    url: str | None = None


@dataclass(frozen=True, slots=True)
class FooterLines:
    """The footer's lines in both voices."""

    lines: tuple[FooterLine, ...]

    def as_text(self) -> list[str]:
        return [
            " ".join(part for part in (one.text, one.url and layout.link(one.label or "", one.url)) if part)
            for one in self.lines
        ]

    def as_html(self) -> list[Markup]:
        return [
            Markup('{} <a href="{}">{}</a>').format(one.text, one.url, (one.label or "").rstrip(":"))
            if one.url
            else Markup("{}").format(one.text)
            for one in self.lines
        ]


def footer_lines(reader: Reader, footer: Footer) -> FooterLines:
    """Zone and replies first where there is something to say; why and where to change it always stand last."""
    words = say(reader.locale)
    replies = (
        words.gettext("You can simply reply to this mail.")
        if footer.replies_read
        else words.gettext("Nobody reads replies to this mail.")
    )
    lines = [FooterLine(footer.zone_note)] if footer.zone_note else []
    lines += [FooterLine(replies)]
    why = words.gettext("Why now?")
    lines += [FooterLine(_because(reader, footer), why if footer.why_url else None, footer.why_url)]
    if footer.settings_url:
        change = (
            words.gettext("Day, hour, unsubscribe:")
            if footer.reason == "digest"
            else words.gettext("When and how often we write is up to you:")
        )
        lines += [FooterLine("", change, footer.settings_url)]
    return FooterLines(tuple(lines))


def _because(reader: Reader, footer: Footer) -> str:
    words = say(reader.locale)
    number, name = footer.number, footer.person
    if footer.reason == "digest":
        return words.gettext(
            "You get this %(weekly)s when something of yours has moved.", weekly=WEEKLY[reader.locale][footer.weekday]
        )
    if number is None:
        return {
            "daily": words.gettext("You get this because something is with you or has moved."),
            "account": words.gettext("You get this because of your account here."),
            "wrote": words.gettext("You get this because you wrote to us."),
            "owner": words.gettext("You get this because you lead the team."),
            "site_admin": words.gettext("You get this because you look after this site."),
        }.get(footer.reason, words.gettext("You get this because of what you do in your team."))
    return {
        "author": words.gettext("You get this because #%(number)s is yours.", number=number),
        "co_author": words.gettext("You get this because #%(number)s is yours too.", number=number),
        "follower": words.gettext("You get this because you follow #%(number)s.", number=number),
        "on_duty": words.gettext("You get this because #%(number)s is with you.", number=number),
        "deputy": words.gettext("You get this because you stand in for %(name)s.", name=name or ""),
        "manager": words.gettext("You get this because you are one of those who answer here."),
        "owner": words.gettext("You get this because you lead the team."),
        "named": words.gettext("You get this because you are named in #%(number)s.", number=number),
        "assignee": words.gettext("You get this because #%(number)s was given to you.", number=number),
        "task": words.gettext("You get this because of a task in #%(number)s.", number=number),
        "mentioned": words.gettext("You get this because you are mentioned in #%(number)s.", number=number),
        "meanwhile": words.gettext("You get this because you answer meanwhile."),
    }.get(footer.reason, words.gettext("You get this because of #%(number)s.", number=number))
