"""After "me too" and "same thing": where that one stands, and what becomes of the words that were typed."""

from __future__ import annotations

from dataclasses import replace

from tracker.notices import links
from tracker.store.drafts import Draft
from tracker.web import raise_drafts, views_drafts, views_suggestion
from tracker.web.forms import Form
from tracker.web.marks import mark
from tracker.web.page_shapes import Aside, JoinedPage
from tracker.web.say import _
from tracker.web.shapes import Act, AlsoForm, Link
from tracker.web.views_forms import Sent
from tracker.web.views_suggestion import Known

#: So much of a text is shown where it only has to be recognised.
SHOWN = 80


def page(k: Known, draft: Draft | None, *, with_words: bool) -> JoinedPage:
    """``draft`` is what was put aside for it; ``with_words`` offers that as a comment."""
    slug, number = k.st.s.team.slug, k.st.s.number
    whole = views_suggestion.page(k)
    aside = aside_of(draft) if draft is not None else None
    comment = _comment(k, draft) if draft is not None and with_words else None
    url = links.path("aside", slug=slug)
    return JoinedPage(
        number=number,
        title=k.st.s.title,
        url=k.st.path(),
        back=Link(url=links.path("home", slug=slug), label=k.st.s.team.name),
        promise=replace(whole.promise, acts=(), why=None),
        comment=comment,
        words_url=_words_url(slug, number) if aside is not None and comment is None else "",
        aside=aside,
        take_up=Act(url=url, label=_("Raise it after all"), fields=[("take_up", aside.mark)]) if aside else None,
        let_go=Act(url=url, label=_("Discard the draft"), fields=[("let_go", aside.mark)]) if aside else None,
    )


def aside_of(draft: Draft) -> Aside:
    text = " ".join(raise_drafts.words_of(draft).split())
    return Aside(title=text if len(text) <= SHOWN else f"{text[:SHOWN].rstrip()} …", mark=mark(draft.id))


def _words_url(slug: str, number: int) -> str:
    return links.path("joined", slug=slug, number=number, query={"words": "1"})


def _comment(k: Known, draft: Draft) -> AlsoForm | None:
    """The form for a comment with the words in it. Once it is sent, the draft has served."""
    typed = Form({"text": raise_drafts.words_of(draft)}, attached=views_drafts.files_of(draft))
    forms = views_suggestion.page(k, sent=Sent("comment", typed)).also
    form = next((one for one in forms if one.key == "comment"), None)
    if form is None:
        return None
    fields = [*form.fields, ("aside", mark(draft.id))]
    return replace(form, field_label=_("Add what you wrote?"), fields=fields, open=True)
