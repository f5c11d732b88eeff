"""Lesson 10: the real cost. Numbers that move, clocks that are fair, and a middle map that is never whole."""
