"""The dashboard: a Streamlit app on the materialized views, and the charts it draws."""
