"""The page behind a link in a mail: one suggestion, what this link is for, and nothing else that leads anywhere."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace

from tracker.acts import snoozes
from tracker.acts.mail_links import Link
from tracker.domain.errors import N_
from tracker.notices import links, tokens, words
from tracker.notices.tokens import Purpose
from tracker.store import promises
from tracker.store import snoozes as store
from tracker.store.doors import UsedLink
from tracker.web import forms, later, views_suggestion, views_undo
from tracker.web.marks import mark
from tracker.web.page_shapes import MailLinkPage, SuggestionPage
from tracker.web.say import _
from tracker.web.shapes import Act, Undo
from tracker.web.shapes import Entry as EntryView
from tracker.web.shapes import Link as LinkView
from tracker.web.views_forms import Elsewhere, Sent, delivers
from tracker.web.views_suggestion import Known

#: What was done with a link, by its act.
USED: Mapping[str, str] = {
    "answer": N_("You have answered."),
    "ask": N_("You have asked."),
    "move": N_("You have moved the date."),
    "hand-back": N_("You have handed it back."),
    "note": N_("Your note stands there."),
    "take": N_("It is with you now."),
    "assign": N_("You have given it on."),
    "comment": N_("Your comment stands there."),
    "nudge": N_("It has moved up."),
    "contest": N_("You have said that this does not answer it."),
    "thanks": N_("You have said thanks."),
}


def path_of(link: Link) -> str:
    return links.path("mail_link", purpose=link.purpose.value, token=link.token)


def page(
    link: Link, k: Known, *, used: UsedLink | None, sent: Sent | None = None, is_signed_in: bool = False,
    was_taken_back: bool = False,
) -> MailLinkPage:  # fmt: skip
    """``used`` is what was done with the link; then nothing more can be, but to take an answer back within a minute."""
    allowed = link.acts if used is None else ()
    at = Elsewhere(path_of(link), [("link_key", tokens.form_key(link.token))])
    whole = views_suggestion.page(k, sent=sent, write=_opens(link, k), at=at)
    shown = _only(whole, k, at, allowed)
    return MailLinkPage(
        suggestion=shown,
        for_whom=_for_whom(link, k, can_act=bool(allowed)),
        used=used_words(link, k, used) if used is not None else (),
        undo=_undo(link, k, used, at),
        taken_back=_("Taken back. No mail has left.") if was_taken_back and used is None else "",
        nothing_left=_nothing_left() if allowed and not _can_act(shown) else "",
        later=_later(link, at) if used is None else (),
        held=_held(link, k),
        onward=LinkView(url=onward(link, is_signed_in=is_signed_in), label=_onward_label(is_signed_in)),
    )


def _opens(link: Link, k: Known) -> str:
    """The form that stands open."""
    if link.purpose is Purpose.ANSWER:
        return "done" if delivers(k.st) and not k.st.handles else ""
    return link.purpose.value


def _only(whole: SuggestionPage, k: Known, at: Elsewhere, allowed: Sequence[str]) -> SuggestionPage:
    """Of the suggestion's own page what this link is for. Named one by one: what is added there comes here by will."""
    return SuggestionPage(
        number=whole.number,
        title=whole.title,
        url="",
        back=LinkView(url="", label=""),
        meta=whole.meta,
        promise=replace(whole.promise, acts=[act for act in whole.promise.acts if _verb(act) in allowed]),
        entries=[replace(entry, links=(), acts=()) for entry in whole.entries],
        facts=whole.facts,
        answer_entry=_on_top(whole.answer_entry, k, at, allowed),
        answer=whole.answer if "answer" in allowed else None,
        also=[form for form in whole.also if form.url.rpartition("/")[2] in allowed],
        choosing=[form for form in whole.choosing if form.key in allowed],
        problems=whole.problems,
        zone_note=whole.zone_note,
        kept=whole.kept,
    )


def _verb(act: Act) -> str:
    return act.url.rpartition("/")[2]


def _on_top(entry: EntryView | None, k: Known, at: Elsewhere, allowed: Sequence[str]) -> EntryView | None:
    """The answer in force; with thanks, where the link is for that. It names the answer that is read here."""
    if entry is None or k.answer is None:
        return None
    named = ("entry", mark(k.answer.id))
    acts = [replace(act, url=f"{at.path}/thanks", fields=[*act.fields, named]) for act in entry.acts]
    return replace(entry, links=(), acts=acts if "thanks" in allowed else ())


def _can_act(shown: SuggestionPage) -> bool:
    on_top = shown.answer_entry.acts if shown.answer_entry is not None else ()
    return bool(shown.answer or shown.also or shown.choosing or shown.promise.acts or on_top)


def _later(link: Link, at: Elsewhere) -> list[Act]:
    """Remind me later: for whom it is with, behind the links of reminders. It uses none up: the answer is to come."""
    row = promises.open_of(link.suggestion.id)
    if link.purpose is not Purpose.ANSWER or row is None or not snoozes.is_theirs(link.suggestion, row, link.person):
        return []
    offers = later.offers_to(link.person, link.suggestion)
    url = f"{at.path}/later"
    return [Act(url=url, label=later.label_of(name), fields=[*at.fields, ("choice", name)]) for name in offers]


def _held(link: Link, k: Known) -> str:
    row = store.of(link.person.id, link.suggestion.id, now=k.reader.now)
    return _("Put off for you until %(when)s.", when=words.moment(k.reader, row.until_at)) if row is not None else ""


# Sentences ------------------------------------------------------------------------------------------------------------


def used_words(link: Link, k: Known, used: UsedLink) -> tuple[str, str]:
    """What was done, and that the link has done its work."""
    when = words.moment(k.reader, used.at)
    return _(USED[used.act]), _("With this link, on %(when)s. It works once; for everything else, sign in.", when=when)


def _for_whom(link: Link, k: Known, *, can_act: bool) -> str:
    day = words.day(k.reader, k.reader.local(link.expires_at).date())
    places = {"name": link.person.name, "number": link.suggestion.number, "day": day}
    if not can_act:
        return _("Only for %(name)s, only for #%(number)s, until %(day)s: do not pass the mail on.", **places)
    return _(
        "Only for %(name)s, only for #%(number)s, until %(day)s. Whoever has this link acts in your name: "
        "do not pass the mail on.", **places,
    )  # fmt: skip


def _nothing_left() -> str:
    return _("What this link is for has been dealt with, or is no longer yours to do.")


def _onward_label(is_signed_in: bool) -> str:
    return _("Open the whole page") if is_signed_in else _("Sign in for everything else")


def onward(link: Link, *, is_signed_in: bool) -> str:
    """The suggestion's own page; by way of signing in."""
    target = page_path(link)
    return target if is_signed_in else links.path("sign_in", query={"next": target})


def page_path(link: Link) -> str:
    return links.path("suggestion", slug=link.suggestion.team.slug, number=link.suggestion.number)


def _undo(link: Link, k: Known, used: UsedLink | None, at: Elsewhere) -> Undo | None:
    """While what was answered with this link can be taken back."""
    if used is None or k.answer is None or used.entry_id != k.answer.id:
        return None
    undo = views_undo.undo_of(k.st.s, k.answer, link.person, k.reader)
    return replace(undo, url=f"{at.path}/undo", fields=[forms.fresh_key(), *at.fields]) if undo is not None else None
