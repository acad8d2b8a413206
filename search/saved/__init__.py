"""Questions that people keep, and are told of when something new answers them."""
