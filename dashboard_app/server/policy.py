"""Who may see the dashboard, by its settings, as middleware in front of Streamlit."""

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
    """Return the middleware, first to last.

    `address` is the one the server listens on, None: all. `sign_in` says whether an OpenID provider
    is configured for logins. Raises SettingError if the dashboard would be open to others without a
    setting that allows it.
    """
    secret = password(environ)
    layers = [Middleware(SecurityHeaders)]
    if secret is not None:
        layers.append(Middleware(PasswordGate, password=secret, base_path=base_path))
    elif not sign_in and not flag(environ, "DASHBOARD_OPEN"):
        if not is_loopback(address or ""):
            raise SettingError(
                f"the dashboard would be open to all who can reach {address or 'this machine'}: "
                "set DASHBOARD_PASSWORD, [auth] in .streamlit/secrets.toml, or "
                "DASHBOARD_OPEN=true if a network or proxy admits only the right people"
            )
        layers.append(Middleware(LocalNames))
    layers.append(Middleware(OwnOrigin))
    if sign_in:
        layers.append(Middleware(ReturnPath, base_path=base_path))
    return layers
