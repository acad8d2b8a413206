"""HTTP for the wiki: parse, call, choose a template."""
