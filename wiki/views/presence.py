"""Who is editing: asked by readers, told by editors' browsers."""

from __future__ import annotations

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_http_methods

from wiki import actions
from wiki.forms import EditingForm
from wiki.models import WikiPage
from wiki.presence import faces_editing
from wiki.views.shared import me, readable


@require_http_methods(["GET", "HEAD", "POST"])
def editing(request: HttpRequest, pk: int) -> HttpResponse:
    """Show who else has the page open for writing; a POST says that this `tab` has, or with `leave` no longer has."""
    if request.method != "POST":
        row = readable(request, pk)
        return render(request, "wiki/_editing.html", {"people": faces_editing(me(request), row["pk"]), "page_id": pk})
    form = EditingForm(request.POST)
    if pk >= 2**31:
        raise Http404
    if not form.is_valid():
        return HttpResponse(status=422)
    act = actions.stop_editing if form.cleaned_data["leave"] else actions.note_editing
    try:
        act(actor=me(request), page=pk, tab=form.cleaned_data["tab"])
    except WikiPage.DoesNotExist:
        raise Http404 from None
    return HttpResponse(status=204)
