"""How many pairs may be added up while their weights are fewer than those of the standard convolution?"""

from sepconv.exercises.cases import drawn
from sepconv.exercises.spec import Exercise


def pairs_that_pay(c_in, c_out, k):
    """Return the largest number of pairs that still has fewer weights than the standard convolution."""
    standard = c_in * c_out * k * k
    pair = c_in * k * k + c_in * c_out
    return (standard - 1) // pair


EXERCISE = Exercise(
    points=1,
    answer=pairs_that_pay,
    cases=[
        (3, 4, 3),
        (3, 1, 3),
        (5, 64, 3),
        (2, 4, 2),
        (7, 12, 2),
        (4, 20, 5),
        (6, 9, 1),
        (5, 12, 6),
        (1, 32, 3),
    ],
    fresh=drawn(c_in=range(2, 9), c_out=range(20, 200), k=(5, 7, 9, 11)),
    misconceptions="""
        M51 the pairs that make it exact were counted
        (standard - 1) // pair => min(c_out, k * k)
        So many are always exact, whatever they cost. Here only the weights count: what does one pair cost?

        M14 the ratio was built with the input channels
        pair = c_in * k * k => pair = c_out * k * k
        Write both counts down. c_in should be a factor of both, and cancel: is it one in yours?

        M01 the biases were counted among the weights
        standard = c_in * c_out * k * k => standard = c_in * c_out * k * k + c_out
        c_in * k * k + c_in * c_out => c_in * k * k + c_in + c_in * c_out + c_out
        The task leaves biases out. What is left of your two counts without them?

        S369 equally many weights were taken for fewer
        (standard - 1) => standard
        Where the division leaves no remainder, the pairs have just as many weights as the standard convolution.

        S370 the number of pairs was rounded up
        (standard - 1) // pair => -(-standard // pair)
        One pair more than that has fewer weights no longer: count the whole pairs that fit.

        S26 k was not squared
        k * k => k
        The kernel is k high and k wide.

        S47 ^ was taken for a power
        k * k => (k ^ 2)
        In Python ^ works on bits. A power is written **.

        S47 ^ was taken for a power
        c_out * k * k => c_out * k ^ 2
        c_in * k * k => (c_in * k ^ 2)
        In Python ^ works on bits. A power is written **.
    """,
    hints=[
        "How many weights does one pair have, and how many does the standard convolution have?",
        "The largest K with K · pair < standard. Mind the case in which they are equal.",
    ],
)
