"""`linkflow doctor`: what to register at vendors, and whether this installation can work, as far as can be told here.

Reads, asks and prints; changes nothing, sends no mail, and repeats no secret. What only somebody else can know (what
stands in DNS, what was registered at a vendor) it says it does not know.
"""
