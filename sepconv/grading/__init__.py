"""Marks whole notebooks, one or a class of them, in processes that do not know the answers."""
