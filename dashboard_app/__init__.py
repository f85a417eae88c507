"""The dashboard: a Streamlit app on PostgreSQL, its charts, and both for notebooks."""

import logging

# at each start, Streamlit's caches warn three times that they are imported before the server runs;
# they work all the same
logging.getLogger("streamlit.runtime.caching.cache_data_api").addFilter(
    lambda record: "No runtime found" not in record.getMessage()
)
