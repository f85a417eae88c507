"""Who may see the dashboard: the middleware between the network and Streamlit."""
