FROM python:3.11-slim

RUN useradd --create-home --uid 10001 telemetry \
    && install --directory --mode 700 --owner telemetry /data
WORKDIR /app

COPY requirements.lock ./
RUN pip install --no-cache-dir --require-hashes -r requirements.lock
COPY pyproject.toml README.md Procfile ./
COPY sql ./sql
COPY ingest_api ./ingest_api
COPY dashboard_app ./dashboard_app
RUN pip install --no-cache-dir --no-deps --no-build-isolation --editable .

USER telemetry
ENV DATA_DIR=/data
VOLUME /data
EXPOSE 8088
HEALTHCHECK --interval=10s --timeout=3s --start-period=20s \
    CMD ["python", "-c", "import os, urllib.request; urllib.request.urlopen('http://127.0.0.1:' + os.environ.get('PORT', '8088') + '/health', timeout=2)"]
CMD ["python", "-m", "ingest_api"]
