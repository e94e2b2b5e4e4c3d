"""Workbooks in and out: what an organization downloads, and what a customer fills in instead of connecting."""
