"""Passwords: what is good enough, and the slow hash. Length counts; nobody is asked for a special character."""

from __future__ import annotations

import unicodedata
from datetime import timedelta

from flask_security.utils import hash_password, verify_password

from tracker.domain.errors import N_, BadInput

#: A form that is sent twice finds what the first one made for so long; longer would help whoever guesses.
JUST_NOW = timedelta(minutes=2)
SHORTEST = 10
LONGEST = 200

#: Those of the much used ones that are long enough; everything shorter is refused by its length already.
_LIST = """
1234567890 0123456789 12345678910 123456789a 1234567891 9876543210 0987654321 1q2w3e4r5t 1qaz2wsx3edc abcdefghij
abcd123456 abc1234567 admin12345 administrator baseball12 changeme12 computer123 football12 fussball123 geheim1234
geheim12345 hallo12345 hallohallo iloveyou12 ichliebedich internet123 letmein123 liverpool1 michelle12 passw0rd12
passwort12 passwort123 passwort1234 password12 password123 password1234 password!23 princess12 q1w2e3r4t5 qwerty1234
qwerty12345 qwertyuiop qwertz1234 qwertz12345 qwertzuiop schatz1234 sommer2024 sommer2025 sommer2026 sonnenschein
starwars12 sunshine12 superman12 welcome123 welcome1234 willkommen willkommen1 winter2025 winter2026 zaq12wsxcde
"""
_MUCH_USED = frozenset(_LIST.split())


def checked(password: str, *, field: str = "password", about: tuple[str, ...] = ()) -> str:
    """The password in its one written form, or a refusal that helps (``BadInput``).

    ``about`` are words that anybody could guess for this person: name, address, team.
    """
    password = _one_form(password)
    if len(password) < SHORTEST:
        raise BadInput(
            N_("Please choose at least %(least)s characters. Four words in a row are easy to remember."),
            field=field,
            least=SHORTEST,
        )
    if len(password) > LONGEST:
        raise BadInput(N_("At most %(most)s characters fit."), field=field, most=LONGEST)
    if _is_easily_guessed(password.casefold(), about):
        raise BadInput(N_("That one is guessed within seconds. Four words in a row are a good start."), field=field)
    return password


def _is_easily_guessed(password: str, about: tuple[str, ...]) -> bool:
    if password in _MUCH_USED or len(set(password)) <= 3:
        return True
    if any(password == (password[:size] * len(password))[: len(password)] for size in range(1, 5)):
        return True
    known = {word.casefold().strip() for word in about} | {word.casefold().partition("@")[0] for word in about}
    bare = password.strip("0123456789!?.-_ ")
    return bare in known or password in known


def hashed(password: str) -> str:
    """The argon2 hash of a checked password."""
    return str(hash_password(_one_form(password)))


def is_right(password: str, stored: str | None) -> bool:
    """Whether it is this person's password. Costs the same where there is no person or no password."""
    if stored is None or len(password) > LONGEST:
        waste_time()
        return False
    return bool(verify_password(_one_form(password), stored))


def waste_time() -> None:
    """Do what checking a password costs, so that an unknown address cannot be told from a known one by the clock."""
    hash_password("nobody's password")


def _one_form(password: str) -> str:
    """The same letters typed on another keyboard are the same password."""
    return unicodedata.normalize("NFKC", password)
