"""What a refusal counts against the address that it was about: a table of what mail servers say."""

from __future__ import annotations

import pytest

from tracker.domain import bounces
from tracker.domain.bounces import HARD, SOFT, THRESHOLD


@pytest.mark.parametrize(
    ("reply", "status"),
    [
        ("550 5.1.1 <nari@x.example>: Recipient address rejected: User unknown", "5.1.1"),  # Postfix
        ("550 5.1.10 RESOLVER.ADR.RecipientNotFound; not found by SMTP address lookup", "5.1.10"),  # Exchange
        ("550 5.1.1 The email account that you tried to reach does not exist. 5.1.1 For more", "5.1.1"),  # Gmail
        ("550-5.2.1 inactive", "5.2.1"),
        ("511 sorry, no mailbox here by that name (#5.1.1)", "5.1.1"),  # qmail
        ("550 No Such User Here", None),  # cPanel
        ("554 Mail from 5.1.66.7 rejected", None),  # an address of a machine is no status
        ("550 5.1.66.7 is listed", None),
        ("250 2.0.0 kept", "2.0.0"),
    ],
)
def test_the_status_stands_behind_the_code_or_in_brackets(reply: str, status: str | None) -> None:
    assert bounces.status_in(reply) == status


@pytest.mark.parametrize(
    ("reply", "counted"),
    [
        ("550 5.1.1 no such user", THRESHOLD),
        ("550 5.1.10 RESOLVER.ADR.RecipientNotFound", THRESHOLD),
        ("553 5.1.2 unknown domain", THRESHOLD),
        ("550 5.4.1 Recipient address rejected: Access denied", HARD),  # Exchange Online: unknown there
        ("550 5.2.1 mailbox disabled", HARD),
        ("550 No Such User Here", SOFT),
        ("550 Unrouteable address", SOFT),  # Exim
        ("550 Requested action not taken: mailbox unavailable", SOFT),
        ("552 5.2.2 mailbox full", 0),
        ("550 5.7.1 Relaying denied", 0),
        ("550 relay not permitted", 0),  # Exim: nobody gets through
        ("550 blocked by our policy", 0),
        ("554 5.7.1 Client host rejected", 0),
        ("550 5.1.7 bad sender syntax", 0),  # class of addresses, and about us
        ("550 5.1.8 Access denied, bad outbound sender", 0),
        ("550 5.1.90 daily limit for message recipients", 0),
    ],
)
def test_what_a_refusal_of_a_recipient_counts(reply: str, counted: int) -> None:
    assert bounces.of_refusal(reply, at_recipient=True) == counted


def test_after_the_whole_message_only_5_1_x_is_about_the_address() -> None:
    """What is said of a text that looks like spam must cost nobody their mails."""
    assert bounces.of_refusal("550 5.1.1 no such user", at_recipient=False) == THRESHOLD
    assert bounces.of_refusal("550 No Such User Here", at_recipient=False) == 0
    assert bounces.of_refusal("550 5.4.1 Access denied", at_recipient=False) == 0
