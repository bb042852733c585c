"""What stands around every page: headers, cookies, trusted hosts, CSRF, and what a browser may keep."""

from __future__ import annotations

import hashlib
from urllib.parse import urlsplit

from flask import Flask, Request, Response, abort, g, request, session
from flask_wtf import CSRFProtect
from werkzeug.middleware.proxy_fix import ProxyFix
from werkzeug.routing import IntegerConverter

from config import Settings
from tracker.domain.attachments import MB, Limits
from tracker.web.marks import Marked

#: Nothing from another host, nothing inline. A page that needs less says so itself (the mailbox).
POLICY = "; ".join(
    (
        "default-src 'none'",
        "script-src 'self'",
        "style-src 'self'",
        "img-src 'self' data:",
        "font-src 'self'",
        "connect-src 'self'",
        "manifest-src 'self'",
        "form-action 'self'",
        "base-uri 'none'",
        "frame-ancestors 'none'",
        "object-src 'none'",
    )
)
HEADERS = {
    "Content-Security-Policy": POLICY,
    "X-Content-Type-Options": "nosniff",
    "Referrer-Policy": "same-origin",
    "Cross-Origin-Opener-Policy": "same-origin",
    "Cross-Origin-Resource-Policy": "same-origin",
    "Permissions-Policy": "camera=(), geolocation=(), microphone=(), payment=(), usb=()",
}
#: A style sheet or a script does nothing by itself: what is about pages would be a fifth of a small file.
FILE_HEADERS = {
    "Content-Security-Policy": "default-src 'none'",
    "X-Content-Type-Options": "nosniff",
    "Referrer-Policy": "same-origin",
    "Cross-Origin-Resource-Policy": "same-origin",
}
A_YEAR = 365 * 24 * 3600
#: The largest request. A text that is too long for its field is far smaller, and comes back with its form.
LARGEST = 2 * 1024 * 1024
#: What files come with, or one of them alone.
WITH_FILES = frozenset({"web.raising", "web.add_file", "web.comment", "web.note", "web.ask", "web.answer"})
#: Paths that carry a key: nothing of them is stored or told to the next page.
KEYS = ("/setup/", "/sign-in", "/password", "/confirm/", "/join/", "/u/", "/m/", "/demo/")
DOWNLOADS = (".ics", ".csv", ".zip")
#: Hosts of this machine, under which its own health checks ask.
HERE = ("localhost", "127.0.0.1", "[::1]")

csrf = CSRFProtect()
_exempt: set[str] = set()


class Number(IntegerConverter):
    """A number in an address, no larger than the database can look for: there is nothing behind others, it is 404."""

    regex = "[0-9]{1,18}"


def init_app(app: Flask, settings: Settings) -> None:
    app.config.update(
        SECRET_KEY=settings.secret_key,
        SECRET_KEY_FALLBACKS=list(settings.secret_key_fallbacks),
        TRUSTED_HOSTS=[urlsplit(settings.public_url).hostname or "", *HERE],
        MAX_CONTENT_LENGTH=LARGEST,
        MAX_FORM_MEMORY_SIZE=LARGEST,
        MAX_FORM_PARTS=2_000,
        SESSION_COOKIE_NAME=cookie_name(settings),
        SESSION_COOKIE_SECURE=settings.is_https,
        SESSION_COOKIE_HTTPONLY=True,
        SESSION_COOKIE_SAMESITE="Lax",
        SESSION_COOKIE_PATH="/",
        # The token lives as long as the session: a form left open over night is not lost.
        WTF_CSRF_TIME_LIMIT=None,
        # The token alone decides; a referrer is withheld by many browsers, and by ourselves on pages with keys.
        WTF_CSRF_SSL_STRICT=False,
        WTF_CSRF_CHECK_DEFAULT=False,
    )
    csrf.init_app(app)
    if settings.proxies:
        app.wsgi_app = ProxyFix(  # type: ignore[method-assign]
            app.wsgi_app, x_for=settings.proxies, x_proto=settings.proxies, x_host=0
        )
    app.url_map.converters |= {"int": Number, "marked": Marked}
    app.before_request(_refuse_nul)
    app.before_request(lambda: _weigh(settings))
    app.before_request(_check_token)
    app.after_request(lambda response: _protected(response, settings))


def cookie_name(settings: Settings) -> str:
    """Bound to this host over https. Without it, two sites on one machine are told apart by their port."""
    return "__Host-session" if settings.is_https else f"session_{settings.port}"


def without_csrf(endpoint: str) -> None:
    """This endpoint takes a POST without a token: one-click unsubscribe, which a mail program sends (RFC 8058)."""
    _exempt.add(endpoint)


def _refuse_nul() -> None:
    """PostgreSQL cannot even be asked for text with such a character in it; nothing of ours is called so."""
    if "\0" in request.path:
        abort(404)
    if any("\0" in value for value in request.args.values()):
        abort(400)


def _weigh(settings: Settings) -> None:
    """Forms that files come with may be larger. What is larger still is refused by its announced length, unread."""
    if request.endpoint in WITH_FILES:
        files = Limits(file=settings.attachment_mb * MB, a_text=settings.attachments_per_text)
        request.max_content_length = files.request


def _check_token() -> None:
    """On every unsafe method. Programs sign in by a header of their own, which no foreign page can send."""
    if request.endpoint is None or request.endpoint in _exempt or request.path.startswith("/api/"):
        return
    csrf.protect()


# Headers --------------------------------------------------------------------------------------------------------------


def _protected(response: Response, settings: Settings) -> Response:
    is_file = request.endpoint == "static" and response.status_code < 400
    for name, value in (FILE_HEADERS if is_file else HEADERS).items():
        response.headers.setdefault(name, value)
    if settings.is_https:
        response.headers.setdefault("Strict-Transport-Security", f"max-age={A_YEAR}")
    if request.path.startswith(KEYS):
        response.headers["Referrer-Policy"] = "no-referrer"
    return _cached(response)


def _cached(response: Response) -> Response:
    if "Cache-Control" in response.headers:
        return response
    if _is_not_kept(response):
        response.headers["Cache-Control"] = "no-store"
        return response
    response.headers["Cache-Control"] = "private, no-cache"
    response.vary.update(("Cookie", "Accept-Language"))
    if request.method in ("GET", "HEAD") and response.status_code == 200 and not response.is_streamed:
        response.set_etag(_fingerprint(response), weak=True)
        response.make_conditional(request)
    return response


def _is_not_kept(response: Response) -> bool:
    is_download = request.path.endswith(DOWNLOADS) or "Content-Disposition" in response.headers
    return is_download or request.path.startswith(KEYS) or response.status_code >= 400


def _fingerprint(response: Response) -> str:
    """Of what is read. The token of the forms is another one each time, and good as long as the session is."""
    body = response.get_data().replace(str(g.get("csrf_token", "\0")).encode(), b"")
    return hashlib.sha256(body + str(session.get("csrf_token", "")).encode()).hexdigest()[:32]


def came_from_elsewhere(request: Request, public_url: str) -> bool:
    """Whether the browser says that another site sent the form. Who says nothing is accused of nothing: behind a page
    that tells no referrer, the origin is called "null".
    """
    site = request.headers.get("Sec-Fetch-Site")
    if site is not None:
        return site in ("cross-site", "same-site")
    origin = request.headers.get("Origin", "null")
    return origin not in ("null", request.host_url.rstrip("/"), public_url)


def came_from_here(request: Request) -> bool:
    """Whether the browser says that this site itself sent the form. Old browsers say nothing, and are believed not."""
    site = request.headers.get("Sec-Fetch-Site")
    if site is not None:
        return site == "same-origin"
    origin = request.headers.get("Origin")
    return origin is not None and origin == request.host_url.rstrip("/")
