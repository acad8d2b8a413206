"""Builds people, places and texts for tests; what people do goes through the actions."""

from dataclasses import dataclass, fields

from django.contrib.contenttypes.models import ContentType
from wagtail.models import Collection, Locale, Page, Site

from intranet.people.models import Community, Membership, User

PASSWORD = "kuusi-palaa-hiljaa-7"


@dataclass
class Cast:
    """Who everybody is, and where they are.

    aino: the author; ben: same communities; cleo: employee, outside everything closed; mika: moderator everywhere;
    gita: guest, only in `lab`; root: administrator, member of Everyone only.
    """

    aino: User
    ben: User
    cleo: User
    mika: User
    gita: User
    root: User
    everyone: Community  # open, all employees
    yard: Community  # open: aino, ben, mika
    lab: Community  # closed: aino, ben, mika, gita
    vault: Community  # hidden: aino, ben, mika

    @property
    def people(self) -> dict[str, User]:
        """Return the six by name."""
        return {f.name: getattr(self, f.name) for f in fields(self) if isinstance(getattr(self, f.name), User)}


def ensure_tree() -> Page:
    """Make what Wagtail's migrations make: locale, root page, the home page below it that the site begins at, collection."""
    Locale.objects.get_or_create(language_code="en")
    site = Site.objects.select_related("root_page").filter(is_default_site=True).first()
    if site is None:
        root = Page.objects.filter(depth=1).first() or Page.add_root(instance=_plain_page("Root", "root"))
        home = root.add_child(instance=_plain_page("Welcome to your new Wagtail site!", "home"))
        site = Site.objects.create(is_default_site=True, hostname="localhost", port=80, root_page=home)
    if not Collection.objects.exists():
        Collection.add_root(name="Root")
    return site.root_page


def _plain_page(title: str, slug: str) -> Page:
    return Page(title=title, slug=slug, content_type=ContentType.objects.get_for_model(Page))


def make_person(first: str, **fields) -> User:
    """Make a person `First Last` with the mail address first@loikka.example."""
    last = fields.pop("last", "Example")
    return User.objects.create_user(
        email=f"{first.lower()}@loikka.example",
        password=PASSWORD,
        **{"handle": f"{first.lower()}.{last.lower()}", "name": f"{first} {last}", "language": "en", **fields},
    )


def make_community(name: str, kind: str = "open", *, members=(), moderators=(), **fields) -> Community:
    """Make a community with members and moderators."""
    community = Community.objects.create(name=name, slug=name.lower().replace(" ", "-"), kind=kind, **fields)
    Membership.objects.bulk_create(
        [Membership(user=user, community=community, origin="added") for user in members]
        + [Membership(user=user, community=community, origin="added", role="moderator") for user in moderators]
    )
    return community


def build_cast() -> Cast:
    """Make the six people and the four communities."""
    ensure_tree()
    aino, ben, cleo = make_person("Aino"), make_person("Ben"), make_person("Cleo")
    mika = make_person("Mika")
    gita = make_person("Gita", is_guest=True)
    root = make_person("Root", is_staff=True, is_superuser=True)
    return Cast(
        aino=aino,
        ben=ben,
        cleo=cleo,
        mika=mika,
        gita=gita,
        root=root,
        everyone=make_community("Everyone", is_everyone=True, members=[aino, ben, cleo, root], moderators=[mika]),
        yard=make_community("Yard", members=[aino, ben], moderators=[mika]),
        lab=make_community("Lab", "closed", members=[aino, ben, gita], moderators=[mika]),
        vault=make_community("Vault", "hidden", members=[aino, ben], moderators=[mika]),
    )
