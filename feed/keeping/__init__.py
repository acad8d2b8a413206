"""What somebody keeps for herself (bookmarks), and what moderators keep on top (pins)."""
