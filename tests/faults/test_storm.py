"""A small storm in the suite; ``make storm`` lets a large one loose."""

from __future__ import annotations

from collections.abc import Callable

import pytest

from tests.faults.scene import Scene
from tests.faults.storm import storm
from tests.reliability import Seen, fault


@fault("F9", "150 mails, three workers, one killed again and again: none lost, second copies after the dot alone")
@pytest.mark.databases("sqlite")
def test_in_a_small_storm_no_mail_is_lost_and_each_second_copy_is_explained(
    make_scene: Callable[..., Scene], seen: Seen
) -> None:
    # With shorter leases a sender that lives and waits for a busy processor would outlive its own.
    counted = storm(make_scene(), mails=150, every=0.5, kills=4)
    seen(str(counted))
    assert (counted.lost, counted.unexplained, counted.renamed) == (0, 0, 0), str(counted)
