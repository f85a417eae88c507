"""The pages: each reads what it shows, then draws it.

The folder must not be called pages: Streamlit would run its files by themselves, without the frame.
"""
