"""A page and its twins in other languages."""

import pytest
from django.core.exceptions import PermissionDenied, ValidationError

from intranet.activity.models import Activity
from tests.wiki.test_visibility import CAST, READERS, WRITERS
from wiki import actions
from wiki.models import WikiPage

NEWER = "The original is newer"


@pytest.fixture
def pair(write):
    """A Finnish page and its English translation."""
    original = write("Kahvi", "Vahvaa.", language="fi")
    twin = write("Coffee", "Strong.", language="en")
    return original, twin


def read(client, page):
    return client.get(WikiPage.objects.get(pk=page.pk).get_absolute_url()).content.decode()


def test_twins_link_both_ways(cast, pair, sign_in):
    original, twin = pair
    client = sign_in(cast.aino)
    said = client.post(
        f"/wiki/id/{twin.pk}/languages/", {"original": f"http://testserver/wiki/{original.address}/?x#y"}
    )
    assert said.status_code == 302
    assert 'href="/wiki/yard/coffee/" hreflang="en"' in read(client, original)
    assert 'href="/wiki/yard/kahvi/" hreflang="fi"' in read(client, twin)
    assert NEWER not in read(client, twin)
    third = WikiPage.objects.get(
        pk=actions.create_page(actor=cast.aino, community=cast.yard, title="Kaffe", language="sv").pk
    )
    actions.link_translation(actor=cast.aino, page=third, original=twin)  # of a translation: of its original
    third.refresh_from_db()
    assert third.original_id == original.pk
    for page, others in ((original, {"en", "sv"}), (twin, {"fi", "sv"}), (third, {"fi", "en"})):
        html = read(client, page)
        assert {code for code in ("fi", "sv", "en") if f'hreflang="{code}"' in html} == others


def test_newer_original_is_shown_until_the_translation_is_brought_up_to_date(cast, pair, sign_in):
    original, twin = pair
    actions.link_translation(actor=cast.aino, page=twin, original=original)
    actions.save_page(actor=cast.ben, page=original, base_revision_id=original.live_revision_id, body="Mietoa.")
    client = sign_in(cast.aino)
    assert NEWER in read(client, twin)
    assert NEWER not in read(client, original)
    twin.refresh_from_db()
    actions.save_page(actor=cast.aino, page=twin, base_revision_id=twin.live_revision_id, body="Strong!")
    assert NEWER in read(client, twin)
    client.post(f"/wiki/id/{twin.pk}/languages/", {"confirm": "1"})
    assert NEWER not in read(client, twin)
    actions.restore_version(actor=cast.aino, page=twin, number=1)
    assert WikiPage.objects.get(pk=twin.pk).original_id == original.pk
    client.post(f"/wiki/id/{twin.pk}/languages/", {"remove": "1"})
    assert "hreflang" not in read(client, original)
    verbs = Activity.objects.filter(verb__startswith="translation.").order_by("pk").values_list("verb", flat=True)
    assert list(verbs) == ["translation.linked", "translation.confirmed", "translation.unlinked"]


@pytest.mark.parametrize("place", ["lab", "vault"])
@pytest.mark.parametrize("who", CAST)
def test_twin_in_a_closed_community_is_shown_to_its_readers_only(cast, write, sign_in, who, place):
    open_page = write("Open page", "x", language="fi")
    secret = write("Canary", "y", language="en", community=getattr(cast, place))
    actions.link_translation(actor=cast.aino, page=secret, original=open_page)
    client = sign_in(cast.people[who])
    if who in READERS["yard"]:
        told = [
            read(client, open_page), client.get(f"/api/v1/translations/{open_page.pk}").content.decode(),
            client.get(f"/wiki/id/{open_page.pk}/languages/").content.decode(),
        ]  # fmt: skip
        for number, text in enumerate(told):
            may = who in READERS[place] and (number < 2 or who in WRITERS["yard"])
            assert ("Canary" in text) == may, number
    # And the other way round: an original one may not read is neither shown nor called newer.
    open_twin = write("Open twin", "x", language="sv")
    WikiPage.objects.filter(pk=open_twin.pk).update(original=secret, translated_version=0)
    if who in READERS["yard"]:
        html = read(client, open_twin)
        assert ("Canary" in html) == (who in READERS[place])
        assert (NEWER in html) == (who in READERS[place])


@pytest.mark.parametrize("who", CAST)
def test_only_members_of_both_places_link(cast, write, who):
    original = write("Kahvi", language="fi", community=cast.lab)
    twin = write("Coffee", language="en")
    person = cast.people[who]
    if who in WRITERS["yard"] and who in WRITERS["lab"]:
        actions.link_translation(actor=person, page=twin, original=original)
    else:
        with pytest.raises((WikiPage.DoesNotExist, PermissionDenied)):
            actions.link_translation(actor=person, page=twin, original=original)
        assert WikiPage.objects.get(pk=twin.pk).original_id is None


def test_what_makes_no_pair_is_refused_in_words(cast, pair, write):
    original, twin = pair
    same = write("Toinen", language="fi")
    second = write("Coffee too", language="en")
    actions.link_translation(actor=cast.aino, page=twin, original=original)
    actions.link_translation(actor=cast.aino, page=twin, original=original)  # once more is no harm
    for page, first in ((original, original), (same, original), (second, original), (original, second)):
        with pytest.raises(ValidationError):
            actions.link_translation(actor=cast.aino, page=page, original=first)


@pytest.mark.parametrize(
    "address",
    ["", "x", "/wiki/", "/wiki/yard/none/", "http://[", "\x00", "/wiki/id/99999999999999999999/", "/wiki/id/1/"],
)
def test_odd_addresses_are_answered(cast, pair, sign_in, address):
    answer = sign_in(cast.aino).post(f"/wiki/id/{pair[1].pk}/languages/", {"original": address})
    assert answer.status_code == 422


def test_translation_is_written_from_the_original(cast, pair, sign_in):
    original, _twin = pair
    client = sign_in(cast.ben)
    html = client.get(f"/wiki/id/{original.pk}/languages/").content.decode()
    assert f"translation_of={original.pk}&amp;language=sv" in html
    form = client.get(f"/wiki/new/?community=yard&translation_of={original.pk}&language=sv").content.decode()
    assert "Vahvaa." in form
    assert f'name="translation_of" value="{original.pk}"' in form
    made = client.post(
        "/wiki/new/?community=yard",
        {"title": "Kaffe", "body": "Starkt.", "language": "sv", "translation_of": original.pk},
    )
    assert made.status_code == 302
    assert WikiPage.objects.get(title="Kaffe").original_id == original.pk


def test_trashed_and_purged_twins_are_gone(cast, pair, sign_in):
    original, twin = pair
    actions.link_translation(actor=cast.aino, page=twin, original=original)
    actions.trash_page(actor=cast.aino, page=original)
    assert "hreflang" not in read(sign_in(cast.aino), twin)


def test_programs_link_translations(cast, pair, sign_in):
    from django.test import Client

    from intranet.people.actions import issue_token

    original, twin = pair
    secret = issue_token(actor=cast.aino, owner=cast.aino, name="test", scope="write")[1]
    client = Client(headers={"Authorization": f"Bearer {secret}"})
    url = f"/api/v1/translations/{twin.pk}"
    assert client.put(url, {"original": original.pk}, content_type="application/json").status_code == 204
    assert [row["title"] for row in client.get(url).json()] == ["Kahvi"]
    assert client.delete(url).status_code == 204
    assert client.get(url).json() == []


def test_minor_change_of_the_original_makes_no_translation_old(cast, pair, sign_in):
    original, twin = pair
    actions.link_translation(actor=cast.aino, page=twin.pk, original=original.pk)
    client = sign_in(cast.aino)

    def change(body, *, is_minor):
        now = WikiPage.objects.get(pk=original.pk)
        actions.save_page(
            actor=cast.aino, page=now.pk, base_revision_id=now.live_revision_id, body=body, is_minor=is_minor
        )

    change("Vahvaa!", is_minor=True)
    assert NEWER not in read(client, twin)
    change("Vahvaa ja mustaa.", is_minor=False)
    change("Vahvaa ja mustaa!", is_minor=True)
    assert NEWER in read(client, twin)
    actions.confirm_translation(actor=cast.aino, page=twin.pk)
    assert NEWER not in read(client, twin)
