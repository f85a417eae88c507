"""The limit of HTTP: a route that does nothing, served as ours are."""

from __future__ import annotations

import falcon

from bench.yardstick_worker import run_worker


class Noop:
    """Answers as the ingest API would."""

    def on_post(self, req: falcon.Request, resp: falcon.Response) -> None:
        """Answer."""
        resp.content_type = falcon.MEDIA_JSON
        resp.data = b'{"ok":true,"accepted":1,"skipped":0}'


def make_app(database: str) -> falcon.App[falcon.Request, falcon.Response]:
    """Return the application; it has no use for a database."""
    app: falcon.App[falcon.Request, falcon.Response] = falcon.App()
    app.add_route("/t", Noop())
    return app


if __name__ == "__main__":
    run_worker(make_app)
