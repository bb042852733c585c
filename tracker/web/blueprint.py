"""The one blueprint of all pages. A module of pages imports it, and is named in ``tracker.web.PAGES``."""

from __future__ import annotations

from flask import Blueprint

web = Blueprint("web", __name__)
