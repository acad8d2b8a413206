"""The words of the query language: each operator and what may stand behind it, in English, Finnish and Swedish. Pure."""

from collections.abc import Mapping

OPERATORS = {
    "author": ("from", "kirjoittaja", "från"),
    "community": ("in", "yhteisö", "gemenskap"),
    "tag": ("tag", "tunniste", "tagg"),
    "kind": ("type", "tyyppi", "typ"),
    "is": ("is", "on", "är"),
    "has": ("has", "sisältää", "har"),
    "language": ("lang", "language", "kieli", "språk"),
    "title": ("title", "otsikko", "rubrik", "titel"),
    "before": ("before", "ennen", "före"),
    "after": ("after", "jälkeen", "efter"),
}
KINDS = {
    "page": ("page", "pages", "sivu", "sivut", "sida", "sidor"),
    "post": ("post", "posts", "kirjoitus", "kirjoitukset", "viesti", "viestit", "inlägg"),
    "file": ("file", "files", "tiedosto", "tiedostot", "fil", "filer"),
    "person": ("person", "people", "henkilö", "henkilöt", "personer"),
    "community": ("community", "communities", "yhteisö", "yhteisöt", "gemenskap", "gemenskaper"),
    "tag": ("tag", "tags", "tunniste", "tunnisteet", "tagg", "taggar"),
    "path": ("path", "paths", "polku", "polut", "stig", "stigar"),
}
# How pages and questions stand (`search.engines.base.STATES`).
STATES = {
    "verified": ("verified", "tarkistettu", "kontrollerad"),
    "due": ("due", "tarkistettava", "kontrolleras"),
    "overdue": ("overdue", "myöhässä", "försenad"),
    "unowned": ("unowned", "vastuuton", "ansvarslös"),
    "open": ("open", "unanswered", "avoin", "avoinna", "vastaamatta", "öppen", "obesvarad"),
    "answered": ("answered", "vastattu", "besvarad"),
}
# What things are to the one who asks.
TIES = {
    "mine": ("mine", "oma", "omat", "min", "mitt", "mina"),
    "followed": ("followed", "seurattu", "seuraamani", "följd", "följt", "följda"),
}
PARTS = {
    "file": (
        "file", "files", "attachment", "tiedosto", "tiedoston", "tiedostoja", "liite", "liitteen", "liitteitä",
        "fil", "filer", "bilaga", "bilagor",
    ),
}  # fmt: skip
LANGUAGES = {
    "fi": ("fi", "finnish", "suomi", "suomea", "suomeksi", "finska"),
    "sv": ("sv", "swedish", "ruotsi", "ruotsia", "ruotsiksi", "svenska"),
    "en": ("en", "english", "englanti", "englantia", "englanniksi", "engelska"),
}
ME = frozenset({"me", "minä", "jag", "mig"})
OR = frozenset({"OR", "TAI", "ELLER"})


def _meaning(words: Mapping[str, tuple[str, ...]]) -> dict[str, str]:
    return {name: meaning for meaning, names in words.items() for name in names}


OPERATOR_OF, KIND_OF, STATE_OF = _meaning(OPERATORS), _meaning(KINDS), _meaning(STATES)
TIE_OF, PART_OF, LANGUAGE_OF = _meaning(TIES), _meaning(PARTS), _meaning(LANGUAGES)
