"""The limit of HTTP: a route that does nothing, served like ours."""

from __future__ import annotations

import falcon

from bench.yardstick_worker import run_worker


class Noop:
    """Answers like the ingest API."""

    def on_post(self, req: falcon.Request, resp: falcon.Response) -> None:
        """Answer."""
        resp.content_type = falcon.MEDIA_JSON
        resp.data = b'{"ok":true,"accepted":1,"skipped":0}'


def make_app(database: str) -> falcon.App[falcon.Request, falcon.Response]:
    """Return the application; it ignores the database."""
    app: falcon.App[falcon.Request, falcon.Response] = falcon.App()
    app.add_route("/t", Noop())
    return app


if __name__ == "__main__":
    run_worker(make_app)
