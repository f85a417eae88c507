"""What `python -m ingest_api forget` is made of."""
