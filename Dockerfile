# any image with Python 3.11 or later and its venv module works
ARG BASE=python:3.11-slim

FROM ${BASE} AS builder
WORKDIR /app
COPY requirements.lock ./
# uv, from its pinned lines of the lock, in a folder that stays in this stage
RUN python -m venv /uv \
    && awk '/^[a-z]/ {is_uv = /^uv==/} is_uv' requirements.lock > /uv/requirements \
    && /uv/bin/pip install --no-cache-dir --require-hashes -r /uv/requirements
ENV PATH="/uv/bin:$PATH" UV_NO_CACHE=1 VIRTUAL_ENV=/app/.venv
RUN uv venv --quiet .venv \
    && uv pip install --compile-bytecode --require-hashes -r requirements.lock
COPY pyproject.toml README.md ./
COPY sql ./sql
COPY ingest_api ./ingest_api
COPY dashboard_app ./dashboard_app
# setuptools and uv are only needed to install
RUN uv pip install --no-deps --no-build-isolation --editable . \
    && uv pip uninstall setuptools uv \
    && .venv/bin/python -m compileall -q sql ingest_api dashboard_app

FROM ${BASE}
RUN useradd --create-home --uid 10001 telemetry \
    && install --directory --mode 700 --owner telemetry /data
WORKDIR /app
COPY --from=builder /app /app
USER telemetry
ENV DATA_DIR=/data PATH="/app/.venv/bin:$PATH"
VOLUME /data
EXPOSE 8088
HEALTHCHECK --interval=10s --timeout=3s --start-period=20s \
    CMD ["python", "-c", "import os, urllib.request; urllib.request.urlopen('http://127.0.0.1:' + (os.environ.get('PORT') or '8088') + '/health', timeout=2)"]
CMD ["minigem", "serve"]
