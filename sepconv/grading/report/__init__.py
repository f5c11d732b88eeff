"""What a run found, for each of its readers: terminal, spreadsheet, page, Gradescope, student, gradebook."""

from sepconv.grading.report.students import points_of

__all__ = ["points_of"]
