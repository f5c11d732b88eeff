"""Cases of a grouped convolution, and of its weight written as a dense one."""

import numpy as np

from sepconv.exercises.cases import Inputs


def cases_of_groups(seed):
    draw = Inputs(seed).integers
    return [
        (np.array([1.0, 2, 4, 8]).reshape(4, 1, 1), np.ones((4, 2, 1, 1)), 2),
        (draw(4, 2, 3), draw(6, 2, 1, 2), 2),
        (draw(6, 3, 4), draw(4, 3, 2, 3), 2),
        (draw(6, 4, 3), draw(9, 2, 3, 2), 3),
        (draw(6, 2, 4), draw(4, 3, 1, 2), 2),
        (draw(3, 4, 5), draw(2, 3, 2, 2), 1),
        (draw(8, 3, 3), draw(12, 2, 2, 1), 4),
    ]
