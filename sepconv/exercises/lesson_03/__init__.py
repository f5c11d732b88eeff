"""Lesson 3: sizes, padding, stride and dilation."""
