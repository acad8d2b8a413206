"""Who keeps a page right: its owner and interval, confirming, flagging, and the lists of what waits."""

from __future__ import annotations

from typing import Any

from django.contrib import messages
from django.core.exceptions import PermissionDenied, ValidationError
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseBadRequest
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from intranet.paging import BadCursor
from intranet.people.models import Community, User
from intranet.people.permissions import can_moderate
from wiki.care import actions, reading
from wiki.care.confirming import house_day
from wiki.care.forms import AnswerForm, BulkForm, CareForm, FlagForm
from wiki.care.models import Confirmation, PageFlag
from wiki.care.words import SHOWN
from wiki.forms import add_errors
from wiki.links import page_url
from wiki.permissions import can_write_in
from wiki.titles import section_address
from wiki.views.shared import me, place_of, readable, readable_page


@require_http_methods(["GET", "HEAD", "POST"])
def care(request: HttpRequest, pk: int) -> HttpResponse:
    """Show who keeps a page right and what was said about it; members change it."""
    row = readable(request, pk)
    form = _care_form(request, row) if row["may_write"] else None
    if request.method == "POST":
        if form is None:
            raise PermissionDenied
        if form.is_valid():
            data = form.cleaned_data
            try:
                actions.change_care(
                    actor=me(request), page=pk, owner=data["owner"], review_every=data["review_every"],
                    review_date=data["review_date"],
                )  # fmt: skip
                messages.success(request, _("Saved."))
                return redirect(row["url"])
            except ValidationError as error:
                add_errors(form, error)
    context = {"form": form, "flags": reading.open_flags(pk), "said": reading.said_about(pk),
               "confirmations": reading.confirmations(pk)}  # fmt: skip
    status = 422 if form is not None and form.is_bound else 200
    return render(request, "wiki/care/page.html", place_of(row) | context, status=status)


def _care_form(request: HttpRequest, row: reading.Row) -> CareForm:
    """Return the form of a page: offered are those who wrote it last, the present owner first."""
    community = Community.objects.visible_to(me(request)).get(pk=row["community_id"])
    writers = [row["owner_person_id"], *row["contributors"][:12]]
    members = User.objects.visible_to(me(request)).active().filter(memberships__community=community)
    people = sorted(members.filter(pk__in=[one for one in writers if one]), key=lambda one: writers.index(one.pk))
    owner = f"person:{row['owner_person_id']}" if row["owner_person_id"] else ""
    owner = f"community:{row['owner_community_id']}" if row["owner_community_id"] else owner
    initial = {"owner": owner, "review_every": row["review_every"], "review_date": row["review_date"]}
    data = request.POST if request.method == "POST" else None
    form = CareForm(data, initial=initial, viewer=me(request), community=community, people=people)
    if row["care"].place and owner not in form.known:  # a community the person is not in herself
        form.known[owner] = Community.objects.listed_for(me(request)).get(pk=row["owner_community_id"])
        form.fields["owner"].choices = form.owner_choices(me(request))  # type: ignore[attr-defined]
    return form


@require_POST
def confirm(request: HttpRequest, pk: int) -> HttpResponse:
    """Confirm a page with one click, which can be taken back."""
    page = readable_page(request, pk)
    confirmation = actions.confirm_page(actor=me(request), page=page)
    undo = reverse("wiki:care_undo", args=[confirmation.pk])
    messages.success(request, _("Confirmed: the page is right."), extra_tags=f"undo:{undo}")
    return redirect(_back(request, page.get_absolute_url()))


def _back(request: HttpRequest, page: str) -> str:
    """Return where a click came from: the list of what is mine, else the page."""
    return reverse("wiki:care_mine") if request.POST.get("from") == "mine" else page


@require_POST
def undo(request: HttpRequest, pk: int) -> HttpResponse:
    """Take a confirmation back."""
    try:
        page = actions.undo_confirmation(actor=me(request), confirmation=pk)
    except (Confirmation.DoesNotExist, OverflowError):
        raise Http404 from None
    except ValidationError as error:
        messages.error(request, " ".join(error.messages))
        return redirect("wiki:care_mine")
    messages.success(request, _("The confirmation is taken back."))
    return redirect(page)


@require_http_methods(["GET", "HEAD", "POST"])
def flag(request: HttpRequest, pk: int) -> HttpResponse:
    """Say that a page is outdated."""
    row = readable(request, pk)
    mine = [one for one in reading.open_flags(pk) if one["person"] and one["person"].pk == me(request).pk]
    form = FlagForm(
        request.POST if request.method == "POST" else None, initial={"reason": mine[0]["reason"] if mine else ""}
    )
    if form.is_valid():
        try:
            flag = actions.flag_page(actor=me(request), page=pk, reason=form.cleaned_data["reason"])
            undo = reverse("wiki:flag_resolve", args=[flag.pk])
            messages.success(
                request, _("Thank you. Whoever keeps the page right will see it."), extra_tags=f"undo:{undo}"
            )
            return redirect(row["url"])
        except ValidationError as error:
            add_errors(form, error)
    context = {"form": form, "is_again": bool(mine)}
    return render(request, "wiki/care/flag.html", place_of(row) | context, status=422 if form.is_bound else 200)


@require_POST
def resolve(request: HttpRequest, pk: int) -> HttpResponse:
    """Answer a flag; who raised it takes it back."""
    form = AnswerForm(request.POST)
    try:
        if not form.is_valid():
            raise ValidationError([words for several in form.errors.values() for words in several])
        flag = actions.resolve_flag(actor=me(request), flag=pk, answer=form.cleaned_data["answer"])
    except (PageFlag.DoesNotExist, OverflowError):
        raise Http404 from None
    except ValidationError as error:
        return _say_again(request, pk, " ".join(error.messages))
    is_withdrawn = flag.outcome == PageFlag.Outcome.WITHDRAWN
    messages.success(request, _("Taken back.") if is_withdrawn else _("Answered."))
    return redirect("wiki:care", flag.page_id)


def _say_again(request: HttpRequest, pk: int, words: str) -> HttpResponse:
    """Show the page's care with what was typed and what is wrong with it."""
    row = readable(request, PageFlag.objects.visible_to(me(request)).get(pk=pk).page_id)
    flags = [one | ({"typed": request.POST.get("answer", ""), "words": words} if one["pk"] == pk else {})
             for one in reading.open_flags(row["pk"])]  # fmt: skip
    context = {"form": None, "flags": flags, "said": reading.said_about(row["pk"]), "confirmations": []}
    return render(request, "wiki/care/page.html", place_of(row) | context, status=422)


def _shown(request: HttpRequest, kinds: Any) -> str:
    wanted = request.GET.get("show", "")
    return wanted if wanted in kinds else "waiting"


@require_safe
def mine(request: HttpRequest) -> HttpResponse:
    """List what the person keeps right, what waits first."""
    show = _shown(request, ("waiting", "all"))
    try:
        found = reading.my_list(me(request), show, request.GET.get("after"))
    except BadCursor as error:
        return HttpResponseBadRequest(str(error))
    tabs = [
        {"url": f"?show={key}", "label": SHOWN[key], "count": None, "on": key == show} for key in ("waiting", "all")
    ]
    older = f"?show={show}&after={found.next_cursor}" if found.next_cursor else ""
    return render(request, "wiki/care/mine.html", {"pages": found.rows, "tabs": tabs, "older_url": older, "show": show})


@require_http_methods(["GET", "HEAD", "POST"])
def care_list(request: HttpRequest, slug: str) -> HttpResponse:
    """List a community's pages by how they stand; moderators change several at once."""
    community = Community.objects.visible_to(me(request)).filter(slug=slug).first()
    if community is None:
        raise Http404
    moderates = can_moderate(me(request), community)
    form = (
        BulkForm(request.POST if request.method == "POST" else None, viewer=me(request), community=community)
        if moderates
        else None
    )
    if request.method == "POST":
        if form is None:
            raise PermissionDenied
        if form.is_valid() and (answer := _change_many(request, community, form)):
            return answer
    show, owner = _shown(request, reading.FILTERS), request.GET.get("owner", "")[:40]
    try:
        found = reading.care_list(me(request), community, show, owner, request.GET.get("after"))
    except BadCursor as error:
        return HttpResponseBadRequest(str(error))
    counts = reading.care_counts(me(request), community)
    tabs = [
        {"url": f"?show={key}", "label": SHOWN[key], "count": counts[key], "on": key == show} for key in reading.FILTERS
    ]
    query = f"?show={show}&owner={owner}" if owner else f"?show={show}"
    context = {
        "community": community, "community_url": page_url(section_address(community.slug)), "pages": found.rows,
        "tabs": tabs, "show": show, "owner": owner, "owners": reading.owners_in(me(request), community),
        "older_url": f"{query}&after={found.next_cursor}" if found.next_cursor else "", "form": form, "today": house_day(),
        "chosen": reading.chosen_person(me(request), owner) if moderates else None,
        "links_here": moderates or can_write_in(me(request), community.pk),
    }  # fmt: skip
    return render(request, "wiki/care/list.html", context, status=422 if form is not None and form.is_bound else 200)


def _change_many(request: HttpRequest, community: Community, form: BulkForm) -> HttpResponse | None:
    """Change the pages that are ticked and lead back to the list; None, with the words in the form, when refused."""
    data = form.cleaned_data
    try:
        number = actions.change_many(
            actor=me(request), community=community, pages=data["pages"], owner=data["owner"],
            review_every=data["review_every"] or None, review_date=data["review_date"],
        )  # fmt: skip
    except ValidationError as error:
        add_errors(form, error)
        return None
    messages.success(request, ngettext("%(n)d page changed.", "%(n)d pages changed.", number) % {"n": number})
    return redirect(request.get_full_path())
