"""What templates show of results; the HTML is made in `search/cards.py`."""

from django.template import Library
from django.utils.safestring import SafeString

from search import cards
from search.narrowing import show
from search.narrowing.addresses import Address
from search.narrowing.facets import Facet, Option
from search.results import Result

register = Library()


@register.simple_tag
def search_hits(results: list[Result]) -> SafeString:
    """Show results as a list."""
    return cards.hits(results)


@register.simple_tag
def search_facets(facets: list[Facet], address: Address) -> SafeString:
    """Show what can be chosen beside the words."""
    return show.facets(facets, address)


@register.simple_tag
def search_chips(chips: list[Option], address: Address) -> SafeString:
    """Show what was chosen, each with its link away."""
    return show.chips(chips, address)
