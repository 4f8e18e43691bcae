"""SavedModels without Keras: TensorFlow 1 graphs with variables of both kinds, and modules of single operations.

    python plain.py FOLDER

Writes FOLDER/NAME.saved and, where TensorFlow.js' converter can, FOLDER/NAME.graph with NAME.npz (`x`, `y`).
"""

import sys
from pathlib import Path

import numpy as np
import tensorflow as tf

from graphs import write_graph_model

folder = Path(sys.argv[1])
random = np.random.default_rng(20240502)
v1 = tf.compat.v1


def values(*shape):
    return random.normal(0, 0.4, shape).astype("float32")


def save_module(name, f, shape, dynamic=True):
    class Net(tf.Module):
        @tf.function(input_signature=[tf.TensorSpec([None if dynamic else 1, *shape], tf.float32)])
        def __call__(self, x):
            return f(x)

    net = Net()
    net.weights = WEIGHTS
    x = values(3 if dynamic else 1, *shape)
    y = net(tf.constant(x))
    tf.saved_model.save(net, str(folder / f"{name}.saved"), signatures=net.__call__)
    np.savez(folder / f"{name}.npz", x=x, y=np.asarray(y))
    try:
        write_graph_model(folder / f"{name}.saved", folder / f"{name}.graph")
    except Exception as error:
        print(f"not converted: {name}: {str(error).strip().splitlines()[-1]}")


WEIGHTS = {
    "k": tf.Variable(values(3, 3, 4, 6), name="some/kernel"),
    "d": tf.Variable(values(3, 3, 4, 2), name="depth/kernel"),
    "b": tf.Variable(values(6), name="bias"),
    "m": tf.Variable(values(4, 5), name="matrix"),
    "g": tf.Variable(values(4), name="gamma"),
    "half": tf.Variable(tf.cast(values(4, 5), tf.float16), name="half"),
}
W = WEIGHTS
IMAGE = (8, 7, 4)
HEADS = values(5, 7, 4)


def dilated(x):
    y = tf.raw_ops.SpaceToBatchND(input=x, block_shape=[2, 2], paddings=[[2, 2], [2, 3]])
    y = tf.nn.conv2d(y, W["k"], 1, "VALID")
    y = tf.nn.relu(tf.nn.bias_add(y, W["b"]))
    return tf.raw_ops.BatchToSpaceND(input=y, block_shape=[2, 2], crops=[[0, 0], [0, 1]])


MODULES = {
    "conv-explicit": lambda x: tf.nn.conv2d(x, W["k"], 2, [[0, 0], [1, 2], [0, 1], [0, 0]]),
    "conv-dilated-batches": dilated,
    "depthwise-dilated": lambda x: tf.nn.depthwise_conv2d(x, W["d"], [1, 1, 1, 1], "SAME", dilations=[2, 2]),
    "batch-norm": lambda x: tf.raw_ops.FusedBatchNormV3(x=x, scale=W["g"], offset=-W["g"], mean=W["g"] * 0.1, variance=tf.square(W["g"]) + 0.5, is_training=False, epsilon=0.01)[0],
    "lrn": lambda x: tf.nn.local_response_normalization(x, 1, 0.7, 0.3, 0.75),
    "moments": lambda x: (lambda m: (x - m[0]) * tf.math.rsqrt(m[1] + 1e-3))(tf.nn.moments(x, [-1], keepdims=True)),
    "gelu": lambda x: tf.nn.gelu(x) + tf.nn.gelu(x, approximate=True),
    "swish": lambda x: tf.nn.silu(x) * tf.nn.relu6(x + 3) / 6,
    "functions": lambda x: tf.math.log1p(tf.abs(x)) + tf.math.expm1(0.1 * x) + tf.math.erf(x) + tf.nn.softsign(x) + tf.nn.softplus(x) + tf.sqrt(tf.abs(x) + 1),
    "arithmetic": lambda x: tf.math.squared_difference(x, W["g"]) / (2 + tf.square(x)) - tf.add_n([x, x, tf.minimum(x, 0.3)]) + tf.maximum(0.0, x) + 2 / (3 + tf.abs(x)),
    "clip": lambda x: tf.clip_by_value(x, -0.2, 0.3) + tf.clip_by_value(x, 0, 6),
    "select": lambda x: tf.where(x > 0.1, x, tf.where((x <= -0.3) | (x == 0), 2 * x, -x)) + tf.cast(x < 0, tf.float32) + tf.cast(tf.logical_not(x != 0.5), tf.float32),
    "pad-modes": lambda x: tf.pad(x, [[0, 0], [1, 2], [2, 0], [0, 0]], "REFLECT")[:, :8, :7] + tf.pad(x, [[0, 0], [1, 2], [2, 3], [0, 0]], "SYMMETRIC")[:, 2:10, 4:11] + tf.pad(x, [[0, 0], [0, 0], [1, 0], [0, 1]], constant_values=0.7)[:, :, :7, 1:],
    "resize-bilinear": lambda x: tf.image.resize(x, [5, 11]) + v1.image.resize_bilinear(x, [5, 11], align_corners=True) + v1.image.resize_bilinear(x, [5, 11]),
    "resize-nearest": lambda x: tf.image.resize(x, [5, 11], "nearest") + v1.image.resize_nearest_neighbor(x, [5, 11], align_corners=True) + v1.image.resize_nearest_neighbor(x, [5, 11]),
    "resize-bicubic": lambda x: tf.image.resize(x, [5, 11], "bicubic"),
    "space-depth": lambda x: tf.nn.depth_to_space(tf.nn.space_to_depth(x[:, :, :6], 2)[..., :8], 2),
    "slices": lambda x: tf.concat([x[:, ::-2, 1:, 2], x[:, 4:, -6:, -1]], 1)[..., tf.newaxis, 1:4],
    "splits": lambda x: tf.stack(tf.split(x, [1, 2, 1], -1)[::2] + tf.split(x, 2, -1)[0:1][0:1][:0] + [x[..., :1]], 2),
    "unstack": lambda x: tf.unstack(x, axis=3)[1] - tf.unstack(x, axis=3)[2],
    "gather": lambda x: tf.gather(x, [3, 0, 0, 2], axis=-1) + tf.reverse(x, [2, 3]),
    "tile": lambda x: tf.tile(x[:, :1, :, :], [1, 8, 1, 1]) + tf.broadcast_to(x[:, :, :1], tf.shape(x)),
    "reduce": lambda x: tf.reduce_max(x, [1, 2]) + tf.reduce_min(x, 1)[:, 0] + tf.norm(x, axis=[1, 2]) + tf.reduce_sum(x, [1, 2]) + tf.reduce_mean(x, -1)[:, 0, 0:4],
    "einsum-heads": lambda x: tf.einsum("abhd,chd->abc", tf.reshape(x, [-1, 8, 7, 4]), HEADS),
    "einsum-attention": lambda x: tf.einsum("bqhd,bkhd->bhqk", x, 0.5 * x),
    "matmul-turned": lambda x: tf.matmul(x, tf.nn.softmax(x), transpose_b=True),
    "tensordot": lambda x: tf.tensordot(x, W["m"], [[3], [0]]),
    "half-weights": lambda x: tf.tensordot(x, tf.cast(W["half"], tf.float32), [[3], [0]]),
    "log-softmax": lambda x: tf.nn.log_softmax(tf.reshape(x, [-1, 224])),
    "reshape-by-shape": lambda x: tf.reshape(x, [tf.shape(x)[0], tf.reduce_prod(tf.shape(x)[1:3]), 4]),
    "condition": lambda x: tf.cond(tf.shape(x)[1] > 3, lambda: tf.nn.relu(x), lambda: x),
    "volume-free": lambda x: tf.squeeze(tf.expand_dims(x, 1), 1) - tf.stop_gradient(W["g"]),
}


def save_v1(name, build, shape, resource):
    """A TensorFlow 1 model: variables in the graph, restored by a Saver."""
    with tf.Graph().as_default(), v1.Session() as session:
        v1.disable_control_flow_v2()
        v1.disable_resource_variables() if not resource else v1.enable_resource_variables()
        x = v1.placeholder(tf.float32, [None, *shape], name="image")
        y = build(x)
        session.run(v1.global_variables_initializer())
        data = values(3, *shape)
        expected = session.run(y, {x: data})
        builder = v1.saved_model.Builder(str(folder / f"{name}.saved"))
        signature = v1.saved_model.predict_signature_def({"image": x}, {"scores": y})
        builder.add_meta_graph_and_variables(session, ["serve"], {"serving_default": signature})
        builder.save()
    np.savez(folder / f"{name}.npz", x=data, y=expected)


def variable(name, *shape):
    return v1.get_variable(name, initializer=values(*shape))


def slim(x):
    """Written out batch normalisation, dropout behind a switch."""
    y = tf.nn.conv2d(x, variable("conv/weights", 3, 3, 4, 6), [1, 2, 2, 1], "SAME")
    mean, variance = variable("bn/mean", 6), tf.square(variable("bn/variance", 6)) + 0.3
    y = tf.nn.batch_normalization(y, mean, variance, variable("bn/beta", 6), variable("bn/gamma", 6), 1e-3)
    y = tf.nn.max_pool2d(tf.nn.relu6(y), 2, 2, "SAME")
    training = v1.placeholder_with_default(False, [], name="training")
    y = v1.cond(training, lambda: v1.nn.dropout(y, rate=0.5), lambda: tf.identity(y))
    y = tf.reshape(y, [-1, 24])
    return tf.nn.softmax(v1.nn.xw_plus_b(y, variable("fc/w", 24, 5), variable("fc/b", 5)), name="probabilities")


if __name__ == "__main__":
    folder.mkdir(parents=True, exist_ok=True)
    for net, f in MODULES.items():
        try:
            save_module(net, f, IMAGE)
        except Exception as error:
            print(f"not computed: {net}: {str(error).strip().splitlines()[-1]}")
    save_module("batch-of-one", lambda x: tf.reshape(tf.nn.conv2d(x, W["k"], 1, "SAME"), [1, 336]), IMAGE, dynamic=False)
    v1.disable_eager_execution()
    save_v1("tf1-references", slim, IMAGE, resource=False)
    save_v1("tf1-resources", slim, IMAGE, resource=True)
