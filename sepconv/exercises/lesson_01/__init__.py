"""Lesson 1: one channel and one kernel."""
