"""Addresses of pages, for mails and for pages alike. They begin with the configured public address and nothing else.

The table is the contract between who writes a link and who serves it; a test resolves each in the URL map.
"""

from __future__ import annotations

from typing import Any
from urllib.parse import quote, urlencode

from flask import current_app

#: The paths that something outside its own page links to, with the parts that fill them.
PATHS = {
    "start": "/",
    "sign_in": "/sign-in",
    "sign_in_link": "/sign-in/{token}",
    "forgotten": "/password",
    "reset": "/password/{token}",
    "confirm": "/confirm/{token}",
    "demo_sign_in": "/demo/{token}",
    "setup": "/setup/{token}",
    "invitation": "/join/{token}",
    "unsubscribe": "/u/{token}",
    "mail_link": "/m/{purpose}/{token}",
    "me": "/me",
    "my_tokens": "/me/tokens",
    "new_team": "/teams/new",
    "notices": "/notices",
    "why": "/notices/why",
    "my_mail": "/notices/mail/{mail}",
    "mailbox": "/mailbox",
    "held": "/held-mail",
    "outbox": "/admin/outbox",
    "inbound": "/admin/inbound",
    "chats": "/admin/chats",
    "mail_records": "/admin/dns",
    "home": "/t/{slug}/",
    "mine": "/t/{slug}/mine",
    "desk": "/t/{slug}/desk",
    "desk_live": "/t/{slug}/desk/live",
    "desk_views": "/t/{slug}/desk/views",
    "desk_several": "/t/{slug}/desk/several",
    "one_by_one": "/t/{slug}/one-by-one",
    "suggestions": "/t/{slug}/suggestions",
    "search": "/t/{slug}/search",
    "search_found": "/t/{slug}/search/found",
    "answers": "/t/{slug}/answers",
    "raise": "/t/{slug}/new",
    "tasks": "/t/{slug}/tasks",
    "board": "/t/{slug}/board",
    "board_version": "/t/{slug}/board/version",
    "alike": "/t/{slug}/new/alike",
    "aside": "/t/{slug}/new/aside",
    "suggestion": "/t/{slug}/{number}",
    "tasks_of": "/t/{slug}/{number}/tasks",
    "board_move": "/t/{slug}/{number}/board",
    "later": "/t/{slug}/{number}/later",
    "receipt": "/t/{slug}/{number}/receipt",
    "joined": "/t/{slug}/{number}/joined",
    "calendar": "/t/{slug}/{number}/answer-{number}.ics",
    "people": "/t/{slug}/people",
    "invite": "/t/{slug}/people/invite",
    "absences": "/t/{slug}/absences",
    "settings": "/t/{slug}/settings",
    "outlets": "/t/{slug}/settings/outlets",
}


def path(name: str, *, fragment: str = "", query: dict[str, str] | None = None, **parts: Any) -> str:
    """The path of a page on this site, such as ``path("suggestion", slug="night-watch", number=41)``."""
    filled = PATHS[name].format(**{key: quote(str(value), safe="") for key, value in parts.items()})
    asked = f"?{urlencode(query)}" if query else ""
    return f"{filled}{asked}{'#' + quote(fragment, safe='') if fragment else ''}"


def url(name: str, *, fragment: str = "", query: dict[str, str] | None = None, **parts: Any) -> str:
    """The whole address, as it stands in a mail."""
    return f"{current_app.config['TRACKER'].public_url}{path(name, fragment=fragment, query=query, **parts)}"
