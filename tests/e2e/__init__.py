"""Walks through the running product in a browser."""
