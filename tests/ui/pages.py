"""Pages made of nothing but the frame and its components, to try these in a browser without the rest of the house."""

from types import SimpleNamespace
from typing import Any

from django.contrib.auth.decorators import login_not_required
from django.contrib.messages.storage.base import Message
from django.http import HttpRequest, HttpResponse, JsonResponse
from django.template import engines
from django.urls import URLResolver, get_resolver, include, path
from django.utils import timezone

FRAME = "{{% extends 'base.html' %}}{{% block title %}}Try{{% endblock %}}{{% block heading %}}Try{{% endblock %}}{}"
EDITOR = """{% block content %}<form class="composer" id="compose" method="post" action="/try/sent/">{% csrf_token %}
<div class="composer-head"><h2>New post</h2><button class="icon-button" type="button" data-composer-close aria-label="Close">{% icon "x" %}</button></div>
{% editor id="body" name="body" label="New post" placeholder="Share" preview_url="/try/preview/" upload_url="/try/upload/" complete_url="/try/complete/" draft_key="try" %}
<div class="composer-bar"><button class="button primary">Post</button></div></form>
<article class="post" id="p1"><p>One</p></article><article class="post" id="p2"><p>Two</p></article>{% endblock %}"""
SIDE = """{% block breadcrumb %}<li><a href="/"><span class="dot {% hue 3 %}"></span>Everyone</a></li>{% endblock %}
{% block side %}<details class="side-section"><summary>Contents</summary><div class="side-body"><p id="inside">Inside</p></div></details>{% endblock %}
{% block content %}<div class="prose page"><h2 id="a">A</h2><pre>code</pre></div>
{% person someone detail="Designer" %}{% person guest %}{% avatar someone "l" label=True %}{% progress_ring 40 label="40 %" %}
<details class="menu"><summary class="icon-button" aria-label="More">{% icon "ellipsis" %}</summary><div class="menu-list"><button class="menu-item">{% icon "pencil" %} Edit</button></div></details>
<div id="live" data-topic="community.7" data-refresh-url="/try/fragment/">old</div>
{% include "components/empty.html" with title="Nothing" text="Yet" url="/" action="Begin" only %}{% ago now %}{% endblock %}"""
PARTS = {"editor": FRAME.format(EDITOR), "side": FRAME.format(SIDE)}
SENT: list[str] = []


def page(request: HttpRequest, name: str) -> HttpResponse:
    """Show one of the pages above."""
    mine = SimpleNamespace(name="Aino Virtanen", handle="aino.virtanen", url="/people/aino/")
    communities = [{"name": "Everyone", "hue": 3, "unread": 2, "url": "/c/everyone/"}]
    nav = SimpleNamespace(communities=communities, path=SimpleNamespace(url="/paths/", percent=40), waiting=1, me=mine)
    context: dict[str, Any] = {
        "nav": nav,
        "now": timezone.now(),
        "someone": mine,
        "guest": SimpleNamespace(name="Gita Rao", is_guest=True),
        "messages": [Message(25, "Post deleted", "undo:/try/undo/")] if "message" in request.GET else [],
    }
    return HttpResponse(engines["django"].from_string(PARTS[name]).render(context, request))


def preview(request: HttpRequest) -> HttpResponse:
    """Answer like a renderer."""
    return HttpResponse(f"<p>Seen: <b>{len(request.POST['markdown'])}</b></p>")


def upload(request: HttpRequest) -> JsonResponse:
    """Answer like the door for files: takes text, refuses the rest."""
    file = request.FILES["file"]
    if not str(file.name).endswith(".txt"):
        return JsonResponse({"detail": "This kind of file is not taken."}, status=400)
    return JsonResponse({"markdown": f"[{file.name}](/files/1)"})


def complete(request: HttpRequest) -> HttpResponse:
    """Answer like the completion."""
    if request.GET["kind"] != "@" or not "aino".startswith(request.GET["q"]):
        return HttpResponse(status=204)
    return HttpResponse('<ul role="listbox"><li role="option" data-value="@aino.virtanen">Aino Virtanen</li></ul>')


def sent(request: HttpRequest) -> HttpResponse:
    """Take a post."""
    SENT.append(request.POST["body"])
    return page(request, "side")


def fragment(request: HttpRequest) -> HttpResponse:
    """Answer what changed, and say so."""
    return HttpResponse(
        '<div id="live" data-topic="community.7" data-refresh-url="/try/fragment/">new</div>',
        headers={"HX-Trigger": '{"toast": {"text": "Fresh", "undo": "/try/undo/"}}'},
    )


def keep_theme(request: HttpRequest) -> HttpResponse:
    """Keep the choice like the house does."""
    answer = HttpResponse(status=204)
    answer.set_cookie("loikka_theme", request.POST["theme"], samesite="Lax")
    return answer


def plain(request: HttpRequest, **words: str) -> HttpResponse:
    """Stand in for every other page of the house."""
    return HttpResponse("here: " + request.path)


def no_worker(request: HttpRequest) -> HttpResponse:
    """Answer with a service worker that does nothing."""
    return HttpResponse("", content_type="text/javascript")


def _names(resolver: URLResolver) -> list[str]:
    """Return the names of addresses that have nothing to fill in."""
    of = resolver.reverse_dict
    return sorted(name for name in of if isinstance(name, str) and any(not args for _, args in of.getlist(name)[0][0]))


def _everywhere_else() -> list[Any]:
    """Return stand-ins for all addresses of the house, whatever the frame links to."""
    house = get_resolver("intranet.urls")
    apps = [
        path("", include(([path(f"{app}/{one}/", login_not_required(plain), name=one) for one in _names(inner)], app)))
        for app, (_, inner) in house.namespace_dict.items()
        if app.isidentifier()
    ]
    return apps + [path(f"{one}/", login_not_required(plain), name=one) for one in _names(house)]


_open = {"preview": preview, "upload": upload, "complete": complete, "sent": sent, "fragment": fragment, "undo": plain}
urlpatterns = [
    *(path(f"try/{name}/", login_not_required(view)) for name, view in _open.items()),
    path("try/<slug:name>/", login_not_required(page)),
    path("sw.js", login_not_required(no_worker)),
    *_everywhere_else(),
    # A name given twice is what was named last.
    path("accounts/", include("allauth.urls")),
    path("i18n/", login_not_required(plain), name="set_language"),
    path("theme/", login_not_required(keep_theme), name="set_theme"),
]
handler404 = "intranet.errors.not_found"
handler500 = "intranet.errors.server_error"
