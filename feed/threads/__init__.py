"""What becomes of a conversation: closed and opened, moved, read in parts, drafts of what is said in it."""
