"""Lesson 7: depthwise convolutions, blind across channels, and what repairs that."""
