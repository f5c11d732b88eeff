"""Lesson 0: the questions that find the lesson to start with."""
