"""What people say: posts, replies, reactions, files, and how far each has read."""
