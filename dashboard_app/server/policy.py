"""Who may see the dashboard, by its settings, and what that puts before Streamlit's server."""

from __future__ import annotations

from collections.abc import Mapping

from starlette.middleware import Middleware

from dashboard_app.server.gate import PasswordGate
from dashboard_app.server.headers import SecurityHeaders
from dashboard_app.server.hosts import LocalNames, is_loopback
from dashboard_app.server.origins import OwnOrigin
from dashboard_app.server.return_path import ReturnPath
from dashboard_app.settings import SettingError, flag, password


def middleware(
    environ: Mapping[str, str], address: str | None, base_path: str, *, sign_in: bool
) -> list[Middleware]:
    """Return what requests pass through, first to last.

    `address` is where the server listens, None: everywhere. `sign_in` says whether an OpenID
    provider is configured, at which people log in. Raises SettingError where the dashboard would
    be open to others and nothing says that it should be.
    """
    secret = password(environ)
    layers = [Middleware(SecurityHeaders)]
    if secret is not None:
        layers.append(Middleware(PasswordGate, password=secret, base_path=base_path))
    elif not sign_in and not flag(environ, "DASHBOARD_OPEN"):
        if not is_loopback(address or ""):
            raise SettingError(
                f"the dashboard would be open to all who reach {address or 'this machine'}: "
                "set DASHBOARD_PASSWORD, or [auth] in .streamlit/secrets.toml; or "
                "DASHBOARD_OPEN=true where something else lets only the right people through"
            )
        layers.append(Middleware(LocalNames))
    layers.append(Middleware(OwnOrigin))
    if sign_in:
        layers.append(Middleware(ReturnPath, base_path=base_path))
    return layers
