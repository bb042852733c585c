"""What changed between two versions of a text."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tracker.domain.differences import Change, between

GONE, NEW = Change.GONE, Change.NEW


def marked(old: str, new: str) -> str:
    """ "Elf [-Gilden-]{+Leute+}" """
    signs = {Change.SAME: "%s", GONE: "[-%s-]", NEW: "{+%s+}"}
    return "".join(signs[piece.change] % piece.text for piece in between(old, new))


@pytest.mark.parametrize(
    ("old", "new", "expected"),
    [
        ("Elf Gilden warten.", "Elf Gilden warten.", "Elf Gilden warten."),
        ("Elf Gilden warten.", "Zwölf Gilden warten.", "[-Elf-]{+Zwölf+} Gilden warten."),
        ("Elf warten.", "Elf Gilden warten.", "Elf{+ Gilden+} warten."),
        ("Elf Gilden warten!", "Elf warten!", "Elf[- Gilden-] warten!"),
        ("", "Neu", "{+Neu+}"),
        ("Alt", "", "[-Alt-]"),
        ("", "", ""),
        ("Eins\nZwei", "Eins\nDrei", "Eins\n[-Zwei-]{+Drei+}"),
    ],
)
def test_it_is_told_word_by_word(old: str, new: str, expected: str) -> None:
    assert marked(old, new) == expected


@given(st.text(alphabet="ab \n.", max_size=60), st.text(alphabet="ab \n.", max_size=60))
def test_both_texts_can_be_read_from_the_pieces(old: str, new: str) -> None:
    pieces = between(old, new)
    assert "".join(piece.text for piece in pieces if piece.change is not NEW) == old
    assert "".join(piece.text for piece in pieces if piece.change is not GONE) == new


def test_the_longest_texts_are_compared_by_lines_and_still_whole() -> None:
    old, new = "a " * 10_000, "b " * 10_000
    assert [(piece.change, len(piece.text)) for piece in between(old, new)] == [(GONE, 20_000), (NEW, 20_000)]
    lines = "ein Wort\n" * 400
    assert [piece.change for piece in between(lines, lines + "Ende")] == [Change.SAME, NEW]
