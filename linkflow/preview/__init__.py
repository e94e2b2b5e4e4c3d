"""What an organization's pages and mails look like before anybody is sent one: `linkflow preview`, part of `check`.

Everything is rendered by the application itself; pictures and axe's opinion come from an installed Chromium, which
opens what was written to disk and asks nobody for anything.
"""
