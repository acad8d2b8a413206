"""Swedish as people write it in Finland: "24 nov 2026", not the ISO date of a form."""

SHORT_DATE_FORMAT = "j M Y"
SHORT_DATETIME_FORMAT = "j M Y H:i"
