"""Tags as they are shown and typed."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from tracker.domain import tags as rules
from tracker.domain.lifecycle import may_edit
from tracker.store.tags import Tag
from tracker.web.desk_shapes import TagForm
from tracker.web.say import _
from tracker.web.views_forms import Desk, errors_of


def form(desk: Desk, in_use: Sequence[Tag]) -> TagForm | None:
    """The field with the tags of a suggestion, for who may set them; ``in_use`` are those the reader can see."""
    st = desk.st
    is_fresh = st.s.author_id == st.person.id and may_edit(st.s.raised_at, now=st.now)
    if not (st.handles or is_fresh):
        return None
    sent = desk.form_of("tags")
    return TagForm(
        url=desk.url("tags"),
        value=sent.text("tags", rules.joined(st.tags)),
        known=[tag.name for tag in in_use if tag.name not in st.tags][:30],
        error=errors_of(sent).get("tags", ""),
        open=desk.is_open("tags"),
        fields=desk.fields(),
    )


def headline(name: str, facts: Mapping[str, Any]) -> str:
    """What one act did to the tags."""
    added, removed = ", ".join(facts.get("added", ())), ", ".join(facts.get("removed", ()))
    if added and removed:
        return _("%(name)s tags it %(added)s, and no longer %(removed)s", name=name, added=added, removed=removed)
    if added:
        return _("%(name)s tags it %(added)s", name=name, added=added)
    return _("%(name)s takes off the tag %(removed)s", name=name, removed=removed)
