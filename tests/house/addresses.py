"""Every address of the site, from the URL configuration itself."""

from collections.abc import Iterator
from types import SimpleNamespace

from django.urls import URLPattern, URLResolver, get_resolver, reverse

from tests.house.url_rows import Entry
from tests.house.world import World


def all_patterns(resolver: URLResolver, route: str = "", spaces: tuple[str, ...] = ()) -> Iterator[tuple[str, str]]:
    """Yield (name with namespaces, route) of every address below a resolver."""
    for item in resolver.url_patterns:
        below = route + str(item.pattern)
        if isinstance(item, URLResolver):
            yield from all_patterns(item, below, (*spaces, *([item.namespace] if item.namespace else [])))
        elif isinstance(item, URLPattern):
            yield ":".join((*spaces, item.name or f"nameless {below}")), below


EVERY = sorted(set(all_patterns(get_resolver())))
OURS = sorted({name for name, route in EVERY if not route.startswith("cms/")})
FOREIGN = sorted({(name, route) for name, route in EVERY if route.startswith("cms/")})


def address_of(entry: Entry, world: World, place: SimpleNamespace) -> str:
    """Return the address of an entry for what stands in a place."""
    return reverse(entry.name, kwargs=entry.kwargs(world, place)) + entry.query(world, place)


def read_to_the_end(response) -> None:
    """Read an answer that comes in pieces, which closes the file behind it; `close()` would end the connection too."""
    if response.streaming:
        b"".join(response)
