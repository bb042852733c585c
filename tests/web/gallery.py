"""Renders every component and page with the story, in both languages and themes, at phone and desktop width.

Not part of the suite and not shipped: `python -m tests.web.gallery FOLDER [NAME …]` writes
FOLDER/NAME-LANG-THEME-WIDTH.png, so that somebody looks at them. `gallery_app` is what tests use.
"""

from __future__ import annotations

import io
import logging
import sys
import threading
from pathlib import Path
from typing import TYPE_CHECKING

import jinja2
from babel.messages.mofile import write_mo
from babel.messages.pofile import read_po
from babel.support import NullTranslations, Translations
from flask import Flask, Response, render_template
from werkzeug.serving import make_server

from tests.web import story
from tests.web.scenes import SCENES
from tests.web.story import Lang
from tracker.web import static_files
from tracker.web.security import POLICY

if TYPE_CHECKING:
    from playwright.sync_api import Browser

ROOT = Path(__file__).parents[2]
#: The kit's own German, in the form that the catalogue takes over.
GERMAN = ROOT / "tracker/translations/de/LC_MESSAGES/messages.po"
CHROMIUM = "/usr/bin/chromium"


def translations(lang: Lang) -> NullTranslations:
    """The words of the templates in a language; English is what stands in them."""
    if lang == "en":
        return NullTranslations()
    compiled = io.BytesIO()
    with GERMAN.open("rb") as catalogue:
        write_mo(compiled, read_po(catalogue, locale="de"))
    compiled.seek(0)
    return Translations(compiled)


def gallery_app(lang: Lang) -> Flask:
    """An app with nothing but templates, static files and a language; a name that no view has given is an error."""
    app = Flask("gallery", template_folder=str(ROOT / "templates"), static_folder=str(ROOT / "static"))
    app.jinja_loader = jinja2.ChoiceLoader(
        [jinja2.FileSystemLoader(ROOT / "templates"), jinja2.FileSystemLoader(ROOT / "tests/web/gallery_pages")]
    )
    app.secret_key = "gallery"
    app.jinja_env.undefined = jinja2.StrictUndefined
    app.jinja_env.add_extension("jinja2.ext.i18n")
    static_files.init_app(app)
    words = translations(lang)
    app.jinja_env.install_gettext_callables(words.ugettext, words.ungettext, newstyle=True)  # type: ignore[attr-defined]
    app.jinja_env.globals["csrf_token"] = lambda: "token"
    app.add_url_rule(
        "/<scene>/<theme>",
        methods=["GET", "POST"],
        view_func=lambda scene, theme: render(lang, scene, theme),
        endpoint="scene",
    )

    # Pages register their worker; the gallery's has nothing to do.
    app.add_url_rule("/sw.js", view_func=lambda: Response("", mimetype="text/javascript"), endpoint="worker")

    @app.after_request
    def strictly(response: Response) -> Response:
        response.headers["Content-Security-Policy"] = POLICY  # what breaks it here would break it there
        return response

    return app


def render(lang: Lang, scene: str, theme: str = "") -> str:
    """One scene as HTML. Needs a request of `gallery_app`."""
    s = story.say_in(lang)
    template, values = SCENES[scene](s)
    return render_template(template, lang=lang, theme=theme, **values)


def photograph(browser: Browser, address: str, width: int, path: Path) -> list[str]:
    """Take the whole page into `path`; returns what the browser complained about, policy violations among it."""
    complaints: list[str] = []
    page = browser.new_page(viewport={"width": width, "height": 844 if width < 700 else 800})
    page.on(
        "console", lambda message: complaints.append(message.text) if message.type in ("error", "warning") else None
    )
    page.on("pageerror", lambda error: complaints.append(str(error)))
    page.goto(address)
    wide = page.evaluate("document.documentElement.scrollWidth - document.documentElement.clientWidth")
    if wide > 0:
        complaints.append(f"scrolls sideways by {wide} px")
    page.screenshot(path=path, full_page=width < 700)
    page.close()
    return [f"{path.stem}: {complaint}" for complaint in complaints]


def main(
    folder: Path, names: list[str], *, langs: tuple[Lang, ...] = ("de", "en"), widths: tuple[int, ...] = (1280, 390)
) -> None:
    """Serve the gallery on the loopback and photograph it."""
    logging.getLogger("werkzeug").setLevel(logging.ERROR)
    from playwright.sync_api import sync_playwright  # the tests that only render wait for no browser

    folder.mkdir(parents=True, exist_ok=True)
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=CHROMIUM, args=["--no-sandbox"])
        for lang in langs:
            server = make_server("127.0.0.1", 0, gallery_app(lang), threaded=True)
            threading.Thread(target=server.serve_forever, daemon=True).start()
            for name in names or list(SCENES):
                for theme in ("light", "dark"):
                    for width in widths:
                        address = f"http://127.0.0.1:{server.server_port}/{name}/{theme}"
                        for complaint in photograph(
                            browser, address, width, folder / f"{name}-{lang}-{theme}-{width}.png"
                        ):
                            sys.stderr.write(complaint + "\n")
            server.shutdown()
        browser.close()


if __name__ == "__main__":
    main(Path(sys.argv[1]), sys.argv[2:])
