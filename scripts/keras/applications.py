"""Nets of `keras.applications` with random weights, and what Keras gives for a random image.

    python applications.py {keras3|keras2} FOLDER [--smallest]

First prints the names of all nets, the smallest of each family first (keras2: of those that differ from Keras 3;
`--smallest`: only these), and an empty line. For each name that it is given on a line of its own it then writes
FOLDER/NAME.keras (keras2: NAME.h5) and NAME.npz (`x`, `y`), and says `made NAME`, or `failed` and why.
"""

import inspect
import re
import sys
from pathlib import Path

import numpy as np

from random_weights import name_of, randomise

version = sys.argv[1]
if version == "keras2":
    import tf_keras as keras
else:
    import keras

# Whose layers Keras 2 writes otherwise than Keras 3, or has alone.
OTHERWISE = ("MobileNetV3", "InceptionResNetV2", "ConvNeXt", "EfficientNet", "RegNet", "ResNetRS")
SMALLEST = (
    "ConvNeXtTiny DenseNet121 EfficientNetB0 EfficientNetV2B0 EfficientNetV2S InceptionResNetV2 InceptionV3 MobileNet "
    "MobileNetV2 MobileNetV3Small NASNetMobile RegNetX002 RegNetY002 ResNet50 ResNet50V2 ResNetRS50 VGG16 Xception"
).split()
SIZES = (64, 75, 96, 128, 224)
# Some deep nets enlarge the rounding of a picture's pixels a thousandfold where their scales are this random: smaller ones then.
SCALES = (1, 0.7, 0.5)
MOST_ROUNDING = 5e-6


def names():
    found = [name for name, value in vars(keras.applications).items() if inspect.isfunction(value) and name[0].isupper()]
    if version == "keras2":
        found = [name for name in found if name.startswith(OTHERWISE)]
    found = [name for name in found if name in SMALLEST or "--smallest" not in sys.argv]
    return sorted(found, key=lambda name: (name not in SMALLEST, name))


def built(name):
    """The net at the smallest of some sizes that it takes."""
    make = getattr(keras.applications, name)
    for size in SIZES:
        try:
            return make(weights=None, input_shape=(size, size, 3), classes=20, classifier_activation=None)
        except (ValueError, TypeError) as error:
            last = error
    raise last


def make(folder, name):
    keras.backend.clear_session()
    keras.utils.set_random_seed(1)
    random = np.random.default_rng(20240501)
    model = built(name)
    randomise(model, random)
    takes_bytes = any(type(layer).__name__ in ("Rescaling", "Normalization") for layer in model.layers[:4])
    x = random.uniform(0, 255 if takes_bytes else 1, (1, *model.input_shape[1:])).astype("float32")
    moved = (x * (1 + random.choice([-1, 1], x.shape) * 2.0**-24)).astype("float32")
    gammas = [(weight, np.asarray(weight)) for weight in model.weights if name_of(weight) == "gamma"]
    for scale in SCALES:
        for weight, values in gammas:
            weight.assign(scale * values)
        y = np.asarray(model(x, training=False))
        rounding = np.abs(np.asarray(model(moved, training=False)) - y).max() / np.abs(y).max()
        if rounding < MOST_ROUNDING:
            break
    else:
        raise ValueError(f"a rounding of the pixels moves the outputs by {rounding:.1e}")
    folder.mkdir(parents=True, exist_ok=True)
    model.save(folder / f"{name}.{'h5' if version == 'keras2' else 'keras'}")
    np.savez(folder / f"{name}.npz", x=x, y=y)


print("\n".join([*names(), ""]), flush=True)
for line in sys.stdin:
    try:
        make(Path(sys.argv[2]), line.strip())
        print(f"made {line.strip()}", flush=True)
    except Exception as error:
        print(f"failed {str(error).strip().splitlines()[-1]}", flush=True)
