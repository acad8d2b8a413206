"""The manifest, the service worker and the page without network: the same for everybody, and new with every build."""

import json

import pytest
from django.test import Client
from django.urls import reverse


def test_manifest_is_an_installable_app_in_the_language_of_the_browser(db):
    said = Client().get("/manifest.webmanifest", headers={"Accept-Language": "sv"})
    assert said.headers["Content-Type"] == "application/manifest+json"
    manifest = said.json()
    assert (manifest["start_url"], manifest["scope"], manifest["display"]) == ("/", "/", "standalone")
    assert manifest["lang"] == "sv"
    assert {(icon["sizes"], icon["purpose"]) for icon in manifest["icons"]} >= {
        ("192x192", "any"), ("512x512", "any"), ("512x512", "maskable")
    }  # fmt: skip


def test_worker_is_asked_for_anew_each_time_and_knows_the_house(db):
    answer = Client().get("/sw.js")
    assert answer.headers["Content-Type"].startswith("text/javascript")
    assert answer.headers["Cache-Control"] == "no-cache"
    first = answer.content.decode().splitlines()[0]
    house = json.loads(first.removeprefix("const HOUSE = ").removesuffix(";"))
    assert house["offline"] == "/offline/"
    assert house["ends"] == [reverse("account_logout"), reverse("sign_out_everywhere")]
    assert len(house["version"]) == 12


@pytest.mark.parametrize("address", ["/manifest.webmanifest", "/sw.js", "/offline/"])
def test_nothing_of_it_is_about_a_person(cast, sign_in, address):
    text = sign_in(cast.aino).get(address).content.decode()
    assert "Aino" not in text
    assert "aino" not in text
    assert "Yard" not in text


def test_every_page_leads_to_the_manifest_and_says_whose_it_is(cast, sign_in):
    html = sign_in(cast.aino).get("/").content.decode()
    assert '<link rel="manifest" href="/manifest.webmanifest">' in html
    assert f'data-me="{cast.aino.handle}" data-rights="{cast.aino.rights_version}"' in html
    assert "data-me" not in Client().get("/accounts/login/").content.decode()
