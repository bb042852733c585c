"""Worlds made from seeds: whatever breaks, nothing is lost, nothing comes twice that could have been known."""

from __future__ import annotations

import pytest

from tests.simulation.story import play

#: Together 300 seeds, spread over the workers of the suite. Some more, of each beginning one, are in ``test_time``.
CHUNKS, EACH = 10, 30


@pytest.mark.parametrize("chunk", range(CHUNKS))
def test_no_seed_breaks_the_promise(chunk: int) -> None:
    told = [play(seed) for seed in range(chunk * EACH, (chunk + 1) * EACH)]
    assert sum(one.sent for one in told) > EACH, "worlds in which nothing is sent show nothing"


@pytest.mark.parametrize("mood", ["letters", "outlets", "storm"])
def test_a_seed_replays_exactly(mood: str) -> None:
    assert play(17, mood) == play(17, mood)
