"""The pages: each first reads its data, then draws it.

The folder must not be named pages, or Streamlit would run its files as pages without the frame.
"""
