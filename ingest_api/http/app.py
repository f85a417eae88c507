"""The WSGI application: its routes and resources, with their dependencies passed in."""

from __future__ import annotations

import logging
import time

import falcon
import msgspec

from ingest_api.events.errors import RequestError
from ingest_api.http.dependencies import Dependencies
from ingest_api.http.resources.debug import DebugEnvironment, DebugRows
from ingest_api.http.resources.description import Description
from ingest_api.http.resources.health import DatabaseHealth, Health, Ready
from ingest_api.http.resources.ingest import Ingest
from ingest_api.http.resources.metrics import Metrics
from ingest_api.http.resources.stats import Stats
from ingest_api.metrics.meters import ROUTES, Meters

logger = logging.getLogger(__name__)


def create_app(needs: Dependencies) -> falcon.App[falcon.Request, falcon.Response]:
    """Return the application. It reads nothing from the environment."""
    settings = needs.settings
    every_origin = settings.cors_origins == ("*",)
    app: falcon.App[falcon.Request, falcon.Response] = falcon.App()
    app.add_middleware(Answer(needs.meters))
    app.add_middleware(falcon.CORSMiddleware("*" if every_origin else settings.cors_origins))
    app.add_route("/t", Ingest(needs))
    app.add_route("/health", Health(needs.clock))
    app.add_route("/ready", Ready(needs.log, needs.probe))
    app.add_route("/dbhealth", DatabaseHealth(needs.pulse, needs.meters))
    app.add_route("/stats", Stats(needs))
    app.add_route("/metrics", Metrics(needs.meters, needs.application.log_folder))
    app.add_route("/openapi.json", Description())
    if settings.stats_secret:
        app.add_route("/debug/recent", DebugRows(needs, "recent"))
        app.add_route("/debug/counts", DebugRows(needs, "counts"))
        app.add_route("/debug/env", DebugEnvironment(settings))
    app.add_error_handler(Exception, answer_failure)
    app.add_error_handler(falcon.HTTPError, answer_http_error)
    app.add_error_handler(RequestError, answer_error)
    return app


class Answer:
    """Adds a header against content sniffing to every answer, and measures its time."""

    def __init__(self, meters: Meters) -> None:
        self._observe = meters.observe

    def process_request(self, req: falcon.Request, resp: falcon.Response) -> None:
        """Start the clock."""
        req.context.started = time.perf_counter()

    def process_response(
        self, req: falcon.Request, resp: falcon.Response, resource: object, req_succeeded: bool
    ) -> None:
        """Stop the clock."""
        resp.set_header("X-Content-Type-Options", "nosniff")
        route = req.path if req.path in ROUTES else "other"
        self._observe(route, time.perf_counter() - req.context.started)


def answer_error(
    req: falcon.Request, resp: falcon.Response, error: Exception, params: object
) -> None:
    """Answer a RequestError in the shape that all errors share."""
    assert isinstance(error, RequestError)
    resp.status = error.status
    resp.content_type = falcon.MEDIA_JSON
    resp.data = msgspec.json.encode(error.body())
    resp.set_headers(error.headers)


def answer_http_error(
    req: falcon.Request, resp: falcon.Response, error: Exception, params: object
) -> None:
    """Answer an error that Falcon raised: an unknown path or a method that it doesn't allow."""
    assert isinstance(error, falcon.HTTPError)
    codes = {404: "not_found", 405: "method_not_allowed"}
    code = codes.get(error.status_code, "bad_request")
    headers = {str(name): str(value) for name, value in dict(error.headers or {}).items()}
    answer_error(req, resp, RequestError(error.status_code, code, headers=headers), params)


def answer_failure(
    req: falcon.Request, resp: falcon.Response, error: Exception, params: object
) -> None:
    """Answer an internal error; its cause goes to the operational log, never into the answer."""
    logger.error("%s %s failed", req.method, req.path, exc_info=error)
    answer_error(req, resp, RequestError(500, "internal_error"), params)
