"""Lesson 5: pointwise. One small matrix at every pixel."""
