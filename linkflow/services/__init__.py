"""Use cases in domain words: what the customer, the relationship manager and the background work do."""
