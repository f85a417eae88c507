"""Who gets to see the dashboard: what stands between the network and Streamlit."""
