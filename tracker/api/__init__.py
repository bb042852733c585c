"""What a program sees and sends: /api/v1, with bearer tokens, problem+json and an OpenAPI document."""

from __future__ import annotations

from flask import Flask
from flask_smorest import Api

from config import Settings
from tracker.api import problems, shapes


class QuietApi(Api):  # type: ignore[misc]
    """Leaves the application's error handlers alone: the library's own would turn every page's 404 into JSON."""

    #: What every refusal looks like, in the document too.
    ERROR_SCHEMA = shapes.ProblemOut

    def _register_error_handlers(self) -> None:
        """Ours are in ``problems``; they switch by the address."""
        return None

    def _register_responses(self) -> None:
        """Refusals are problem+json; what is answered otherwise stays JSON."""
        usual: str = Api.DEFAULT_RESPONSE_CONTENT_TYPE
        self.DEFAULT_RESPONSE_CONTENT_TYPE = problems.CONTENT_TYPE
        super()._register_responses()
        self.DEFAULT_RESPONSE_CONTENT_TYPE = usual


def init_app(app: Flask, settings: Settings) -> None:
    """Attach the API. Called after the pages, whose error handlers it puts its switch before."""
    from tracker.api.suggestions import blp

    app.config.update(
        API_TITLE="Tracker",
        API_VERSION="v1",
        OPENAPI_VERSION="3.1.0",
        OPENAPI_URL_PREFIX="/api/v1",
        OPENAPI_JSON_PATH="openapi.json",
        API_SPEC_OPTIONS={
            "info": {"description": "Every suggestion is answered by the date that was given when it was raised."},
            "servers": [{"url": settings.public_url}],
            "components": {"securitySchemes": {"bearer": {"type": "http", "scheme": "bearer"}}},
            "security": [{"bearer": []}],
        },
    )
    api = QuietApi(app)
    api.register_blueprint(blp)
    problems.init_app(app)
