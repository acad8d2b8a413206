"""How a page stands, asked anew."""

from wiki.care.confirming import house_day
from wiki.care.facts import BRIEF, brief_status
from wiki.models import WikiPage


def now_of(page):
    """Return the page as the database has it."""
    return WikiPage.objects.select_related("community", "owner_person", "owner_community", "left_owner").get(pk=page.pk)


def stands(page):
    """Return a page's status today."""
    return brief_status(WikiPage.objects.values(*BRIEF).get(pk=page.pk), house_day())
