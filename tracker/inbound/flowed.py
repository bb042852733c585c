"""Text that says ``format=flowed`` (RFC 3676): a line that ends in a space goes on in the next one.

Written by Thunderbird, Apple Mail and many on phones. Left as it stands, a paragraph would be broken every seventy
letters for ever.
"""

from __future__ import annotations

SIGNATURE = "-- "


def unfolded(text: str, *, deletes_space: bool = False) -> str:
    """The text with its paragraphs on one line each. ``deletes_space`` is ``delsp=yes``: the space at a line's end is
    not part of the text, as in scripts that have none between words.

    Quotes keep their marks and their depth (section 4.5), what was put before a line to protect it is taken away (4.4),
    and the line of two hyphens above a signature stands by itself (4.3). An empty line parts two paragraphs, also where
    the one before it ends in a space that somebody typed.
    """
    done: list[list[str]] = []
    open_depth: int | None = None  # of the paragraph that goes on
    for line in text.split("\n"):
        bare = line.lstrip(">")
        depth = len(line) - len(bare)
        words = bare.removeprefix(" ")
        goes_on = words.endswith(" ") and words != SIGNATURE
        if goes_on and deletes_space:
            words = words[:-1]
        if open_depth == depth and words not in (SIGNATURE, ""):
            done[-1].append(words)
        else:
            done.append([f"{'>' * depth} {words}" if depth else words])
        open_depth = depth if goes_on else None
    return "\n".join("".join(paragraph) for paragraph in done)
