"""`POST /t`: an event or a batch; 200 once it is on disk."""

from __future__ import annotations

import falcon
import msgspec

from ingest_api.events.errors import RequestError
from ingest_api.events.geo import place
from ingest_api.events.reading import MAX_BODY_BYTES, inflate
from ingest_api.http.client_address import bucket
from ingest_api.http.dependencies import Dependencies
from ingest_api.http.resources.limit import require_allowance, require_events_allowance
from ingest_api.log.writer import LogUnavailableError

MAX_ERRORS = 20
encode = msgspec.json.encode
encode_lines = msgspec.json.Encoder().encode_lines


class Ingest:
    """Validate, anonymise, locate, log, acknowledge."""

    def __init__(self, needs: Dependencies) -> None:
        self._needs = needs

    def on_post(self, req: falcon.Request, resp: falcon.Response) -> None:
        """Accept the events in the body. Raises RequestError if none can be accepted."""
        needs = self._needs
        address = needs.proxies.client_address(req.env)
        client = bucket(address)
        require_allowance(needs, client)
        body = read_body(req)
        trusted = needs.proxies.trusts(req.env.get("REMOTE_ADDR", ""))
        where = place(req.env, address, trusted, needs.locator)
        lines, skipped = needs.reader.read(
            body,
            where,
            int(needs.clock() * 1000),
            admit=lambda events: require_events_allowance(needs, client, events),
        )
        reasons = [skip.error for skip in skipped]
        if lines:
            try:
                needs.log.append(encode_lines(lines))
            except LogUnavailableError as error:
                needs.meters.count_ingest(0, [*reasons, *["log_unavailable"] * len(lines)])
                raise RequestError(503, "log_unavailable", headers={"Retry-After": "5"}) from error
        needs.meters.count_ingest(len(lines), reasons)
        resp.content_type = falcon.MEDIA_JSON
        if skipped:
            errors = [{"index": place, "error": code} for place, code in skipped[:MAX_ERRORS]]
            answer = {"ok": True, "accepted": len(lines), "skipped": len(skipped), "errors": errors}
            resp.data = encode(answer)
        else:
            resp.data = b'{"ok":true,"accepted":%d,"skipped":0}' % len(lines)


def read_body(req: falcon.Request) -> bytes:
    """Return the decoded body. Raises RequestError if it is too large or can't be decoded."""
    if (req.content_length or 0) > MAX_BODY_BYTES:
        raise RequestError(413, "body_too_large")
    body = req.bounded_stream.read(MAX_BODY_BYTES + 1)
    if len(body) > MAX_BODY_BYTES:
        raise RequestError(413, "body_too_large")
    encoding = req.get_header("Content-Encoding", default="identity").strip().lower()
    if encoding == "gzip":
        return inflate(body)
    if encoding not in ("identity", ""):
        raise RequestError(415, "invalid_encoding")
    return body
