"""What makes a team's pages an app on a phone: its manifest, the worker that stands in without a network, its page.

The app bears the team's name. Its worker keeps one page and what that page is made of, and nothing that anybody wrote:
what is typed stays where ``keep.js`` put it.
"""

from __future__ import annotations

from pathlib import Path

from flask import Response, current_app, jsonify, render_template, url_for

from tracker.notices import links
from tracker.web.blueprint import web
from tracker.web.identity import Page, signed_in, team_page
from tracker.web.language import locale
from tracker.web.say import _
from tracker.web.static_files import mark_of

#: The paper of both themes (``--paper`` of base.css); a manifest knows one.
PAPER = "#faf9f6"
SIZES = (192, 512)


@web.get("/t/<slug>/app.webmanifest")
@signed_in
def manifest(slug: str) -> Page:
    """How this team's pages stand among the apps of a phone (W3C Web Application Manifest)."""
    team, _membership = team_page(slug)
    home = links.path("home", slug=slug)
    response = jsonify(
        id=home,
        name=team.name,
        short_name=team.name[:24],
        lang=locale(),
        start_url=home,
        scope="/",
        display="standalone",
        background_color=PAPER,
        theme_color=PAPER,
        icons=[
            {
                "src": url_for("static", filename=f"icons/icon-{size}.png"),
                "sizes": f"{size}x{size}",
                "type": "image/png",
            }
            for size in SIZES
        ],
        shortcuts=[
            {"name": _("Raise"), "url": links.path("raise", slug=slug)},
            {"name": _("Mine"), "url": links.path("mine", slug=slug)},
        ],
    )
    response.mimetype = "application/manifest+json"
    return response


@web.get("/sw.js")
def worker() -> Response:
    """The service worker, from the root so that it stands before every page. A new mark makes it a new one."""
    folder = Path(current_app.static_folder or "")
    script = (folder / "js" / "sw.js").read_text("utf-8")
    response = Response(f'const MARK = "{mark_of(folder)}";\n{script}', mimetype="text/javascript")
    response.headers["Cache-Control"] = "no-cache"
    return response


@web.get("/offline")
def offline() -> Page:
    """What the worker shows while there is no connection. It says nothing about anybody: it is kept on the device."""
    return render_template("web/offline.html", theme="")
