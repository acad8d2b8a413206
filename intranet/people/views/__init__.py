"""HTTP for people and communities: parse, call an action, choose a template."""
