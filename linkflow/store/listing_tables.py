"""What the list of companies is read from: where each company stands in each list, and the text it is found by.

Both are copies, rewritten in the transaction that changes what they copy (`company_listings.py`). With them a page of
any list, filtered and sorted in any way, is one stretch of one index, however many companies there are.
"""

from sqlalchemy import Column, ForeignKey, Index, Integer, String, Table, Text
from sqlalchemy.dialects.postgresql import VARCHAR

from linkflow.store.columns import Word, metadata, reference
from linkflow.store.types import UtcDateTime

# Compared character by character on both databases, so that they sort alike.
_Key = String(100).with_variant(VARCHAR(100, collation="C"), "postgresql")

SORTS = ("name_key", "contact_key", "users_key", "status_key", "created_at", "changed_at", "reports_at")
"""The columns a list can be sorted by."""

company_documents = Table(
    "company_documents",
    metadata,
    # What the lists and the index of words call a company; an integer keeps them small and quick.
    Column("number", Integer, primary_key=True),
    reference("company_id", "companies", index=False),
    Column("text", Text, nullable=False),
    Index("uq_company_documents_company_id", "company_id", unique=True),
)

company_listings = Table(
    "company_listings",
    metadata,
    # Whose list: `all:<organization>`, `none:<organization>` (assigned to nobody) or `user:<id>`.
    Column("scope", String(80), primary_key=True),
    Column("number", ForeignKey("company_documents.number", ondelete="CASCADE"), primary_key=True, index=True),
    # A request's status, empty before the first.
    Column("status", Word, nullable=False),
    Column("name_key", _Key, nullable=False),
    Column("contact_key", _Key, nullable=False),
    # The name of the first user it is assigned to, empty without any.
    Column("users_key", _Key, nullable=False),
    # The status' place in the order of a request's life, then since when.
    Column("status_key", _Key, nullable=False),
    Column("created_at", UtcDateTime, nullable=False),
    Column("changed_at", UtcDateTime, nullable=False),
    # When figures last came in; the beginning of time before that.
    Column("reports_at", UtcDateTime, nullable=False),
    *(Index(f"ix_company_listings_{sort}", "scope", sort, "number") for sort in SORTS),
    *(Index(f"ix_company_listings_status_{sort}", "scope", "status", sort, "number") for sort in SORTS),
    # What a search found is sorted by these alone, without its rows.
    *(Index(f"ix_company_listings_found_{sort}", "scope", "number", "status", sort) for sort in SORTS),
)
