"""What is looked for in vain, without names; and asking people instead."""
