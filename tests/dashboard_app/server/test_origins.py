"""Pages of other origins get no WebSocket, and no other server is asked about them."""

from __future__ import annotations

import socket
from pathlib import Path

import pytest
from starlette.datastructures import Headers
from websockets.exceptions import InvalidStatus
from websockets.sync.client import connect
from websockets.typing import Origin

from dashboard_app.server.origins import is_own
from tests.dashboard_app.running import RunningDashboard

NAME = "telemetry.example"


@pytest.mark.parametrize(
    ("origin", "headers", "own"),
    [
        (f"http://{NAME}:8501", {"Host": f"{NAME}:8501"}, True),
        (f"https://{NAME}", {"Host": NAME.upper()}, True),
        (f"https://{NAME}", {"Host": "127.0.0.1:8501", "X-Forwarded-Host": f"{NAME}, inner"}, True),
        ("http://[2001:db8::1]:1", {"Host": "[2001:db8::1]:1"}, True),
        ("http://localhost:8080", {"Host": "127.0.0.1:8501"}, True),
        ("https://other.example", {"Host": NAME}, False),
        (f"http://{NAME}:3000", {"Host": f"{NAME}:8501"}, False),
        (f"https://{NAME}", {"Host": "127.0.0.1:8501"}, False),
        (f"https://{NAME}", {"X-Forwarded-Host": f"inner, {NAME}"}, False),
        ("null", {"Host": "null"}, False),
        ("null", {}, False),
        ("https://[", {"Host": "["}, False),
        ("", {"Host": ""}, False),
    ],
)
def test_an_origin_is_the_address_that_it_is_called_by(
    origin: str, headers: dict[str, str], own: bool
) -> None:
    assert is_own(origin, Headers(headers)) is own


def test_sockets_of_other_origins_are_refused_and_no_host_is_asked(
    filled: str, tmp_path: Path
) -> None:
    with socket.create_server(("127.0.0.1", 0)) as proxy:
        address = f"http://127.0.0.1:{proxy.getsockname()[1]}"
        with RunningDashboard(
            filled,
            tmp_path,
            DASHBOARD_HOST="0.0.0.0",
            DASHBOARD_OPEN="true",
            HTTP_PROXY=address,
            HTTPS_PROXY=address,
        ) as dashboard:
            stream = dashboard.url.replace("http", "ws", 1) + "_stcore/stream"
            for other in (f"https://{NAME}", "null"):
                with pytest.raises(InvalidStatus) as caught, connect(stream, origin=Origin(other)):
                    pass
                assert caught.value.response.status_code == 403
            with connect(stream, origin=Origin(dashboard.url.rstrip("/"))):
                pass
            with connect(
                stream,
                origin=Origin(f"https://{NAME}"),
                additional_headers={"X-Forwarded-Host": NAME},
            ):
                pass
        proxy.setblocking(False)
        with pytest.raises(BlockingIOError):
            proxy.accept()
    assert "Traceback" not in dashboard.log_text()
