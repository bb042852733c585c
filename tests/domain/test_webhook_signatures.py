"""Signatures of webhooks, against the specification's example and against a verification written by itself."""

from __future__ import annotations

import base64
import hashlib
import hmac
from datetime import UTC, datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tracker.domain import webhook_signatures as signatures

#: The example that the specification's own libraries are tested with.
SECRET = "whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw"
MESSAGE = {"message_id": "msg_p5jXN8AQM9LWM0D4loKWxJek", "second": 1614265330, "body": b'{"test": 2432232314}'}
SIGNATURE = "v1,g0hM9SsE+OTPJTGt/tmIKtSyZlE3uFJELVlNIOLJ1OE="


def verifies(secret: str, headers: dict[str, str], body: bytes) -> bool:
    """What a receiver does, as docs/webhooks.md shows it."""
    key = base64.b64decode(secret.split("_", 1)[1])
    signed = f"{headers['webhook-id']}.{headers['webhook-timestamp']}.".encode() + body
    expected = base64.b64encode(hmac.new(key, signed, hashlib.sha256).digest()).decode()
    given = [one.split(",", 1) for one in headers["webhook-signature"].split()]
    return any(version == "v1" and hmac.compare_digest(value, expected) for version, value in given)


def test_the_specifications_example() -> None:
    assert signatures.signature(SECRET, **MESSAGE) == SIGNATURE  # type: ignore[arg-type]


def test_headers_name_id_second_and_signature() -> None:
    at = datetime(2021, 2, 25, 15, 2, 10, 987_000, tzinfo=UTC)  # the example's second, and a part of the next
    assert signatures.headers([SECRET], message_id="msg_p5jXN8AQM9LWM0D4loKWxJek", at=at, body=MESSAGE["body"]) == {  # type: ignore[arg-type]
        "webhook-id": "msg_p5jXN8AQM9LWM0D4loKWxJek",
        "webhook-timestamp": "1614265330",
        "webhook-signature": SIGNATURE,
    }


@given(st.binary(min_size=24, max_size=64), st.binary(min_size=24, max_size=64), st.binary(max_size=200))
def test_each_of_two_secrets_verifies_and_a_third_does_not(one: bytes, other: bytes, body: bytes) -> None:
    secrets = [signatures.secret_of(key) for key in (one, other)]
    headers = signatures.headers(secrets, message_id="msg_a", at=datetime(2026, 11, 24, tzinfo=UTC), body=body)
    assert headers["webhook-signature"].count("v1,") == 2
    assert all(verifies(secret, headers, body) for secret in secrets)
    assert not verifies(signatures.secret_of(one + b"!"), headers, body)
    assert not verifies(secrets[0], headers, body + b" ")
    assert not verifies(secrets[0], {**headers, "webhook-id": "msg_b"}, body)
    assert not verifies(secrets[0], {**headers, "webhook-timestamp": "1"}, body)


@pytest.mark.parametrize("text", ["MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw", "whsec_no base64!", "whsec_abc"])
def test_a_text_that_is_no_secret_is_refused(text: str) -> None:
    with pytest.raises(ValueError, match=r"whsec_"):
        signatures.key_of(text)
