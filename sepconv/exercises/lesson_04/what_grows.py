"""Channels doubled, image twice as high: by which factors do the counts grow?"""

from sepconv.exercises.spec import Exercise


def what_grows():
    # Each quantity stands for the factor by which it grows.
    c_in, c_out = 2, 2
    h, w = 2, 1
    pixels = h * w
    weights = c_out * c_in
    biases = c_out
    macs = weights * pixels
    activations = c_out * pixels
    return {"weights": weights, "biases": biases, "macs": macs, "activations": activations}


EXERCISE = Exercise(
    points=1,
    answer=what_grows,
    # First those that spoil one count, each after it those that spoil more.
    misconceptions="""
        S112 the biases were taken to grow with more than the output channels
        biases = c_out => biases = c_out * c_in
        There is one bias for each output channel. Three things are doubled: does a bias know of all of them?

        S128 the biases were taken not to grow
        biases = c_out => biases = 1
        Each output channel has a bias. How many output channels are there now?

        S129 one of the reasons for more MACs was left out
        macs = weights * pixels => macs = c_in * pixels
        MACs are weights times output pixels. By which factor does each of the two grow?

        S130 the factors were added
        macs = weights * pixels => macs = c_in + c_out + pixels
        Each factor multiplies what is already there. What becomes of a number that is doubled and doubled again?

        S131 the MACs were doubled once too often
        macs = weights * pixels => macs = 2 * weights * pixels
        MACs are weights times output pixels. By which factor does each of the two grow?

        S114 the activations were taken to grow like the MACs
        activations = c_out * pixels => activations = macs
        Activations are the numbers of the output. Does it matter how many products went into each?

        S132 one of the two reasons for more activations was left out
        activations = c_out * pixels => activations = c_out
        Activations are the numbers of the output. In which two ways has the output become larger?

        S135 one of the reasons for more weights was left out
        "weights": weights => "weights": c_out
        Twice as many filters, and what becomes of each of them?

        S133 only the weights were taken to grow with the image
        "weights": weights => "weights": weights * pixels
        The same filters are laid down on a larger image. Do the filters know the image at all?

        S105 the output pixels were left out
        macs = weights * pixels => macs = weights
        activations = c_out * pixels => activations = c_out
        On an image that is twice as high, at how many more places is a filter laid down?

        S115 the image was taken to be twice as wide as well
        h, w = 2, 1 => h, w = 2, 2
        Only the height is doubled. How many pixels is that?

        M07 weights and biases were taken to grow with the image
        "weights": weights, "biases": biases => "weights": weights * pixels, "biases": biases * pixels
        The same filters are laid down on a larger image. Which counts know the image at all?

        S113 only one of the two channel numbers was taken to matter
        weights = c_out * c_in => weights = c_out
        Twice as many filters, and each of them twice as deep.

        S134 every count was taken to double
        = dict.fromkeys(right, 2)
        Three things are doubled. For each count: on how many of the three does it depend?

        S122 only the image was taken to have changed
        c_in, c_out = 2, 2 => c_in, c_out = 1, 1
        The layer has changed as well: twice the input channels, and twice the filters.

        S47 ^ was taken for a power
        = right | {"weights": 2 ^ 2, "macs": 2 ^ 3, "activations": 2 ^ 2}
        In Python ^ works on bits. A power is written **.
    """,
    hints=[
        "Write down the formula of each count. Which letters in it are doubled?",
        "Weights: C_out · C_in · k². Activations: C_out · H_out · W_out. MACs: weights · H_out · W_out.",
    ],
)
