"""Right answers of lesson 5 that no search tries."""


def _ffn_as_a_class(linear1, linear2):
    import torch
    from torch import nn

    class FeedForward(nn.Module):
        def __init__(self):
            super().__init__()
            hidden, d = linear1.weight.shape
            self.widen = nn.Conv1d(d, hidden, 1)
            self.narrow = nn.Conv1d(hidden, len(linear2.weight), 1)
            self.widen.weight.data = linear1.weight.data.unsqueeze(-1).clone()
            self.widen.bias.data = linear1.bias.data.clone()
            self.narrow.weight.data = linear2.weight.data.unsqueeze(-1).clone()
            self.narrow.bias.data = linear2.bias.data.clone()

        def forward(self, x):
            return self.narrow(torch.relu(self.widen(x)))

    return FeedForward()


def _ffn_by_state(linear1, linear2):
    from torch import nn

    sizes = linear1.in_features, linear1.out_features, linear2.out_features
    ffn = nn.Sequential(nn.Conv1d(*sizes[:2], 1), nn.ReLU(), nn.Conv1d(*sizes[1:], 1))
    ffn[0].load_state_dict({"weight": linear1.weight[..., None], "bias": linear1.bias})
    ffn[2].load_state_dict({"weight": linear2.weight[..., None], "bias": linear2.bias})
    return ffn


RIGHT = {
    "ffn_as_pointwise": [_ffn_as_a_class, _ffn_by_state],
}
