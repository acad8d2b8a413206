"""The wiki: sections, pages, versions, links."""
