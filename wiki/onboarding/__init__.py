"""From signed contract to part of the conversation: paths made of pages and first conversations."""
