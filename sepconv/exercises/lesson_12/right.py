"""Right answers of lesson 12 that are written differently from the model answers."""

import numpy as np


def _by_shape(model, decay):
    """A depthwise filter bank is 4-D with one input channel a filter; all that is not to decay otherwise is 1-D."""
    channels = {id(m.weight): m.groups for m in model.modules() if hasattr(m, "groups")}
    free, decaying = [], []
    for parameter in model.parameters():
        depthwise = channels.get(id(parameter), 1) > 1 and parameter.shape[1] == 1
        (free if parameter.ndim < 2 or depthwise else decaying).append(parameter)
    return {"params": free, "weight_decay": 0}, {"params": decaying, "weight_decay": decay}


def _with_numpy(weight, bn):
    gamma, beta, mean, var = (
        t.detach().numpy() for t in (bn.weight, bn.bias, bn.running_mean, bn.running_var)
    )
    std = np.sqrt(var + bn.eps)
    return np.einsum("o...,o->o...", weight.numpy(), gamma / std), beta - gamma * mean / std


def _filter_by_filter(w, per_channel):
    """Right, too: whole filters in a loop, and halves rounded up."""
    off = []
    for o in range(len(w)):
        step = np.max(np.abs(w[o] if per_channel else w)) / 127
        off.append(np.abs(np.floor(w[o] / step + 0.5) * step - w[o]))
    return float(np.mean(off))


RIGHT = {
    "quantized_error": [_filter_by_filter],
    "weight_decay_groups": [_by_shape],
    "fold_batchnorm": [_with_numpy],
}
