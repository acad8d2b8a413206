"""Every screen there is and who looks at it: the tests measure them, `make screenshots` photographs them."""

import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import date, timedelta

from playwright.sync_api import Page

STRANGER = ""
HOUSE = "koko-talo"
ROOM = "prosessi-ja-pumput"


@dataclass(frozen=True)
class Screen:
    """A screen: the name of its picture, the first name of who looks (nobody for a stranger), its address."""

    name: str
    who: str
    address: str


KNOWN = [
    Screen("home", "aino", "/"),
    Screen("home-of-a-guest", "gita", "/"),
    Screen("home-newest", "aino", "/?order=newest"),
    Screen("community", "aino", f"/communities/{ROOM}/"),
    Screen("community-of-a-moderator", "mika", f"/communities/{ROOM}/"),
    Screen("community-outside", "cleo", "/communities/hiidensalmi/"),
    Screen("community-request", "cleo", "/communities/tarjoukset/request/"),
    Screen("community-list", "mika", "/communities/"),
    Screen("community-list-of-a-guest", "gita", "/communities/"),
    Screen("community-new", "mika", "/communities/new/"),
    Screen("community-settings", "mika", f"/communities/{ROOM}/settings/"),
    Screen("members", "mika", f"/communities/{ROOM}/members/"),
    Screen("files", "mika", f"/communities/{ROOM}/files/"),
    Screen("requests", "mika", f"/communities/{ROOM}/requests/"),
    Screen("requests-waiting", "sanna", "/communities/hiidensalmi/requests/"),
    Screen("member-invite", "mika", f"/communities/{ROOM}/members/invite/"),
    Screen("compose", "aino", "/posts/new/"),
    Screen("bookmarks", "aino", "/bookmarks/"),
    Screen("bookmarks-none", "cleo", "/bookmarks/"),
    Screen("post-drafts", "aino", "/posts/drafts/"),
    Screen("moderation", "mika", f"/communities/{HOUSE}/moderation/"),
    Screen("moderation-decided", "mika", f"/communities/{HOUSE}/moderation/?show=history"),
    Screen("compose-question", "aino", "/posts/new/?kind=question"),
    Screen("compose-praise", "aino", "/posts/new/?kind=praise"),
    Screen("compose-poll", "aino", "/posts/new/?kind=poll"),
    Screen("compose-announcement", "kaisa", "/posts/new/?kind=announcement"),
    Screen("polls", "aino", "/?kind=poll"),
    Screen("praise", "aino", "/?kind=praise"),
    Screen("unanswered", "aino", f"/communities/{HOUSE}/?kind=unanswered"),
    Screen("tags", "aino", "/tags/"),
    Screen("tags-of-a-community", "aino", f"/tags/?community={ROOM}"),
    Screen("tag-pages", "aino", "/tags/pumput/?kind=page"),
    Screen("tag-edit", "mika", "/tags/pumput/edit/"),
    Screen("wiki", "mika", "/wiki/"),
    Screen("wiki-of-a-guest", "gita", "/wiki/"),
    Screen("wiki-section", "mika", f"/wiki/{ROOM}/"),
    Screen("page-place", "mika", "/wiki/new/"),
    Screen("page-new", "mika", f"/wiki/new/?community={ROOM}"),
    Screen("page-from-template", "mika", f"/wiki/new/?community={ROOM}&template=how-to"),
    Screen("wanted", "mika", "/wiki/wanted/"),
    Screen("care", "aino", "/care/"),
    Screen("care-of-a-community", "mika", f"/care/in/{ROOM}/"),
    Screen("drafts", "mika", "/wiki/drafts/"),
    Screen("trash", "mika", "/wiki/trash/"),
    Screen("section-tree", "mika", f"/wiki/tree/{ROOM}/"),
    Screen("section-tree-filtered", "mika", f"/wiki/tree/{ROOM}/?q=pum"),
    Screen("section-import", "mika", f"/wiki/id/section/{ROOM}/import/"),
    Screen("notifications", "aino", "/notifications/"),
    Screen("watching", "aino", "/notifications/watching/"),
    Screen("notification-settings", "aino", "/notifications/settings/"),
    Screen("level-of-a-community", "aino", "/notifications/level/community/1/"),
    Screen("offline", "aino", "/offline/"),
    Screen("people", "mika", "/people/"),
    Screen("people-none", "mika", "/people/?q=zzzz"),
    Screen("person", "mika", "/people/ben.lind/"),
    Screen("person-myself", "mika", "/me/"),
    Screen("person-written", "mika", "/people/aino.salmela/written/?show=pages"),
    Screen("person-written-posts", "mika", "/people/aino.salmela/written/?show=posts"),
    Screen("following", "mika", "/me/following/"),
    Screen("person-new", "root", "/people/new/"),
    Screen("person-edit", "root", "/people/ben.lind/edit/"),
    Screen("offices", "root", "/offices/"),
    Screen("hand-over", "root", "/care/of/katri.nieminen/?to=ben.lind"),
    Screen("person-for-an-administrator", "root", "/people/ben.lind/"),
    Screen("settings", "mika", "/me/settings/"),
    Screen("tokens", "mika", "/me/tokens/"),
    Screen("sessions", "mika", "/accounts/sessions/"),
    Screen("password-change", "mika", "/accounts/password/change/"),
    Screen("sign-out", "mika", "/accounts/logout/"),
    Screen("api", "mika", "/api/v1/docs"),
    Screen("my-path", "onni", "/paths/"),
    Screen("path-of-my-person", "iida", "/paths/"),
    Screen("my-people", "iida", "/paths/people/"),
    Screen("my-people-stuck", "iida", "/paths/people/?show=stuck"),
    Screen("my-people-none", "cleo", "/paths/people/?show=finished"),
    Screen("tasks-for-others", "iida", "/paths/tasks/"),
    Screen("task-by-an-old-link", STRANGER, "/paths/tasks/link/AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA/"),
    Screen("paths", "kaisa", "/paths/"),
    Screen("path-new", "kaisa", "/paths/new/"),
    Screen("path-from-example", "kaisa", "/paths/new/from/first-month/"),
    Screen("paths-of-a-guest", "gita", "/paths/"),
    Screen("search", "mika", "/search/"),
    Screen("search-found", "mika", "/search/?q=pumppu"),
    Screen("search-chosen", "mika", "/search/?q=pumppu&in=prosessi-ja-pumput&in=vasa&lang=fi&year=2026"),
    Screen("search-nothing", "mika", "/search/?q=qwertyx"),
    Screen("search-pinned", "mika", "/search/?q=lomat"),
    Screen("search-weak", "aino", "/search/?q=pumppuhuoneen+siivousvuorot"),
    Screen("search-saved", "aino", "/search/saved/"),
    Screen("search-saved-none", "cleo", "/search/saved/"),
    Screen("search-save", "aino", "/search/saved/?q=pumppu"),
    Screen("search-pins", "mika", "/search/pins/"),
    Screen("search-synonyms", "mika", "/search/synonyms/"),
    Screen("search-missing-pages", "mika", "/search/gaps/"),
    Screen("search-ask", "aino", "/search/ask/?q=sähköauton+lataus"),
    Screen("tag", "mika", "/tags/perehdytys/"),
    Screen("dead-links", "mika", "/wiki/links/"),
    Screen("dead-links-of-community", "mika", "/care/in/prosessi-ja-pumput/links/?show=page"),
    Screen("not-found", "mika", "/no/such/place/"),
    Screen("sign-in", STRANGER, "/accounts/login/"),
    Screen("password-forgotten", STRANGER, "/accounts/password/reset/"),
    Screen("password-link-sent", STRANGER, "/accounts/password/reset/done/"),
    Screen("password-link-old", STRANGER, "/accounts/password/reset/key/1-abc-def/"),
]


def links(page: Page, pattern: str) -> list[str]:
    """Return where the page's links and forms lead, those that match, each once."""
    all_of_them = page.locator("main :is(a, form)").evaluate_all(
        "all => all.map(one => one.getAttribute('href') || one.getAttribute('action') || '')"
    )
    return list(dict.fromkeys(link.partition("#")[0] for link in all_of_them if re.search(pattern, link)))


def _wiki(page: Page) -> Iterator[Screen]:
    """A long page, and every form about it."""
    page.goto("/search/?q=kavitaatio&kind=page")
    address = page.locator("a.hit-title").first.get_attribute("href")
    page.goto(address)
    yield Screen("page", "mika", address)
    edit = links(page, r"/wiki/id/\d+/edit/")[0]
    about = edit.removesuffix("edit/")
    for name in ("edit", "history", "move", "delete", "care", "flag", "languages", "template", "watch", "versions/1"):
        yield Screen(f"page-{name.replace('s/', '-')}", "mika", f"{about}{name}/")
    yield Screen("page-changes", "mika", f"{about}compare/")
    yield Screen("page-changes-beside", "mika", f"{about}compare/?view=sides")


def _threads(page: Page) -> Iterator[Screen]:
    """A long thread, and a post of one's own."""
    page.goto("/search/?q=jyskyttää&kind=post")
    thread = re.split("[?#]", page.locator("a.hit-title").first.get_attribute("href"))[0]
    page.goto(thread)
    yield Screen("thread", "mika", page.url)
    yield Screen("thread-answering", "mika", f"{page.url}{links(page, r'[?]reply=')[0]}")
    menus = links(page, r"/posts/\d+/menu/")
    if reactors := links(page, r"/posts/\d+/reactions/"):
        yield Screen("post-reactions", "mika", reactors[0])
    yield Screen("post-menu", "mika", menus[0])
    for name in ("close", "move", "pin"):
        yield Screen(f"thread-{name}", "mika", f"{thread}{name}/")
    for name in ("bookmark", "hide", "report"):
        yield Screen(f"post-{name}", "mika", menus[-1].replace("menu", name))
    page.goto("/communities/koko-talo/?order=newest")
    closed = page.locator("article.post", has=page.locator(".post-meta .badge .icon, .post-meta .badge svg")).first
    if closed.count():
        yield Screen("thread-closed", "mika", closed.locator("a.button").first.get_attribute("href"))
    page.goto("/search/?q=from:mika&kind=post")
    page.goto(page.locator("a.hit-title").first.get_attribute("href"))
    for menu in links(page, r"/posts/\d+/menu/"):
        page.goto(menu)
        if mine := links(page, r"/posts/\d+/edit/"):
            yield Screen("post-edit", "mika", mine[0])
            yield Screen("post-versions", "mika", mine[0].replace("edit", "versions"))
            return


def _moderated(page: Page, other: Page) -> Iterator[Screen]:
    """A thread with a reply that a moderator has hidden, and one that went where few may follow: both are made here."""
    made = []
    for words in ("Talkoot lauantaina: kuka tuo makkarat?", "Katselmuksen muistio, luonnos."):
        page.goto("/communities/koko-talo/")
        page.locator("#compose textarea[name=body]").fill(words)
        page.locator("#compose button.primary").click()
        page.wait_for_url(re.compile(r"/threads/\d+/"))
        made.append(re.search(r"/threads/(\d+)/", page.url)[1])
    meant, moved = made
    other.goto(f"/threads/{meant}/")
    other.locator("#reply textarea").fill("Ostakaa serkultani, halvalla lähtee.")
    other.locator("#reply button.primary").click()
    reply = other.locator("article.reply[id]").last.get_attribute("id").removeprefix("post-")
    page.goto(f"/posts/{reply}/hide/")
    page.locator("main textarea").fill("Ilmoitukset eivät kuulu tänne.")
    page.locator("main form .button.danger, main form .button.primary").first.click()
    page.wait_for_load_state()
    page.goto(f"/threads/{moved}/move/")
    page.locator("main select").select_option(label="Projekti Haapa")
    for _step in ("who will see it", "move it"):
        page.locator("main form .button.primary").click()
        page.wait_for_load_state()
    yield Screen("thread-with-hidden", "aino", f"/threads/{meant}/")
    yield Screen("post-hidden", "mika", f"/posts/{reply}/hidden/")
    yield Screen("thread-moved", "aino", f"/threads/{moved}/")
    yield Screen("thread-gone", "cleo", f"/threads/{moved}/")


def _knowledge(page: Page) -> Iterator[Screen]:
    """A thread that became a page, that page, and the way from one to the other."""
    page.goto("/search/?q=metreinä+paineena&kind=post")
    thread = page.locator("a.hit-title").first.get_attribute("href").partition("#")[0]
    page.goto(thread)
    yield Screen("thread-summarised", "mika", thread)
    yield Screen("thread-to-page", "mika", links(page, r"/threads/\d+/page/")[0])
    page.goto("/search/?q=metrejä+onni&kind=page")
    yield Screen("page-of-a-thread", "mika", page.locator("a.hit-title").first.get_attribute("href"))


def _kinds(page: Page) -> Iterator[Screen]:
    """A question with its answer, a poll and who voted, an announcement and who has read it."""
    page.goto("/?kind=question&order=newest")
    answered = page.locator(".kind-line:has(.badge.good)").first.locator("xpath=..")
    yield Screen("question", "kaisa", answered.locator(".post-meta a").first.get_attribute("href"))
    page.goto("/?kind=poll")
    poll = links(page, r"/posts/\d+/vote/")[0]
    yield Screen("poll-votes", "kaisa", poll.replace("vote", "votes"))
    yield Screen("poll-voted", "aino", re.sub(r"/posts/(\d+)/vote/", r"/threads/\1/", poll))
    page.goto("/?kind=announcement")
    receipts = links(page, r"/posts/\d+/receipts/")[0]
    yield Screen("receipts", "kaisa", receipts)
    yield Screen("announcement-edit", "kaisa", receipts.replace("receipts", "edit"))
    yield Screen("announcement", "kaisa", re.sub(r"/posts/(\d+)/receipts/", r"/threads/\1/", receipts))


def _paths(page: Page) -> Iterator[Screen]:
    """A path, its forms, and the way of somebody on it."""
    page.goto("/paths/")
    path = next(link for link in links(page, r"/paths/[^/]+/$") if not link.endswith(("/new/", "/people/", "/tasks/")))
    yield Screen("path", "kaisa", path)
    yield Screen("path-edit", "kaisa", f"{path}edit/")
    yield Screen("path-enrol", "kaisa", f"{path}enrol/")
    for name in ("settings", "roles", "rules", "versions", "align", "preview", "copy"):
        yield Screen(f"path-{name}", "kaisa", f"{path}{name}/")
    yield Screen("step-new", "kaisa", f"{path}steps/new/")
    for kind in ("read", "do", "meet", "post", "improve", "link", "task", "check_in"):
        yield Screen(f"step-new-{kind}", "kaisa", f"{path}steps/new/?kind={kind}")
    page.goto(f"{path}edit/")
    yield Screen("step-edit", "kaisa", links(page, r"/steps/\d+/$")[0])
    page.goto("/paths/")
    people = links(page, r"/paths/people/\d+/$")
    ways = [one.replace("/people/", "/on/") for one in people]
    if ways:
        yield Screen("path-of-somebody", "kaisa", ways[0])
        yield from _looked_after(page, people[0])
    yield Screen("path-insight", "kaisa", f"{path}insight/")
    yield Screen("path-people", "kaisa", f"/paths/people/?path={path.split('/')[2]}")
    page.goto("/paths/new/from/first-month/")
    if not page.locator("select[name=community]").input_value():
        page.locator("select[name=community]").select_option(index=1)
    page.locator("main form .button.primary").click()
    page.wait_for_url("**/edit/")
    example = page.url.removeprefix(page.evaluate("location.origin")).removesuffix("edit/")
    yield Screen("path-edit-example", "kaisa", f"{example}edit/")
    yield from _before_the_start(page, example)
    yield from _leaving(page)
    for way in ways:
        page.goto(f"{way}welcome/")
        if page.locator("#main form .button.primary").count():
            page.click("#main form .button.primary")
            page.wait_for_selector(".secret-address")
        if page.locator(".secret-address").count():
            address = "/" + page.locator(".secret-address").inner_text().split("/", 3)[3]
            yield Screen("welcome-key", "kaisa", f"{way}welcome/")
            yield Screen("before-the-first-day", "", address)
            yield Screen("page-before-the-first-day", "", f"{address}1/")
            break


def _before_the_start(page: Page, path: str) -> Iterator[Screen]:
    """Somebody who begins in a week, a task that Kaisa does for them, and the path once others are on it."""
    page.goto(f"{path}enrol/")
    page.fill("input[name=people]", "Roope Toivonen")
    page.fill("input[name=start_on]", f"{date.today() + timedelta(days=7):%Y-%m-%d}")
    page.fill("input[name=manager]", "Kaisa Hämäläinen")
    page.locator("main form .button.primary").click()
    page.locator("button[name=confirmed]").click()
    person = links(page, r"/paths/people/\d+/$")[0]
    yield Screen("person-before-the-start", "kaisa", person)
    page.goto("/paths/tasks/")
    yield Screen("task-for-a-person", "kaisa", links(page, r"/paths/tasks/\d+/\d+/$")[0])
    page.goto(f"{path}edit/")
    page.locator(".step-row .button-group form:last-child button").last.click()
    page.wait_for_selector(".notice")
    yield Screen("path-edit-behind", "kaisa", f"{path}edit/")
    yield Screen("path-align-somebody", "kaisa", f"{path}align/")
    yield Screen("path-versions-two", "kaisa", f"{path}versions/")
    yield Screen("path-insight-somebody", "kaisa", f"{path}insight/")


def _leaving(page: Page) -> Iterator[Screen]:
    """A path of somebody who leaves: it counts to the last day."""
    page.goto("/paths/new/")
    page.fill("input[name=title]", "Viimeiset viikot")
    page.select_option("select[name=kind]", "leaving")
    page.select_option("select[name=community]", index=1)
    page.locator("main form .button.primary").click()
    page.wait_for_url("**/edit/")
    path = page.url.removeprefix(page.evaluate("location.origin")).removesuffix("edit/")
    page.goto(f"{path}steps/new/?kind=read&phase=before")
    page.fill("input[name=title]", "Lue, miten tunnuksesi päättyvät")
    page.locator("main form .button.primary").click()
    page.wait_for_url("**/edit/*")
    for name in ("edit", "enrol", "preview", "rules"):
        yield Screen(f"leaving-{name}", "kaisa", f"{path}{name}/")
    yield Screen("leaving-step-new", "kaisa", f"{path}steps/new/?kind=do")


def _finished(page: Page) -> Iterator[Screen]:
    """A path that somebody has walked to its end."""
    page.goto("/paths/")
    yield Screen("my-path-finished", "iida", links(page, r"/paths/on/\d+/$")[0])


def _my_path(page: Page) -> Iterator[Screen]:
    """The first day of somebody: the way, each kind of step, the page that is to be read, the calendar."""
    yield Screen("my-path-first-day", "aino", "/paths/")
    page.goto("/paths/")
    for number, step in enumerate(links(page, r"/paths/on/\d+/steps/\d+/$"), start=1):
        yield Screen(f"my-step-{number}", "aino", step)
    if read := page.locator(".next-step a.button[href^='/wiki/']").all():
        yield Screen("page-to-be-read", "aino", read[0].get_attribute("href"))
    page.goto("/paths/on/calendar/")
    if not page.locator(".secret-address").count():
        page.click("#main form .button.primary")
        page.wait_for_selector(".secret-address")
    yield Screen("my-calendar", "aino", "/paths/on/calendar/")


def _looked_after(page: Page, person: str) -> Iterator[Screen]:
    """Somebody whom Kaisa looks after, and what can be done for them."""
    yield Screen("person-on-a-path", "kaisa", person)
    for name in ("add", "start", "pause", "end", "people"):
        yield Screen(f"person-on-a-path-{name}", "kaisa", f"{person}{name}/")
    page.goto(person)
    if steps := links(page, r"/steps/\d+/$"):
        yield Screen("step-of-a-person", "kaisa", steps[0])


def find_screens(open_page: Callable[[str], Page]) -> list[Screen]:
    """Return all of them; `open_page` gives a page of somebody's browser by first name."""
    mika = open_page("mika")
    kaisa = open_page("kaisa")
    aino = open_page("aino")
    of_paths = [*_paths(kaisa), *_my_path(aino), *_finished(open_page("iida"))]
    return [
        *KNOWN, *_wiki(mika), *_threads(mika), *_moderated(mika, aino), *_knowledge(mika), *_kinds(kaisa), *of_paths
    ]  # fmt: skip
