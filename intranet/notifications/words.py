"""What happened and why somebody hears of it, as sentences."""

from __future__ import annotations

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext, ngettext_lazy

# Two forms, for one person and for several: Finnish verbs know the difference.
EVENTS = {
    "changed": ngettext_lazy("%(who)s changed %(what)s", "%(who)s changed %(what)s", "number"),
    "published": ngettext_lazy("%(who)s wrote the page %(what)s", "%(who)s wrote the page %(what)s", "number"),
    "moved": ngettext_lazy("%(who)s moved %(what)s", "%(who)s moved %(what)s", "number"),
    "trashed": ngettext_lazy("%(who)s deleted %(what)s", "%(who)s deleted %(what)s", "number"),
    "untrashed": ngettext_lazy("%(who)s restored %(what)s", "%(who)s restored %(what)s", "number"),
    "said": ngettext_lazy("%(who)s wrote about %(what)s", "%(who)s wrote about %(what)s", "number"),
    "confirmed": ngettext_lazy("%(who)s confirmed %(what)s", "%(who)s confirmed %(what)s", "number"),
    "flagged": ngettext_lazy("%(who)s flagged %(what)s as outdated", "%(who)s flagged %(what)s as outdated", "number"),
    "answered": ngettext_lazy(
        "%(who)s answered what you flagged on %(what)s", "%(who)s answered what you flagged on %(what)s", "number"
    ),
    "assigned": ngettext_lazy(
        "%(who)s made you the owner of %(what)s", "%(who)s made you the owner of %(what)s", "number"
    ),
    "handed": ngettext_lazy("%(who)s handed over to you: %(what)s", "%(who)s handed over to you: %(what)s", "number"),
    "mentioned": ngettext_lazy("%(who)s mentioned you in %(what)s", "%(who)s mentioned you in %(what)s", "number"),
    "replied": ngettext_lazy("%(who)s replied to you in %(what)s", "%(who)s replied to you in %(what)s", "number"),
    "continued": ngettext_lazy("%(who)s replied in %(what)s", "%(who)s replied in %(what)s", "number"),
    "wrote": ngettext_lazy(
        "%(who)s started the conversation %(what)s", "%(who)s started the conversation %(what)s", "number"
    ),
    "called": ngettext_lazy(
        "%(who)s mentioned your community in %(what)s", "%(who)s mentioned your community in %(what)s", "number"
    ),
    "reacted": ngettext_lazy("%(who)s reacted to %(what)s", "%(who)s reacted to %(what)s", "number"),
    "summarised": ngettext_lazy(
        "%(who)s made the page %(what)s of your conversation",
        "%(who)s made the page %(what)s of your conversation",
        "number",
    ),
    "asked": ngettext_lazy("%(who)s asks to join %(what)s", "%(who)s ask to join %(what)s", "number"),
    "admitted": ngettext_lazy("%(who)s let you into %(what)s", "%(who)s let you into %(what)s", "number"),
    "declined": ngettext_lazy(
        "%(who)s declined your request to join %(what)s", "%(who)s declined your request to join %(what)s", "number"
    ),
    "praised": ngettext_lazy("%(who)s praised you: %(what)s", "%(who)s praised you: %(what)s", "number"),
    "chosen": ngettext_lazy(
        "%(who)s marked your reply as the answer to %(what)s",
        "%(who)s marked your reply as the answer to %(what)s",
        "number",
    ),
    "solved": ngettext_lazy("%(who)s marked an answer to %(what)s", "%(who)s marked an answer to %(what)s", "number"),
    "overdue": gettext_lazy("Still without an answer: %(what)s"),
    "reminded": ngettext_lazy(
        "%(who)s reminds you to acknowledge %(what)s", "%(who)s reminds you to acknowledge %(what)s", "number"
    ),
    "due": "%(what)s",
    "nudged": ngettext_lazy(
        "%(who)s asks kindly how it goes: %(what)s", "%(who)s ask kindly how it goes: %(what)s", "number"
    ),
    "entrusted": ngettext_lazy(
        "%(who)s asks you to look after %(what)s", "%(who)s ask you to look after %(what)s", "number"
    ),
    "finished": "%(what)s",
    "crisis": gettext_lazy("Crisis: %(what)s"),
    "found": gettext_lazy("New results: %(what)s"),
    "page_found": gettext_lazy("A page may answer what you asked: %(what)s"),
    "hidden": ngettext_lazy("%(who)s hid what you wrote: %(what)s", "%(who)s hid what you wrote: %(what)s", "number"),
    "reported": ngettext_lazy("%(who)s reported: %(what)s", "%(who)s reported: %(what)s", "number"),
    "judged": ngettext_lazy(
        "%(who)s looked at what you reported: %(what)s", "%(who)s looked at what you reported: %(what)s", "number"
    ),
}
REASONS = {
    "page": gettext_lazy("You watch this page."),
    "branch": gettext_lazy("You watch a page above this one, with all below it."),
    "community": gettext_lazy("You watch this community."),
    "thread": gettext_lazy("You watch this conversation."),
    "made": gettext_lazy("You wrote the first version of this page."),
    "owns": gettext_lazy("You keep this page right."),
    "keeps": gettext_lazy("You keep them right from now on."),
    "mention": gettext_lazy("You were mentioned."),
    "reply": gettext_lazy("This answers something you wrote."),
    "call": gettext_lazy("A community you are in was mentioned."),
    "reaction": gettext_lazy("You wrote this."),
    "quoted": gettext_lazy("Your words are quoted there."),
    "moderates": gettext_lazy("You look after this community."),
    "asked": gettext_lazy("You asked to join."),
    "author": gettext_lazy("You wrote it."),
    "reporter": gettext_lazy("You reported it."),
    "praise": gettext_lazy("You were praised."),
    "asker": gettext_lazy("You asked this."),
    "member": gettext_lazy("It concerns everybody in a community of yours."),
    "pending": gettext_lazy("You have not acknowledged it yet."),
    "flag": gettext_lazy("You said that this page is outdated."),
    "saved": gettext_lazy("You saved this search."),
    "sought": gettext_lazy("You looked for it in vain and asked a community."),
    "path": gettext_lazy("It is a step of a path."),
    "charge": gettext_lazy("You are the buddy or the manager."),
    "walked": gettext_lazy("You are on this path."),
    "path_owner": gettext_lazy("You look after this path."),
}


def who(names: list[str], number: int) -> str:
    """Return "Maija", "Maija and Ben", "Maija and 2 others"; `names` are those that may be told, the newest first."""
    if not names:
        return _("Somebody")
    if number == 2 and len(names) == 2:
        return _("%(one)s and %(other)s") % {"one": names[0], "other": names[1]}
    if number > 1:
        words = ngettext("%(one)s and %(n)d other", "%(one)s and %(n)d others", number - 1)
        return words % {"one": names[0], "n": number - 1}
    return names[0]
