"""Whether a database is still the one that sent the last mail from here: a table."""

from __future__ import annotations

import pytest

from tracker.domain.instance import Known, Mark, is_elsewhere, is_put_back

FILE, SERVER = "", "7400/16384"


@pytest.mark.parametrize(
    ("database", "formerly", "beside", "made_in", "now_in", "is_a_copy"),
    [
        (("a", 7), (), ("a", 7), FILE, FILE, False),  # in step
        (("a", 8), (), ("a", 7), FILE, FILE, False),  # killed between the commit and the file
        (("a", 6), (), ("a", 7), FILE, FILE, True),  # a copy of before the seventh mail
        (("a", 0), (), ("a", 7), FILE, FILE, True),
        (("b", 9), (), ("a", 7), FILE, FILE, True),  # another site's file
        (("b", 9), ("a",), ("a", 7), FILE, FILE, False),  # released on another machine meanwhile
        (("a", 9), (), ("b", 9), FILE, FILE, True),  # a copy of before a release
        (("a", 7), (), None, FILE, FILE, True),  # carried here without its companion
        (("a", 0), (), None, FILE, FILE, False),  # has sent nothing yet
        (("a", 7), (), None, SERVER, SERVER, False),  # one more machine on one PostgreSQL
        (("a", 7), (), ("a", 7), SERVER, SERVER, False),
        (("a", 6), (), ("a", 7), SERVER, SERVER, True),
        (("a", 7), (), ("a", 7), SERVER, "7400/16999", True),  # dropped and made anew from a dump
        (("a", 7), (), None, SERVER, "7411/16384", True),  # a dump on another server
    ],
)
def test_a_copy_is_seen(
    database: tuple[str, int],
    formerly: tuple[str, ...],
    beside: tuple[str, int] | None,
    made_in: str,
    now_in: str,
    is_a_copy: bool,
) -> None:
    known = Known(mark=Mark(*database), formerly=formerly, place=made_in)
    assert is_put_back(known, Mark(*beside) if beside else None, place=now_in) is is_a_copy


@pytest.mark.parametrize(
    ("stored", "now", "elsewhere"),
    [
        (None, "https://tracker.example.org", False),
        ("https://tracker.example.org", "https://tracker.example.org", False),
        ("https://tracker.example.org", "https://staging.example.org", True),
        ("https://tracker.example.org", "http://127.0.0.1:8000", True),
    ],
)
def test_a_clone_is_seen_by_its_address(stored: str | None, now: str, elsewhere: bool) -> None:
    assert is_elsewhere(stored, now) is elsewhere
