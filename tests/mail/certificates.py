"""Certificates for servers on the loopback, signed by an authority that only the tests know.

The files in ``tls/`` were made once and are valid for a hundred years. Their keys open nothing; the authority's own was
thrown away.
"""

from __future__ import annotations

import ssl
from pathlib import Path
from typing import Literal

FOLDER = Path(__file__).parent / "tls"


def server_for(host: Literal["localhost", "elsewhere"]) -> ssl.SSLContext:
    """The context of a server that proves to be this host."""
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(FOLDER / f"{host}.pem")
    return context


def trusting() -> ssl.SSLContext:
    """The context of a client that trusts the authority of the tests, and checks as in life."""
    return ssl.create_default_context(cafile=FOLDER / "authority.pem")
