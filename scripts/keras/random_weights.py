"""Random values for the weights of a new net."""

import numpy as np


def name_of(weight):
    """Its own name, without its layer's."""
    return getattr(weight, "path", weight.name).split("/")[-1].split(":")[0]


def randomise(model, random):
    """Biases and statistics of new nets are 0 and 1, which hides mistakes."""
    new = []
    for weight in model.weights:
        name, shape = name_of(weight), tuple(weight.shape)
        if "kernel" in name or "variance" == name or "mean" == name or "seed" in name or "count" == name:
            new.append(np.asarray(weight))
        elif name == "moving_variance":
            new.append(random.uniform(0.5, 2, shape))
        elif name in ("gamma", "scale"):
            new.append(random.uniform(0.5, 1.5, shape))
        else:
            new.append(random.normal(0, 0.3, shape))
    model.set_weights(new)
