"""What a model's own runtime gives for inputs, one at a time.

    python outputs.py {keras2|keras3|tensorflow} MODEL NPZ

Reads `inputs` of NPZ and writes `outputs` beside it, to NPZ.outputs.npz.
"""

import os
import sys

import numpy as np

kind, path, given = sys.argv[1:]
if kind == "keras2":
    import tf_keras

    model = tf_keras.models.load_model(path, compile=False)
elif kind == "keras3":
    os.environ["KERAS_BACKEND"] = "jax"
    import keras

    model = keras.models.load_model(path, compile=False)
else:
    import tensorflow as tf

    loaded = tf.saved_model.load(path)
    signature = loaded.signatures["serving_default"]

    def model(x, training):
        return next(iter(signature(tf.constant(x)).values()))


inputs = np.load(given)["inputs"]
outputs = [np.asarray(model(inputs[i : i + 1], training=False), dtype="float32") for i in range(len(inputs))]
np.savez(f"{given}.outputs.npz", outputs=np.concatenate(outputs).reshape(len(inputs), -1))
