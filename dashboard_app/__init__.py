"""The dashboard: a Streamlit app on the materialized views, and the charts it draws."""

import logging

# Streamlit's caches remark three times at each start that its server imports them before it runs;
# they work all the same
logging.getLogger("streamlit.runtime.caching.cache_data_api").addFilter(
    lambda record: "No runtime found" not in record.getMessage()
)
