"""Finnish endings after names and titles."""

import pytest

from search.endings import MOST, SHORTEST, bases

FORMS = """
Aino: Ainon Ainolle Ainolta Ainoon Ainosta Ainollekin Ainoko Ainos Aino's
Virtanen: Virtasen Virtaselle Virtasta Virtaseen Virtasilla Virtasille
Mäkinen: Mäkisen Mäkisellä Mäkiseltä
Makinen: Makisen Makiselle
Lempiäinen: Lempiäisen Lempiäisestä
Pekka: Pekan Pekalle
Matti: Matin Matilta Mattiin
Seppo: Sepolle Sepon
Heikki: Heikin Heikillä
Jaakko: Jaakolle
Kerttu: Kertun
Antti: Antille
Helsinki: Helsingin Helsingille Helsingissä Helsinkiin
Turku: Turun Turussa Turkuun
Lahti: Lahden Lahdessa Lahteen
Tampere: Tampereen Tampereella Tampereelta
Vantaa: Vantaalla Vantaan
Espoo: Espoossa
Rovaniemi: Rovaniemeltä
Niemi: Niemen Niemelle
Koski: Koskelle Kosken
Mäki: Mäen Mäkeen
Joki: Joen Joelta
Ranta: Rannan Rannalta
Virta: Virran
Lampi: Lammen Lampien
Tuomas: Tuomaan Tuomaalle
Johannes: Johanneksen Johannekselle
Ilves: Ilveksen Ilvekseen
Mikael: Mikaelin Mikaelille
Ben: Benin Benille
Lindström: Lindströmin
Karlsson: Karlssonin
Åke: Åken
HR: HR:n HR:lle
PDF: PDF:ää
toimisto: toimiston toimistolla toimistollamme toimistoilla
ohje: ohjeen ohjeesta ohjeemme ohjeita
matkaohje: matkaohjeesta matkaohjeet
paikka: paikan paikoissa
päivä: päivissä päiviä
turvallisuus: turvallisuuden turvallisuutta turvallisuuteen
avain: avaimen avaimella
vuosi: vuoden
kokous: kokouksen kokouksessa kokousta
kuningas: kuninkaan
liike: liikkeen liikkeeseen
työ: työn työhön
osoite: osoitteen
"""
PAIRS = [(form, base) for line in FORMS.strip().splitlines() for base, _, forms in [line.partition(":")]
         for form in forms.split()]  # fmt: skip


@pytest.mark.parametrize(("form", "base"), PAIRS)
def test_form_leads_to_the_name_or_word(form, base):
    assert base.lower() in bases(form.lower())


ODD = ["", "a", "n", "ja", "aino", "x" * 64, "ä" * 64, ":", "::", "'", "kaankaankaan", "123n", "ssa", "a" * 50 + "n"]


@pytest.mark.parametrize("word", ODD)
def test_any_word_gives_a_few_others_and_never_itself(word):
    found = bases(word)
    assert word not in found
    assert len(found) <= MOST
    assert all(len(base) >= SHORTEST or ":" in word or "'" in word for base in found)


def test_name_as_it_is_gives_hardly_anything():
    assert len(bases("virtanen")) <= 3
    assert bases("otto") == ()
