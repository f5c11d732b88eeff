"""Put the lines of the loop version in order; three lines do not belong."""

from sepconv.exercises.cases import Inputs
from sepconv.exercises.spec import Exercise

EXERCISE = Exercise(
    points=2,
    opening="def convolve(x, w, stride):",
    lines={
        "A": "            for u in range(w.shape[0]):",
        "B": "                    y[i, j] += x[i * stride - u, j * stride - v] * w[u, v]",
        "C": "    y = np.zeros((H_out, W_out))",
        "D": "                    y[i, j] += x[i * stride + u, j * stride + v] * w[u, v]",
        "E": "    H_out, W_out = [(n - k) // stride + 1 for n, k in zip(x.shape, w.shape)]",
        "F": "        for j in range(W_out):",
        "G": "                    y[i, j] = x[i * stride + u, j * stride + v] * w[u, v]",
        "H": "    return y",
        "I": "    H_out, W_out = [n // stride for n in x.shape]",
        "J": "                for v in range(w.shape[1]):",
        "K": "    for i in range(H_out):",
    },
    answer="ECKFAJDH",
    distractors={
        "B": "moves backwards over the input as u and v grow",
        "G": "sets the output pixel to one product, whatever was there",
        "I": "asks for the input's size and the stride, and not for the kernel's size",
    },
    cases=lambda seed: [
        (Inputs(seed).integers(3, 4), Inputs(seed + 1).integers(2, 3), 1),
        (Inputs(seed + 2).integers(6, 8), Inputs(seed + 3).integers(2, 3), 2),
    ],
    misconceptions="""
        M43 the kernel runs backwards over the input
        D => B
        As u grows, which way should the input pixel move?

        S15 each product overwrites the one before
        D => G
        An output pixel is the sum of all products under the window.

        S16 the kernel's size was left out of the output's size
        E => I
        The last window must lie on the input completely. How far from the end can it begin?
    """,
    hints=[
        "Sizes first, then room for the output, then the loops from the outside in.",
        "The indentation tells how deep a line sits. Of the three innermost lines only one is right.",
    ],
)
