"""The addresses below one entity's financials."""

from hashlib import sha256
from urllib.parse import quote

from linkflow.domain.links import company_page_path
from linkflow.web.portal.paths import financials_path


def category_path(company_id: str, entity_id: str, category: str) -> str:
    """The accounts in a category, or in a part of the tree."""
    return f"{financials_path(company_id, entity_id)}/categories/{category}"


def account_path(company_id: str, entity_id: str, account_key: str) -> str:
    """One account by its key."""
    return f"{financials_path(company_id, entity_id)}/accounts/{account_key}"


def account_key(account_id: str) -> str:
    """What an address names an account by: software may call it anything, an address of its own included."""
    return sha256(account_id.encode()).hexdigest()[:20]


def ratio_path(company_id: str, entity_id: str, ratio: str) -> str:
    """What goes into a ratio."""
    return f"{financials_path(company_id, entity_id)}/ratios/{quote(ratio)}"


def categories_path(company_id: str, entity_id: str) -> str:
    """Where accounts are given their categories."""
    return f"{company_page_path(company_id)}/entities/{entity_id}/categories"


def undo_path(company_id: str, entity_id: str, correction_id: str) -> str:
    """Where the button posts that takes a change of categories back."""
    return f"{categories_path(company_id, entity_id)}/{correction_id}/undo"
