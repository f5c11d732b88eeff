"""2 channels of 3×4 pixels become 5 channels of 3×4: how many weights do a Linear and a pointwise need?"""

from sepconv.exercises.spec import Exercise


def linear_or_pointwise():
    c_in, c_out, h, w = 2, 5, 3, 4
    inputs = c_in * h * w
    outputs = c_out * h * w
    linear = inputs * outputs
    pointwise = c_out * c_in
    return {"linear": linear, "pointwise": pointwise}


EXERCISE = Exercise(
    points=1,
    answer=linear_or_pointwise,
    misconceptions="""
        M12 the pointwise convolution was taken to be fully connected
        "pointwise": pointwise => "pointwise": linear
        A Linear on the flattened image has a weight for each pair of numbers. Does a 1×1 kernel reach other pixels?

        M12 the Linear was counted as if it stood at a single pixel
        "linear": linear => "linear": pointwise
        Here the image is flattened first. How many numbers go into the Linear, and how many come out?

        M11 the pointwise convolution was given one weight for each channel
        pointwise = c_out * c_in => pointwise = c_out
        Every output channel weighs every input channel.

        M11 the pointwise convolution was given one weight for each input channel
        pointwise = c_out * c_in => pointwise = c_in
        Those are the weights of one filter. How many filters are there?

        M07 the pointwise weights were counted once for each pixel
        pointwise = c_out * c_in => pointwise = c_out * c_in * h * w
        That is how often they are used: the MACs. All pixels share one matrix.

        M01 the biases were counted among the weights
        "linear": linear, "pointwise": pointwise => "linear": linear + outputs, "pointwise": pointwise + c_out
        The question is about the weights alone.

        S156 the Linear was given one output for each channel
        outputs = c_out * h * w => outputs = c_out
        The Linear has to make all 5 channels with all their pixels.

        S157 the two were exchanged
        "linear": linear, "pointwise": pointwise => "linear": pointwise, "pointwise": linear
        Which of the two shares its weights among the pixels?
    """,
    hints=[
        "The pointwise convolution: 5 filters; how many numbers are in each?",
        "The Linear: 2·3·4 numbers go in. How many come out? It has a weight for each pair.",
    ],
)
