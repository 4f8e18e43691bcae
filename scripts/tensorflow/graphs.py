"""Writes a Keras model as TensorFlow itself does: a SavedModel, and TensorFlow.js' GraphModel made of that."""

import sys
from unittest.mock import MagicMock

# The converter imports these for other conversions than ours; they are gigabytes.
for absent in ("tensorflow_decision_forests", "tensorflow_hub", "jax", "flax", "tensorflowjs.converters.jax_conversion"):
    sys.modules[absent] = MagicMock()

from tensorflowjs.converters import tf_saved_model_conversion_v2 as converter  # noqa: E402


def write_graphs(model, folder, name):
    saved = folder / f"{name}.saved"
    model.export(str(saved))
    write_graph_model(saved, folder / f"{name}.graph")


def write_graph_model(saved, to):
    converter.convert_tf_saved_model(str(saved), str(to), skip_op_check=True, control_flow_v2=True)
