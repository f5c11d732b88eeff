"""Seven numbers that tools print: which convention, or which fault, is behind each?"""

from sepconv.exercises.spec import Exercise

_ASKS_UNIT = "Divide it by 568,740,352. Does the tool count each MAC once or twice?"
_ASKS_REST = "Take 568,740,352 or its double away, whichever fits. What is left, and what could it have been counted for?"
_ASKS_FAULT = "All the MACs are in it, once or twice. Is what differs wrong, or a choice?"
_ASKS_SEEN = "Count the layer yourself. Does any choice of what a MAC or a FLOP is give the tool's number?"

_OF_THE_NET = {"A": _ASKS_REST, "B": _ASKS_REST, "C": _ASKS_REST, "D": _ASKS_REST, "E": _ASKS_FAULT}
_OF_A_LAYER = dict.fromkeys("ABCD", _ASKS_SEEN)

_TOLD = {
    "DeepSpeed MACs": _OF_THE_NET | {"A": "568,740,352, as we count.", "B": _ASKS_UNIT, "D": _ASKS_UNIT},
    "FlopCounterMode": _OF_THE_NET
    | {"B": "1,137,480,704 is twice 568,740,352, and nothing is left.", "A": _ASKS_UNIT, "C": _ASKS_UNIT},
    "fvcore flops": _OF_THE_NET
    | {
        "B": _ASKS_UNIT,
        "C": "One flop is one MAC there. 2 · 5,042,688 are for batch normalization, 50,176 for the average pooling.",
        "D": _ASKS_UNIT,
    },
    "thop MACs": _OF_THE_NET
    | {
        "B": _ASKS_UNIT,
        "C": "4 · 5,042,688 are for batch normalization, 51,200 for the average pooling.",
        "D": _ASKS_UNIT,
    },
    "calflops FLOPs": _OF_THE_NET
    | {
        "A": _ASKS_UNIT,
        "C": _ASKS_UNIT,
        "D": "Two for each MAC; 2 · 5,042,688 for batch normalization, 5,042,688 for the ReLUs, 50,176 for the pooling.",
    },
    "torchinfo linear": _OF_A_LAYER
    | {"E": "512 · 512 is the cost of one pixel. There are 14 · 14 of them: 51,380,224 MACs."},
    "thop F.conv2d": _OF_A_LAYER
    | {"E": "thop looks at modules. A function called in a forward is none, so its 903,168 MACs are missed."},
}

EXERCISE = Exercise(
    points=2,
    answer={
        "DeepSpeed MACs": "A",
        "FlopCounterMode": "B",
        "fvcore flops": "C",
        "thop MACs": "C",
        "calflops FLOPs": "D",
        "torchinfo linear": "E",
        "thop F.conv2d": "E",
    },
    misconceptions="""
        M09 a tool's word was believed, and its unit was not worked out
        = right | {"fvcore flops": "D"}

        S1153 what is no product was looked for nowhere
        = right | {"fvcore flops": "A", "thop MACs": "A", "calflops FLOPs": "B"}

        S1154 a number that fits no count was called a convention
        = right | {"torchinfo linear": "A", "thop F.conv2d": "A"}

        S1155 whatever differs from our count was called a fault
        = dict.fromkeys(right, "E") | {"DeepSpeed MACs": "A"}

        S1156 every number was believed to be our count
        = dict.fromkeys(right, "A")
    """,
    explanations=_TOLD,
    hints=[
        "First the unit: is the number near 568,740,352, or near its double? Then what is left over: nothing, or a "
        "multiple of 5,042,688 and a little more?",
        "The last two are about single layers: 51,380,224 and 903,168 MACs. Neither twice that nor a bias gives what "
        "the tool prints.",
    ],
)
