"""Steps of a way in templates; they are drawn in `mine.drawing`."""

from collections.abc import Iterable

from django.template import Context, Library
from django.utils.safestring import SafeString, mark_safe

from feed.cards import token_input
from wiki.onboarding.mine import drawing
from wiki.onboarding.mine.journey import Journey, Stop

register = Library()


@register.simple_tag
def step_about(stop: Stop) -> SafeString:
    """Show what a step is about."""
    return mark_safe(drawing.about(stop, drawing.Page()))


@register.simple_tag
def step_mark(kind: str) -> SafeString:
    """Show the sign of a kind of step."""
    return mark_safe(drawing.mark(kind))


@register.simple_tag(takes_context=True)
def step_tick(context: Context, stop: Stop, css: str) -> SafeString:
    """Show the button that does a step at once, where its title stands; needs next and csrf_token."""
    page = drawing.Page(next=context["next"], token=token_input(context["csrf_token"]))
    return mark_safe(drawing.tick(stop, page, css, named=True))


@register.simple_tag(takes_context=True)
def way_steps(context: Context, kind: str, stops: Iterable[Stop]) -> SafeString:
    """List steps of a way: "today", "week", "later" (titles alone), "done" or "skipped". Needs what `_journey.html` has."""
    journey: Journey = context["journey"]
    page = drawing.Page(context["next"], token_input(context["csrf_token"]), context["can_do"], journey.is_several)
    return mark_safe("".join(_line(kind, stop, page) for stop in stops))


def _line(kind: str, stop: Stop, page: drawing.Page) -> str:
    if kind == "done":
        return drawing.done_step(stop, page)
    if kind == "skipped":
        return drawing.skipped_step(stop, page)
    return drawing.open_step(stop, page, is_short=kind == "later")
