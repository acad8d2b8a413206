"""A page as a template of its section."""

from __future__ import annotations

from django.contrib import messages
from django.core.exceptions import ValidationError
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from wiki import actions
from wiki.forms import TemplateForm, add_errors
from wiki.patterns.reading import title_pattern
from wiki.views.editing import require_member
from wiki.views.shared import me, place_of, readable


@require_http_methods(["GET", "HEAD", "POST"])
def template(request: HttpRequest, pk: int) -> HttpResponse:
    """Make a page a template, say what titles begin with, or take it back."""
    row = readable(request, pk)
    require_member(request, row["community_id"])
    known = title_pattern(me(request), pk)
    initial = {"title_pattern": known or ""}
    form = TemplateForm(request.POST if request.method == "POST" else None, initial=initial)
    if form.is_valid():
        try:
            if "remove" in request.POST:
                actions.unmark_template(actor=me(request), page=pk)
                messages.success(request, _("The page is no template any more."))
            else:
                actions.mark_template(actor=me(request), page=pk, title_pattern=form.cleaned_data["title_pattern"])
                messages.success(request, _("New pages of this section can begin with this page now."))
            return redirect(row["url"])
        except ValidationError as error:
            add_errors(form, error)
    context = place_of(row) | {"form": form, "is_template": known is not None}
    return render(request, "wiki/template.html", context, status=422 if form.is_bound else 200)
