"""What the forms of a suggestion's page do: their fields handed to one verb, for whoever is signed in and for links."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from tracker import access
from tracker.acts import answers, assigning, dates, questions, support, tags
from tracker.acts import suggestions as verbs
from tracker.domain import outcomes
from tracker.domain.errors import N_, BadInput, OutOfReach
from tracker.domain.outcomes import Outcome
from tracker.store import people, teams
from tracker.store.entries import Via
from tracker.store.people import Person
from tracker.store.suggestions import Suggestion
from tracker.web import uploads
from tracker.web.forms import Form
from tracker.web.marks import unmark

ASK_FIRST = N_("That is more than half a year away. Would a no be more honest? If not, send it once more.")
HANDED_BACK = N_("It is handed back.")
OUT_OF_SIGHT = N_("You could read it only because you were named, so you do not see it any more.")


@dataclass(frozen=True, slots=True)
class How:
    """Who does it, when, and through which door."""

    by: Person
    now: datetime
    via: Via

    @property
    def words(self) -> dict[str, Any]:
        """As verbs take it."""
        return {"by": self.by, "now": self.now, "via": self.via}


Deed = Callable[[Suggestion, Form, How], Any]


def seen(form: Form) -> str | None:
    """What the page that the form stands on knew of the promise."""
    return form.text("seen") or None


# Answers --------------------------------------------------------------------------------------------------------------


def answer(s: Suggestion, form: Form, how: How) -> Any:
    """One of the four outcomes."""
    outcome = outcome_of(form)
    on = form.day("on") if outcome in outcomes.WITH_A_DAY else None
    who = _person(s, form, "who", how.by) if outcome is Outcome.WILL_DO else None
    return answers.answer(s, **how.words, outcome=outcome, text=form.text("text"), on=on, who=who, seen=seen(form),
                          files=uploads.chosen(s.team, form))  # fmt: skip


def is_far(s: Suggestion, form: Form, *, now: datetime) -> bool:
    """A "not now" far away, which asks first whether a no would be more honest. Raises ``BadInput``."""
    outcome = outcome_of(form)
    on = form.day("on") if outcome in outcomes.WITH_A_DAY else None
    if outcome is not Outcome.NOT_NOW or on is None or form.ticked("sure"):
        return False
    return outcomes.is_far(on, now=now, calendar=teams.working_time(s.team.calendar))


def outcome_of(form: Form) -> Outcome:
    """How the answer begins. Raises ``BadInput``."""
    if form.text("outcome") not in set(Outcome):
        raise BadInput(N_("Choose how the answer begins."), field="outcome")
    return Outcome(form.text("outcome"))


def _person(s: Suggestion, form: Form, name: str, me: Person) -> Person | None:
    """Somebody of the team who was chosen from a list."""
    chosen = form.whole(name)
    if chosen is None:
        return None
    membership = teams.membership_of(s.team_id, chosen)
    if membership is None and chosen != me.id:
        raise BadInput(N_("This person is not in the team."), field=name)
    return people.by_id(chosen)


def hand_back(s: Suggestion, form: Form, how: How) -> Any:
    return answers.hand_back(s, **how.words, text=form.text("text"))


def contest(s: Suggestion, form: Form, how: How) -> Any:
    return answers.contest(s, **how.words, text=form.text("text"))


# Questions, dates, whose it is ----------------------------------------------------------------------------------------


def ask(s: Suggestion, form: Form, how: How) -> Any:
    files = uploads.chosen(s.team, form)
    return questions.ask(s, **how.words, text=form.text("text"), seen=seen(form), files=files)


def move(s: Suggestion, form: Form, how: How) -> Any:
    return dates.move(s, **how.words, on=form.needed_day("on"), reason=form.text("text"), seen=seen(form))


def take(s: Suggestion, form: Form, how: How) -> Any:
    return assigning.take(s, **how.words)


def assign(s: Suggestion, form: Form, how: How) -> Any:
    return assigning.assign(s, **how.words, to=_person(s, form, "to", how.by), seen=seen(form))


def tag(s: Suggestion, form: Form, how: How) -> Any:
    return tags.set_(s, **how.words, names=[form.text("tags")])


# Words and small signs ------------------------------------------------------------------------------------------------


def comment(s: Suggestion, form: Form, how: How) -> Any:
    return verbs.comment(s, **how.words, text=form.text("text"), files=uploads.chosen(s.team, form))


def note(s: Suggestion, form: Form, how: How) -> Any:
    return verbs.note(s, **how.words, text=form.text("text"), files=uploads.chosen(s.team, form))


def nudge(s: Suggestion, form: Form, how: How) -> Any:
    return support.nudge(s, **how.words)


def thank(s: Suggestion, form: Form, how: How) -> Any:
    """For the answer that the form names by its mark."""
    entry = form.text("entry")
    if not entry.isdecimal() or len(entry) > 15:
        raise OutOfReach(access.NOT_THERE)
    return support.thank(s, access.find_entry(how.by, s, unmark(int(entry))), **how.words)


#: By the last word of the form's address; the acts of ``acts.mail_links``.
DEEDS: Mapping[str, Deed] = {
    "answer": answer,
    "ask": ask,
    "move": move,
    "hand-back": hand_back,
    "contest": contest,
    "take": take,
    "assign": assign,
    "comment": comment,
    "note": note,
    "nudge": nudge,
    "thanks": thank,
}
