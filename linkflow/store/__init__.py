"""Rows in, domain values out, and nothing else: one module per noun."""
