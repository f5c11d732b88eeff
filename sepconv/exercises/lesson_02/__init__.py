"""Lesson 2: several channels, and the shape of their weights."""
