"""DECIDES which purchases show in a portal.

A product that is not for portals shows in none. A portal can hide further products, and can be limited to some
campaigns; without such a limit all of them show. What was bought without any product (a payment taken elsewhere)
always shows.

Worked example: a portal limited to the campaign "Music" that hides the product "Samples": of Music's products
"Vinyl" shows and "Samples" does not; nothing of "Books" does.
"""

from collections.abc import Collection


def decide(
    *,
    product: str | None,
    campaign: str | None,
    show_in_portal: bool,
    campaigns: Collection[str] | None,
    hidden_products: Collection[str],
) -> bool:
    """Does a purchase of `product` show? `campaigns` None means all of them."""
    if product is None:
        return True
    if not show_in_portal or product in hidden_products:
        return False
    return campaigns is None or campaign in campaigns
