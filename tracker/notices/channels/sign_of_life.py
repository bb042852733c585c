"""The dead man's switch: an address outside is asked as long as reminders run, and warns when the calls stop."""

from __future__ import annotations

import urllib.error
import urllib.request
from email.message import Message
from http.client import HTTPException
from typing import IO

#: Bytes of the answer that are read; nobody looks at them.
ENOUGH = 1024


class NotReached(Exception):
    """The address did not answer as it should. The text does not name it: it is a key."""


def call(url: str, *, timeout: float) -> None:
    """Ask the address once, within so many seconds. Redirects are not followed. Raises ``NotReached``."""
    opener = urllib.request.build_opener(_Stay)
    try:
        with opener.open(url, timeout=timeout) as answer:
            answer.read(ENOUGH)
    except urllib.error.HTTPError as error:
        error.close()
        raise NotReached(f"it answered {error.code}") from None
    except (OSError, HTTPException, ValueError) as error:
        raise NotReached(type(error).__name__) from None


class _Stay(urllib.request.HTTPRedirectHandler):
    """What was configured is called, and nothing else."""

    def redirect_request(
        self, req: urllib.request.Request, fp: IO[bytes], code: int, msg: str, headers: Message, newurl: str
    ) -> None:
        return None
