"""What a run found, for each of its readers: terminal, spreadsheet, page, Gradescope, student, gradebook."""
