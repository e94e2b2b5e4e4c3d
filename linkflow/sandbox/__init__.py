"""Sandbox Books: an accounting product of its own, with an authorization server, books, faults and a mailbox page.

It runs in its own process on its own port and imports nothing of linkflow but `domain`. Never for real books.
"""
