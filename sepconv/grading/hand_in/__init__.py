"""From what lies in a folder to whose notebook it is, and what is in it."""

from sepconv.grading.hand_in.find import Submission, find_submissions
from sepconv.grading.hand_in.read import Unreadable, bound, exercises_in, read_notebook

__all__ = ["Submission", "Unreadable", "bound", "exercises_in", "find_submissions", "read_notebook"]
