"""What runs beside a submission: its cells, in a process that may be lost."""
