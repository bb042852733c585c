"""`tracker check`: holds every row against the log and the core, and changes nothing."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass

from tracker.domain import audit as rules
from tracker.store import audit as facts
from tracker.store import search_texts, teams
from tracker.store.audit import Batch
from tracker.store.promises import PromiseRow
from tracker.store.suggestions import Suggestion


@dataclass(slots=True)
class Tally:
    """What was looked at."""

    teams: int = 0
    suggestions: int = 0
    promises: int = 0
    entries: int = 0


def findings(tally: Tally, *, progress: Callable[[Tally], object] = lambda tally: None) -> Iterator[str]:
    """Sentences about what does not hold, as they are found. ``tally`` is counted up; ``progress`` sees it."""
    slugs: dict[int, str] = {}
    present: dict[int, rules.Rules] = {}
    facts.begin()
    for team in teams.all_teams():
        tally.teams += 1
        slugs[team.id] = team.slug
        present[team.id] = rules.Rules(calendar=teams.working_time(team.calendar), ladder=teams.ladder(team.policy))
        found = rules.of_numbers(*facts.numbers(team), team.next_number)
        yield from (f"{team.slug}: {said}" for said in found)
        yield from (
            f"{team.slug} #{number}: it is hidden, and its number betrays it" for number in facts.betrayed(team)
        )
    merged = facts.merges()
    for batch in facts.batches():
        for suggestion in batch.suggestions:
            place = f"{slugs[suggestion.team_id]} #{suggestion.number}"
            yield from (f"{place}: {said}" for said in _of(suggestion, batch, present[suggestion.team_id], tally))
            yield from (f"{place}: {said}" for said in _of_merge(suggestion, merged))
        progress(tally)
    if not search_texts.index_is_whole():
        yield "the index of the search is not what the texts say: 'tracker reindex' makes it anew"
    yield from (sentence % row_id for sentence, row_id in facts.contradictions())


def _of(suggestion: Suggestion, batch: Batch, present: rules.Rules, tally: Tally) -> Iterator[str]:
    rows, logged = batch.promises[suggestion.id], batch.logged[suggestion.id]
    tally.suggestions += 1
    tally.promises += len(rows)
    tally.entries += batch.entries[suggestion.id]
    yield from rules.of_suggestion(suggestion.status, [(row.kind, row.state) for row in rows])
    for row in rows:
        found = rules.of_promise(_stored(row), logged.get(row.id), present)
        yield from (f"promise {row.id} ({row.kind.value}): {said}" for said in found)
    by_id = {row.id: row for row in rows}
    for task in batch.tasks[suggestion.id]:
        held = by_id.get(task.promise_id)
        found = rules.of_task(
            _stored(held) if held is not None else None,
            assignee=task.assignee_id,
            is_ticked=task.done_at is not None,
            logged=batch.of_tasks.get(task.id),
        )
        yield from (f"task {task.id}: {said}" for said in found)
    for lost in sorted(logged.keys() - {row.id for row in rows}):
        yield f"the log speaks of promise {lost}, and there is none"
    yield from rules.of_count("its count of votes", suggestion.votes, batch.votes.get(suggestion.id, 0))
    yield from rules.of_count("its count of nudges", suggestion.nudges, batch.nudges.get(suggestion.id, 0))
    yield from rules.of_tags(batch.tags.get(suggestion.id, set()), batch.logged_tags.get(suggestion.id, []))
    yield from search_texts.differences(batch.texts[suggestion.id], batch.findable.get(suggestion.id, {}))
    if suggestion.answer_entry_id is not None and suggestion.answer_entry_id not in batch.answers[suggestion.id]:
        yield f"its answer is entry {suggestion.answer_entry_id}, and that is none of its answers"


def _of_merge(suggestion: Suggestion, merged: Mapping[int, tuple[int, bool]]) -> list[str]:
    chain: list[int | None] = [suggestion.id]
    while (last := chain[-1]) is not None and last not in chain[:-1]:
        chain.append(merged[last][0] if last in merged else None)
    _, is_one_team = merged.get(suggestion.id, (None, True))
    return rules.of_merge(suggestion.status, chain, is_one_team=is_one_team)


def _stored(row: PromiseRow) -> rules.StoredPromise:
    columns = {name: getattr(row, column) for column, name in facts.COLUMNS.items()}
    return rules.StoredPromise(
        id=row.id, facts=row.value_facts, columns=columns, next_follow_up_at=row.next_follow_up_at
    )
