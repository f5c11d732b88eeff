"""Seven printed numbers: which are misprints, which another convention, which another network?"""

from sepconv.exercises.spec import Exercise

_STANDS = "It stands: counted like the paper's 569 million, {} comes out, and it was rounded."


def _about(misprint, convention, other, stands):
    return {"A": misprint, "B": convention, "C": other, "D": stands}


_PRINTED = {
    "s2": _about(
        "With stride 2 neither the next row of the table nor the total would fit.",
        "A stride is not a way of counting: it changes what the network computes. Which map comes out of that layer?",
        "The rows around it describe this network. Which map do they say comes out of that layer?",
        "Follow the map: 7×7 goes in. Table 1 says what comes out, and steps of 2 give something else.",
    ),
    "1.19 %": _about(
        "The column adds up to 99.29 with it, and the recomputed share is 1.9056 %.",
        "Try one: with or without the classifier, the share of the first layer hardly moves. What do the other three "
        "entries of that column say about the convention?",
        "The other three entries of that column fit this network.",
        "Add up the column.",
    ),
    "4866 million": _about(
        "Count the twin of standard convolutions twice: with its classifier, and without.",
        "4,866,269,184 without the classifier, 4,867,293,184 with it.",
        "It is the network of Table 4. What does the twin of standard convolutions cost?",
        "Counted like the paper's 569 million, another number would stand there. By how much do the two differ?",
    ),
    "1137 million": _about(
        "Put it beside 569 million. What is their ratio?",
        "1,137,480,704 FLOPs are 568,740,352 MACs.",
        "Put it beside 569 million. What is their ratio?",
        "The paper counts MACs. How many FLOPs is one of them?",
    ),
    "529 million": _about(
        "The paper prints 569; no way of counting gives 529.",
        "Try them: with or without the classifier, times two. Does any give 529?",
        "The row names this network.",
        "Compare it with the paper's Table 6.",
    ),
    "314 million": _about(
        "Somebody counted it layer by layer, correctly. But what did they count?",
        "With or without the classifier, times two: none of it gives 314. Where does the difference of 13 million sit?",
        "With an expansion convolution in the first block it is 313,619,328; the paper's network has none there.",
        "The paper says 300. Where does the difference of 13 million sit?",
    ),
    "186 million": _about(
        "Count that network for images of 128×128. Does the number come out?",
        "Count it just as the 569 million are counted. Is another convention needed?",
        "Table 7 names the network and the size of its images. What does a count of just that give?",
        _STANDS.format("186,400,768"),
    ),
}
_VERDICTS = {
    "s2": "A",
    "1.19 %": "A",
    "4866 million": "B",
    "1137 million": "B",
    "529 million": "A",
    "314 million": "C",
    "186 million": "D",
}


EXERCISE = Exercise(
    points=2,
    answer=_VERDICTS,
    misconceptions="""
        M09 a number was judged before its unit was asked for
        = right | {"1137 million": "A"}

        M21 a way of counting was named that does not give the number
        = right | {"314 million": "B"}

        S1127 a number was called wrong because the paper has another
        = right | {"314 million": "A"}

        S1128 numbers were judged before they were counted in other ways
        = right | {"4866 million": "A", "1137 million": "A"}

        S1129 numbers were excused without a count that gives them
        = right | {"s2": "B", "1.19 %": "B", "529 million": "B"}

        S1130 everything printed was taken to be right
        = dict.fromkeys(right, "D")
    """,
    explanations=_PRINTED,
    hints=[
        "A misprint fits no count. Another convention fits as soon as you count something else in the same network: "
        "without the classifier, or FLOPs.",
        "One honest count is of a network with one layer more.",
    ],
)
