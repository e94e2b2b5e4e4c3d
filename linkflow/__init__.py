"""linkflow: ask a business customer for its books, in your own walls."""

__version__ = "0.1.0"
