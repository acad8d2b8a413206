"""What people read about those they look after."""

from django.utils.translation import pgettext_lazy

# Names of the filters of the list.
SHOWN = {
    "open": pgettext_lazy("people", "On their way"),
    "overdue": pgettext_lazy("people", "Overdue"),
    "stuck": pgettext_lazy("people", "Stuck"),
    "finished": pgettext_lazy("people", "Completed"),
}
