"""What a timeline tells of merging and splitting off."""

from __future__ import annotations

from tracker.store.entries import Entry
from tracker.web.say import _
from tracker.web.views_telling import Said, Telling, new_date


def merged(t: Telling, entry: Entry) -> Said:
    places = {"name": t.plain_name(entry.actor_id), "number": entry.facts["number"]}
    return Said("event", _("%(name)s merged it into #%(number)s", **places))


def merged_in(t: Telling, entry: Entry) -> Said:
    places = {"name": t.plain_name(entry.actor_id), "number": entry.facts["number"]}
    return Said("event", _("%(name)s merged #%(number)s into this one", **places), lines=[new_date(t, entry)])


def unmerged(t: Telling, entry: Entry) -> Said:
    """Told on both pages: on its own, and where it had gone on."""
    places = {"name": t.plain_name(entry.actor_id), "number": entry.facts.get("number")}
    if places["number"] is not None:
        return Said("event", _("#%(number)s stands on its own again", **places))
    return Said("event", _("%(name)s took the merge back", **places), lines=[new_date(t, entry)])


def split_off(t: Telling, entry: Entry) -> Said:
    places = {"name": t.plain_name(entry.actor_id), "number": entry.facts["number"]}
    if entry.facts.get("why") == "contest":
        return Said("event", _("%(name)s: that does not answer it. #%(number)s stands on its own again", **places))
    return Said("event", _("%(name)s split a comment off: it goes on in #%(number)s", **places))
