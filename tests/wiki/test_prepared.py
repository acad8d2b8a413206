"""Prepared queries answer what the queryset they are made of answers."""

import pytest
from django.db.models import Q

from intranet.prepared import Prepared, reader
from wiki import reading
from wiki.models import WikiPage


def test_same_rows_as_the_queryset_for_everybody(cast, write):
    pages = [write(f"P {place.slug}", community=place) for place in (cast.yard, cast.lab, cast.vault, cast.everyone)]
    prepared = Prepared(
        lambda *, variant, user, title: (
            WikiPage.objects.visible_to(reader(user, is_guest=variant))
            .exclude(title=title)
            .order_by("pk")
            .values("pk", "edited_at", "contributors")
        ),
        numbers=["user"],
        texts=["title"],
    )
    for person in cast.people.values():
        for page in pages:
            asked = WikiPage.objects.visible_to(person).exclude(title=page.title).order_by("pk")
            rows = prepared.dicts(person.is_guest, user=person.pk, title=page.title)
            assert rows == list(asked.values("pk", "edited_at", "contributors"))


def test_objects_come_with_what_is_joined_to_them(cast, write, django_assert_num_queries):
    cast.ben.manager = cast.mika
    cast.ben.save()
    page = write("Plan", community=cast.lab)
    prepared = Prepared(
        lambda *, pk: WikiPage.objects.filter(pk=pk).select_related("community", "owner__manager").defer("html"),
        numbers=["pk"],
    )
    [asked] = WikiPage.objects.filter(pk=page.pk).select_related("community", "owner__manager").defer("html")
    prepared.objects(pk=0)
    with django_assert_num_queries(1):
        [found] = prepared.objects(pk=page.pk)
        assert found == asked
        assert (found.community, found.owner) == (asked.community, asked.owner)
        assert found.owner is None or found.owner.manager == asked.owner.manager
        columns = found.__dict__.keys() - {"_state"}
        assert columns == asked.__dict__.keys() - {"_state"}
        assert all(getattr(found, name) == getattr(asked, name) for name in columns)
    assert "html" in found.get_deferred_fields()
    with pytest.raises(TypeError):
        Prepared(lambda *, pk: WikiPage.objects.filter(pk=pk).values("pk"), numbers=["pk"]).objects(pk=1)


def test_value_that_does_not_stand_in_the_query_is_an_error(db):
    prepared = Prepared(lambda *, pk: WikiPage.objects.filter(Q(pk=1)).values("pk"), numbers=["pk"])
    with pytest.raises(ValueError, match="pk"):
        prepared.rows(pk=1)


def test_closed_account_reads_nothing(cast, write):
    page = write("Plan")
    cast.ben.is_active = False
    assert reading.page_row(cast.ben, address=page.address) is None
