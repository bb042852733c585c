"""What came along with somebody's words, by its names, and what did not, with the reason; in mails and on the page."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from tracker.domain.attachments import WhyNot
from tracker.notices import words as w
from tracker.notices.words import Reader, say

#: So many names of files stand in a line; one text brings five unless the site allows more.
NAMES = 7


def came_along(reader: Reader, names: Sequence[str]) -> str:
    """'2 files: photo.png, plan.pdf'."""
    words = say(reader.locale)
    shown = ", ".join(names[:NAMES])
    if len(names) > NAMES:
        more = words.ngettext("and %(num)s more", "and %(num)s more", len(names) - NAMES)
        shown = f"{shown} {more}"
    return words.ngettext("%(num)s file: %(names)s", "%(num)s files: %(names)s", len(names), names=shown)


def stayed(reader: Reader, names: Sequence[str]) -> str | None:
    """'plan.pdf did not come along. Add it there, please.', or nothing without a file."""
    if not names:
        return None
    told = w.names(reader.locale, names[:NAMES])
    return say(reader.locale).ngettext(
        "%(files)s did not come along. Add it there, please.",
        "%(files)s did not come along. Add them there, please.",
        len(names),
        files=told,
    )


def are_there(reader: Reader, names: Sequence[str]) -> str | None:
    """'Your file is there as well: plan.pdf.', of a form that is filled in, or nothing without a file."""
    if not names:
        return None
    told = w.names(reader.locale, names[:NAMES])
    return say(reader.locale).ngettext(
        "Your file is there as well: %(files)s.", "Your files are there as well: %(files)s.", len(names), files=told
    )


@dataclass(frozen=True, slots=True)
class LeftOut:
    """A file that came by mail and was not kept. ``most`` is the limit that it was over: megabytes, or files."""

    name: str
    why: str
    most: int = 0


def from_facts(facts: Iterable[Mapping[str, Any] | str]) -> tuple[LeftOut, ...]:
    """As an entry or a mail's row carries them. Older rows have the names alone."""
    return tuple(
        LeftOut(one, "")
        if isinstance(one, str)
        else LeftOut(str(one["name"]), str(one["why"]), int(one.get("most", 0)))
        for one in facts
    )


def not_kept(reader: Reader, files: Sequence[LeftOut]) -> str:
    """'Not taken along: a.docx and b.docx (not a kind that is taken); c.png (damaged).'"""
    words = say(reader.locale)
    shown = files[:NAMES]
    told = [
        _with_reason(reader, [one.name for one in shown if (one.why, one.most) == reason], *reason)
        for reason in dict.fromkeys((one.why, one.most) for one in shown)
    ]
    if len(files) > NAMES:
        told.append(words.ngettext("%(num)s more", "%(num)s more", len(files) - NAMES))
    return words.gettext("Not taken along: %(files)s.", files="; ".join(told))


def what_is(reader: Reader, files: Sequence[LeftOut]) -> str:
    """Which kinds are taken, where one was of another."""
    if not any(one.why in (WhyNot.KIND, WhyNot.ACTS) for one in files):
        return ""
    return say(reader.locale).gettext("Pictures (PNG, JPEG, GIF, WebP), PDF, text (.txt, .log) and ZIP are taken.")


def _with_reason(reader: Reader, names: Sequence[str], why: str, most: int) -> str:
    told, reason = w.names(reader.locale, names), _REASONS.get(why)
    return f"{told} ({reason(reader, most)})" if reason is not None else told


_REASONS: dict[str, Callable[[Reader, int], str]] = {
    WhyNot.KIND: lambda r, most: say(r.locale).gettext("not a kind that is taken"),
    WhyNot.ACTS: lambda r, most: say(r.locale).gettext("can carry a program"),
    WhyNot.EMPTY: lambda r, most: say(r.locale).gettext("empty file"),
    WhyNot.LARGE: lambda r, most: say(r.locale).gettext("larger than %(most)s MB", most=most),
    WhyNot.MANY: lambda r, most: say(r.locale).gettext("more than %(most)s at once", most=most),
    WhyNot.SPACE: lambda r, most: say(r.locale).gettext("the team's space for files is used up"),
    WhyNot.BROKEN: lambda r, most: say(r.locale).gettext("damaged"),
    WhyNot.PIXELS: lambda r, most: say(r.locale).gettext("too many pixels"),
    WhyNot.MAIL: lambda r, most: say(r.locale).gettext("a mail within the mail"),
    WhyNot.UNREAD: lambda r, most: say(r.locale).gettext("could not be read"),
}
