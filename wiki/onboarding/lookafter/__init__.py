"""What buddy, manager and the path's owner see of people on a path, and do for them."""
