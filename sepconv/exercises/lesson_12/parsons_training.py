"""Put the lines in order so that the model is trained for one epoch and then asked; some lines do not belong."""

import copy

from sepconv.exercises.spec import Exercise


def _case(seed, features, classes, count):
    """Make a small net in evaluation mode, its optimizer, a loss, batches, and images to ask about."""
    import torch
    from torch import nn

    class Used(nn.Sequential):
        """A net that was used before: also its copies hold gradients of an earlier step, which PyTorch's would not."""

        def __deepcopy__(self, memo):
            copied = memo[id(self)] = Used(*(copy.deepcopy(child, memo) for child in self))
            for parameter in copied.parameters():
                parameter.grad = torch.ones_like(parameter)
            return copied.train(self.training)

        def _get_name(self):
            return "Sequential"

    generator = torch.Generator().manual_seed(seed)

    def draw(*shape):
        return torch.randn(shape, generator=generator, dtype=torch.float64)

    model = Used(nn.Linear(features, 4), nn.BatchNorm1d(4), nn.ReLU(), nn.Linear(4, classes)).double()
    with torch.no_grad():
        for parameter in model.parameters():
            parameter.copy_(draw(*parameter.shape))
    model.eval()
    optimizer = torch.optim.SGD(model.parameters(), lr=0.1)
    batches = [(draw(6, features), torch.randint(classes, (6,), generator=generator)) for _ in range(count)]
    return model, optimizer, nn.CrossEntropyLoss(), batches, draw(3, features)


def _cases(seed):
    return [_case(10 * seed + 1, 3, 2, 2), _case(10 * seed + 2, 2, 3, 3)]


EXERCISE = Exercise(
    points=2,
    opening="def train_and_ask(model, optimizer, loss_function, batches, images):",
    lines={
        "A": "        optimizer.step()",
        "B": "    model.eval()",
        "C": "        loss = loss_function(model(x), labels)",
        "D": "    optimizer.zero_grad()",
        "E": "    for x, labels in batches:",
        "F": "        return model(images)",
        "G": "        loss.backward()",
        "H": "    model.train()",
        "I": "        model.eval()",
        "J": "    return model(images)",
        "K": "        optimizer.zero_grad()",
    },
    answer="HECKGABJ",
    distractors={
        "D": "sets the gradients to zero outside of the loop, once",
        "F": "returns within the loop, in its first round",
        "I": "puts the model into evaluation mode in every round of the loop",
    },
    cases=_cases,
    misconceptions="""
        S1246 the gradients were set to zero only once
        HECK => HDEC
        backward adds to the gradients that are there. Which ones are there at the second batch?

        S1247 the model was asked in training mode
        BJ => J
        In training mode batch normalization goes by the batch at hand: then an image's answer depends on the others.

        S1248 the model was trained in evaluation mode
        HE => E
        The model may have been asked something before. What does its batch normalization go by while it learns?

        S1260 the model was put into evaluation mode within the loop
        BJ => IJ
        Go through two rounds of the loop. In which mode does the model see the second batch?

        S1261 the two modes were exchanged
        HECKGABJ => BECKGAHJ
        What does batch normalization go by in each of the two modes? Which of them is for learning?

        S1249 the step was taken before the gradients were computed
        KGA => AKG
        The optimizer goes by the gradients. When are they there?

        S1250 the step was taken with gradients that had been wiped out
        KG => GK
        Look at what happens in each round right before the step: what is left for it to go by?

        S1252 the gradients were set to zero after the step
        KGA => GAK
        From the second batch on that is as good. Which gradients are there at the first one? See the task.

        S1251 the function returned after the first batch
        BJ => F
        How far to the right does the return stand?

        S1266 the model was put into evaluation mode and asked within the loop
        BJ => IF
        How many batches has the function gone through when it returns?
    """,
    hints=[
        "First the mode for learning, then the loop, then the mode for asking, then the answer.",
        "In the loop: a loss, clean gradients, the gradients of the loss, a step.",
    ],
)
