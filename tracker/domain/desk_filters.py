"""What the desk is asked to show: values that stand in its address, and whether a suggestion has them."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from dataclasses import dataclass, replace
from enum import StrEnum
from typing import Self, TypeVar
from urllib.parse import parse_qsl, urlencode

from tracker.domain.lifecycle import Kind, Urgency, WaitingOn
from tracker.domain.tags import LONGEST, folded

#: Whoever it is with: ``with=all``. Nothing said is what is with oneself, a number whose number it is.
ALL = "all"
_HIGHEST = 2**53
T = TypeVar("T", bound=StrEnum)


@dataclass(frozen=True, slots=True, kw_only=True)
class Facts:
    """What a filter asks of one suggestion. Persons are ids, tags are folded."""

    kind: Kind
    urgency: Urgency
    waiting: WaitingOn
    authors: Collection[int]
    duty: Collection[int]
    tags: Collection[str]


@dataclass(frozen=True, slots=True, kw_only=True)
class Filter:
    """What is looked for; a value that is not there is not asked for."""

    #: "" for oneself, "all", or a person's id
    whose: str = ""
    kind: Kind | None = None
    urgency: Urgency | None = None
    author: int | None = None
    tag: str = ""
    waiting: WaitingOn | None = None

    @classmethod
    def of(cls, values: Mapping[str, str]) -> Self:
        """From an address. What it does not know there it leaves aside."""
        whose, author = values.get("with", ""), values.get("author", "")
        return cls(
            whose=whose if whose == ALL or _number(whose) is not None else "",
            kind=_one_of(Kind, values.get("kind", "")),
            urgency=_one_of(Urgency, values.get("urgency", "")),
            author=_number(author),
            tag=folded(" ".join(values.get("tag", "").split()))[: 3 * LONGEST],
            waiting=_one_of(WaitingOn, values.get("waiting", "")),
        )

    @classmethod
    def of_query(cls, text: str) -> Self:
        """From what stands behind the question mark of an address."""
        return cls.of(dict(parse_qsl(text[:1000])))

    @property
    def query(self) -> dict[str, str]:
        """As it stands in an address, always in the same order."""
        values = {
            "with": self.whose,
            "kind": self.kind.value if self.kind else "",
            "urgency": self.urgency.value if self.urgency else "",
            "author": str(self.author) if self.author is not None else "",
            "tag": self.tag,
            "waiting": self.waiting.value if self.waiting else "",
        }
        return {name: value for name, value in values.items() if value}

    @property
    def text(self) -> str:
        return urlencode(self.query)

    @property
    def is_narrow(self) -> bool:
        """Whether it asks for more than whose it is."""
        return replace(self, whose="") != Filter()

    def without(self, name: str) -> Self:
        """Without this value of the address."""
        return type(self).of({key: value for key, value in self.query.items() if key != name})

    def is_with(self, me: int, duty: Collection[int]) -> bool:
        """Whether it is with whom the filter asks for."""
        return self.whose == ALL or (int(self.whose) if self.whose else me) in duty

    def fits(self, facts: Facts, *, me: int) -> bool:
        return self.is_with(me, facts.duty) and self.fits_but_whose(facts)

    def fits_but_whose(self, facts: Facts) -> bool:
        """The rest of what it asks for, whoever it is with."""
        return (
            self.kind in (None, facts.kind)
            and self.urgency in (None, facts.urgency)
            and self.waiting in (None, facts.waiting)
            and (self.author is None or self.author in facts.authors)
            and (not self.tag or self.tag in facts.tags)
        )


def _number(text: str) -> int | None:
    if not (text.isascii() and text.isdigit() and len(text) < 17):
        return None
    return number if 0 < (number := int(text)) < _HIGHEST else None


def _one_of(kind: type[T], text: str) -> T | None:
    return kind(text) if text in set(kind) else None
