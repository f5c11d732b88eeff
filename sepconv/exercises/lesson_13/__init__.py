"""Lesson 13: modern blocks, what mixes space and what mixes channels; and a network to convert."""
