"""What an exercise is: the task, the right answer, and the wrong answers that have a name."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from sepconv.exercises.cases import Inputs, in_quarters, with_ints
from sepconv.exercises.mistakes import Misconception, read_table

LAYERS = ("Conv1d", "Conv2d", "Conv3d")
CONVOLUTIONS = (*LAYERS, "conv1d", "conv2d", "conv3d", "convolve", "convolve2d", "correlate", "correlate2d")
KINDS = ("function", "module", "number", "choice", "order")


@dataclass(frozen=True)
class Facts:
    """What an answer comes to, where many answers are right.

    Parameters
    ----------
    holds : mapping of str to True or str
        For each condition True, or a sentence on why it is not met. Two answers with the same sentences made the
        same mistake, so a sentence holds no number of the one answer.
    says : str
        The answer in one sentence, with its numbers.
    """

    holds: Mapping[str, bool | str]
    says: str


@dataclass(frozen=True, eq=False)
class Exercise:
    """One task, everything that is needed to mark it, and everything that can be said about a wrong answer.

    Parameters
    ----------
    answer : object
        The right answer: a function, a builder of a module, a value, letters, or an order of lines. Of a number it is the
        function of no arguments that computes it, which becomes the `working`.
    name : str
        The name in ``check("…")``; for functions and modules also the name that the learner defines. By default that of
        the file.
    points : int
        Warm-ups and placement questions carry none.
    prompt : str
        The task in one sentence. By default the first words of the file.
    kind : {"function", "module", "number", "choice", "order"}, optional
        Follows from the other fields: an order has an `opening`, a choice `explanations`, a module an observer that
        draws, a function `cases`.
    lesson : int
        That of the folder.
    cases : sequence of tuples, or a function seed -> sequence of tuples
        Arguments on which no two wrong answers agree. Needed for functions, modules and orders.
    fresh : function seed -> sequence of tuples, optional
        Further cases, drawn anew at each marking, so that a table of the known ones passes nowhere. They come last.
    misconceptions : str, or sequence of Misconception
        A table of mistakes (``mistakes.py`` says how it is written), or the mistakes themselves.
    observe : callable, optional
        For modules: ``observe(module, *case)`` returns what is compared, a value or a dict of values.
    observer_draws : bool
        Whether the observer tries out what was made with weights and inputs of its own: ``observe(module, draw, *case)``
        gets `Inputs` that differ with the seed, so that what was observed at one seed is worth nothing at another.
    watch : callable, optional
        ``watch(function)`` returns what is called in the function's place: for what its result does not show, such as
        the memory that it needs.
    facts : callable, optional
        For numbers, where many answers are right: ``facts(value)`` returns the `Facts` that are judged in the value's
        place. It raises ValueError with a sentence if the value is no answer at all. ``answer`` is then an example.
    hints : sequence of str
        From a nudge to nearly the answer.
    explanations : mapping
        For choices: what there is to say about each option, right or wrong; for a dict of choices, one such
        mapping for each key.
    words : mapping of str to str
        For choices: a word that says the same as an option's letter, to the letter.
    opening, lines : str, mapping of letter to str
        For orders: the ``def`` line that stands above, and the lines with their indentation.
    distractors : mapping of letter to str
        For orders: what each line that is no part of the answer would do, as a clause: "adds the bias in every round".
    known : callable, optional
        ``known(*case)`` returns one sentence that is true of the right answer and does not give it away.
    starts_at : int, optional
        Placement questions: the lesson that a wrong answer leads to. Such a question routes, it does not fail.
    is_searched : bool
        Whether slips are looked for in the answer: False where one call takes so long that hundreds cannot be tried.
    forbidden, avoidable : sequence of str
        The last parts of names, such as those in `LAYERS`, that the answer must not call by the task's words, or that
        the task says to try without: a right answer that calls one is refused, or gets a remark.
    whole_numbers : bool
        Whether the task promises whole numbers in the arrays, so that no case holds fractions.
    seconds : float
        After so many ``check`` stops code that has not ended; the grader has limits of its own.
    working : callable, optional
        Of a number: the program that computes it, which ``solution`` shows and mistakes are edits of.
    tolerance : float
        Relative and absolute, for numbers and arrays.
    """

    answer: Any
    name: str = ""
    points: int = 0
    prompt: str = ""
    kind: str = ""
    lesson: int = 0
    cases: Sequence[tuple] | Callable[[int], Sequence[tuple]] = ()
    fresh: Callable[[int], Sequence[tuple]] | None = None
    misconceptions: str | Sequence[Misconception] = ()
    observe: Callable | None = None
    observer_draws: bool = False
    watch: Callable | None = None
    facts: Callable[[Any], Facts] | None = None
    hints: Sequence[str] = ()
    explanations: Mapping[Any, Any] = field(default_factory=dict)
    words: Mapping[str, str] = field(default_factory=dict)
    opening: str = ""
    lines: Mapping[str, str] = field(default_factory=dict)
    distractors: Mapping[str, str] = field(default_factory=dict)
    known: Callable[..., str] | None = None
    starts_at: int | None = None
    tolerance: float = 1e-6
    is_searched: bool = True
    forbidden: Sequence[str] = ()
    avoidable: Sequence[str] = ()
    whole_numbers: bool = False
    seconds: float = 30
    working: Callable | None = None

    def __post_init__(self):
        if not self.kind:
            object.__setattr__(self, "kind", self._kind())
        if self.kind == "number" and callable(self.answer):
            object.__setattr__(self, "working", self.answer)
            object.__setattr__(self, "answer", self.answer())
        if isinstance(self.misconceptions, str):
            object.__setattr__(
                self,
                "misconceptions",
                read_table(self.misconceptions, self.program, self.working is not None),
            )
        if self.kind not in KINDS:
            raise ValueError(f"{self.name}: kind={self.kind!r} must be one of {', '.join(KINDS)}")
        runs = self.kind in ("function", "module", "order")
        if runs and not (callable(self.cases) or len(self.cases)):
            raise ValueError(f"{self.name}: an exercise of kind {self.kind!r} needs cases")
        if self.kind == "module" and self.observe is None:
            raise ValueError(f"{self.name}: an exercise of kind 'module' needs observe")
        if self.facts is not None and self.kind != "number":
            raise ValueError(f"{self.name}: only an exercise of kind 'number' can have facts")
        if self.kind == "order" and not (self.opening and self.lines):
            raise ValueError(f"{self.name}: an exercise of kind 'order' needs opening and lines")
        if self.kind == "choice" and not self.explanations:
            raise ValueError(f"{self.name}: an exercise of kind 'choice' needs explanations")

    def _kind(self):
        if self.opening:
            return "order"
        if self.cases:
            return "module" if self.observer_draws else "function"
        return "choice" if self.explanations else "number"

    @property
    def program(self):
        """What mistakes are edits of: the working of a number, else the answer."""
        return self.working or self.answer

    @property
    def is_warmup(self) -> bool:
        """Whether this is one of the three questions that open an exercise notebook."""
        return self.name.startswith("warmup_")

    @property
    def is_review(self) -> bool:
        """Whether this was drawn to go over a mistake again; it is no exercise of the course."""
        return self.name.startswith("review_")

    def draw_cases(self, seed: int) -> list[tuple]:
        """Return the argument tuples for a seed: the cases with a meaning first, then two in fractions, then the fresh ones.

        Where the observer draws, each begins with its `Inputs`; `without_draw` leaves what the answer is called with.
        """
        cases = self.cases(seed) if callable(self.cases) else self.cases
        cases = [*cases, *self._in_fractions(cases), *self.draw_fresh(seed)]
        if self.observer_draws:
            cases = [(Inputs((seed, number)), *case) for number, case in enumerate(cases)]
        return cases

    def draw_ints(self, seed: int) -> tuple | None:
        """Return a case that holds an array of ints beside one of fractions, or None where there are no arrays."""
        found = self._in_fractions(self.cases(seed) if callable(self.cases) else self.cases)
        return with_ints(found[0]) if found else None

    def _in_fractions(self, cases):
        """Only who writes code can lose a fraction: the lines of an order are given."""
        return in_quarters(cases) if self.kind == "function" and not self.whole_numbers else []

    def draw_fresh(self, seed: int) -> list[tuple]:
        """Return those among the cases of a seed that are drawn anew at each marking."""
        return list(self.fresh(seed)) if self.fresh else []
