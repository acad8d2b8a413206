"""What people watch, and what they are told: readers of the diary that know people and verbs, not pages or posts."""
