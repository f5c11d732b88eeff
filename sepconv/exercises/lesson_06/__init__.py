"""Lesson 6: groups. A layer cut into independent layers, and the messages that it gives rise to."""
