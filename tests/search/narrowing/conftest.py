"""The house of the search tests with questions, files, languages and things that are followed."""

import io

import pytest


@pytest.fixture
def varied(cast, house):
    """In Yard, Lab and Vault: an open and an answered question, a Swedish page with a file of Ben's, and one he keeps."""
    from feed import actions as posts
    from feed.kinds import actions as kinds
    from search.readers import rebuild
    from tests.files.test_extraction import docx
    from wiki.actions import create_page
    from wiki.care import actions as care
    from wiki.models import WikiPage

    for name in ("yard", "lab", "vault"):
        place = getattr(cast, name)
        kinds.ask_question(actor=cast.ben, community=place, body=f"Missä on kuutamo {name}?")
        asked = kinds.ask_question(actor=cast.ben, community=place, body=f"Milloin on kuutamo {name}?")
        reply = posts.reply_to_post(actor=cast.aino, post=asked, body="Yöllä.")
        kinds.mark_answer(actor=cast.ben, reply=reply)
        file = posts.add_file(actor=cast.ben, community=place, file=io.BytesIO(docx("sana")), name="karta.docx")
        create_page(
            actor=cast.ben, community=place, title=f"Månsken {name}", language="sv", tags=[f"only-{name}"],
            body=f"Kuutamo är månsken. [k]({file.get_absolute_url()})",
        )  # fmt: skip
        care.change_care(actor=cast.aino, page=house.pages[name], owner=cast.ben, review_every="3")
        care.confirm_page(actor=cast.ben, page=WikiPage.objects.get(pk=house.pages[name].pk))
    rebuild()
    return house
