"""Small wrong changes of a right answer: what a check must refuse even if nobody thought of it."""

from sepconv.exercises.slips import programs


def mutants(function):
    """Yield (description, function) for a function with each slip that fits it."""
    for program in programs(function):
        about = f" ({', '.join(program.about)})" if program.about else ""
        yield f"line {program.line}: {program.slip}{about}", program.make
