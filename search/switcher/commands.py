"""What can be done from the switcher, found by its name in any of the house's languages or by another word for it."""

from collections.abc import Callable
from dataclasses import dataclass
from functools import cache

from django.conf import settings
from django.urls import reverse
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _
from django.utils.translation import override

from intranet.people.models import User
from intranet.people.permissions import can_add_people, can_create_community, can_see_directory
from search.completing import INITIALS, SMALL, Reading, fit, forms_of
from search.words.permissions import is_editor

# How many are offered at once.
MOST = 4
_NO_NAMES = SMALL | {"as", "som", "what", "how"}
Test = Callable[[User, frozenset[str]], bool]


@dataclass(frozen=True, slots=True)
class Command:
    """One thing to do. `address` is a name of `urls.py`, with a query perhaps; `words` are other names in any language.

    `may` is asked with the person and her keys (`search.find.reader_keys`), so that it costs no question, or one of who
    typed the name of what is for a few. A `theme` is set by the script on the page; without it the address leads to where it can be set.
    """

    name: str
    title: str | Promise
    icon: str
    address: str
    words: str = ""
    may: Test = lambda user, keys: bool(keys)
    query: str = ""
    theme: str = ""

    @property
    def url(self) -> str:
        """Return where it leads."""
        return reverse(self.address) + self.query


def _writes(user: User, keys: frozenset[str]) -> bool:
    """Is there a place where she may write? Employees are all in Everyone, a guest where she was invited."""
    return bool(keys) and (not user.is_guest or any(key.startswith("m:") for key in keys))


def _knows_people(user: User, keys: frozenset[str]) -> bool:
    return can_see_directory(user)


COMMANDS = (
    Command("page", _("New page"), "file-plus", "wiki:create", "luo sivu kirjoita sivu uusi ohje uusi artikkeli "
            "create page write page new article skapa sida ny artikel ny sida", _writes),
    Command("post", _("Write a post"), "pencil-line", "feed:post_create", "uusi viesti uusi postaus uusi julkaisu "
            "new post create post nytt inlägg skriv inlägg", _writes),
    Command("question", _("Ask a question"), "message-circle-question-mark", "feed:post_create",
            "kysy uusi kysymys esitä kysymys ask new question fråga ny fråga ställ fråga", _writes, "?kind=question"),
    Command("community", _("New community"), "plus", "people:community_create", "luo yhteisö perusta ryhmä uusi ryhmä "
            "create community new group skapa gemenskap ny grupp", lambda user, keys: can_create_community(user)),
    Command("path", _("My path"), "route", "onboarding:my_path", "polkuni polut perehdytys perehdyttäminen paths onboarding "
            "introduction min väg stigar introduktion"),
    Command("settings", _("Settings"), "settings", "people:settings", "omat tiedot kieli salasana kuva preferences options "
            "language password photo mina uppgifter språk lösenord inställningar"),
    Command("profile", _("My profile"), "user", "people:me", "minä omat tiedot me myself jag min profil"),
    Command("notifications", _("Notifications"), "bell", "notifications:list", "huomautukset notiser aviseringar alerts"),
    Command("mail", _("What I am told and how"), "bell-ring", "notifications:settings", "ilmoitusten asetukset sähköpostit "
            "kooste notification settings mail digest aviseringsinställningar e-post sammandrag"),
    Command("bookmarks", _("Bookmarks"), "bookmark", "feed:bookmarks", "tallennetut saved sparade favoriter favourites"),
    Command("saved", _("Saved searches"), "bell-plus", "search:saved", "hakuvahti tallennetut haut vahti search alerts sparade "
            "sökningar bevakningar"),
    Command("drafts", _("My drafts of pages"), "file-pen", "wiki:drafts", "luonnokset keskeneräiset drafts unfinished "
            "utkast"),
    Command("people", _("People"), "users", "people:directory", "hakemisto henkilöt työntekijät puhelinluettelo directory "
            "employees phone book katalog medarbetare personer", _knows_people),
    Command("communities", _("All communities"), "compass", "people:community_list", "ryhmät groups grupper"),
    Command("looking-after", _("Looking after search"), "search-check", "search:pins", "hakujen hoito kiinnitetyt tulokset "
            "puuttuvat sivut synonyymit pinned results missing pages synonyms fästa resultat sidor som saknas synonymer",
            lambda user, keys: bool(keys) and is_editor(user)),
    Command("tags", _("Tags"), "hash", "search:tags", "aiheet avainsanat topics keywords ämnen nyckelord"),
    Command("person", _("Add a person"), "user-plus", "people:person_add", "uusi henkilö uusi käyttäjä new user new account "
            "ny användare", lambda user, keys: can_add_people(user)),
    Command("dark", _("Dark theme"), "moon", "people:settings", "tumma tila yötila teema dark mode night theme "
            "mörkt läge nattläge", theme="dark"),
    Command("light", _("Light theme"), "sun", "people:settings", "vaalea tila päivätila teema light mode day theme "
            "ljust läge dagläge", theme="light"),
    Command("auto", _("Theme as the system"), "monitor", "people:settings", "järjestelmän teema automaattinen teema "
            "system theme automatic systemets tema automatiskt", theme="auto"),
)  # fmt: skip


@cache
def _forms() -> tuple[tuple[Command, frozenset[str], frozenset[str]], ...]:
    """Return every command with the forms of its names in all languages, and those that name it alone."""
    found = []
    for command in COMMANDS:
        forms = forms_of(command.words, "", is_name=True)
        for language, _name in settings.LANGUAGES:
            with override(language):
                forms |= forms_of(str(command.title), language)
        # The initials of a row of synonyms mean nothing, nor does a small word alone ("as" of "Theme as the system").
        named = frozenset(form for form in forms if form[0] != INITIALS)
        found.append((command, named, named - _NO_NAMES))
    return tuple(found)


def fitting(user: User, keys: frozenset[str], asked: tuple[Reading, ...]) -> list[tuple[Command, float]]:
    """Return the commands for what was typed that this person may give, best first."""
    for reading in asked:
        found = [
            (command, fit(reading, forms if len(reading) > 1 else alone, max(2, len(reading))))
            for command, forms, alone in _forms()
        ]
        mine = [(command, rank) for command, rank in found if rank and command.may(user, keys)]
        if mine:
            return sorted(mine, key=lambda pair: -pair[1])[:MOST]
    return []
