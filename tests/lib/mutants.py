"""Small wrong changes of a right answer: what a check must refuse even if nobody thought of it."""

from sepconv.exercises.slips import programs


def mutants(function):
    """Yield (description, function) for a function with each slip that fits it."""
    for program in programs(function):
        if program.make is not None:
            about = f" ({', '.join(program.about)})" if program.about else ""
            yield f"line {program.line}: {program.slip}{about}", program.make


def order_mutants(exercise):
    """Yield orders next to the right one: two lines exchanged, one left out, one replaced or added."""
    right = exercise.answer
    others = [letter for letter in exercise.lines if letter not in right]
    for i in range(len(right)):
        yield right[:i] + right[i + 1 :]
        for j in range(i + 1, len(right)):
            yield right[:i] + right[j] + right[i + 1 : j] + right[i] + right[j + 1 :]
        for letter in others:
            yield right[:i] + letter + right[i + 1 :]
            yield right[:i] + letter + right[i:]
