"""Durable work on DBOS: what the web enqueues, the workflows, the worker that runs them. Each step calls one service.

`queue` is all the web's process takes from here; the rest is imported by the worker alone, which never forks.
"""
