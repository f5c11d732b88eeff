"""Lesson 9: what it cannot do. Merging, rank, and sums of pairs."""
