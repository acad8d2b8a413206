"""The way of the person who walks it: my path, what one does at a step, the calendar, the days before the first."""
