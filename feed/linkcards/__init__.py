"""Cards below a post for what it links to: of this house as each reader may see it, of the outside as it was fetched."""
