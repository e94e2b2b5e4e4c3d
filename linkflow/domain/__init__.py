"""The rules of linkflow, in the standard library alone: no clock, no randomness, no input or output of its own."""
