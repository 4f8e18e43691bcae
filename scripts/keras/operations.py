"""Operations between layers: `keras.ops` and operators in Keras 3, TensorFlow's functions in Keras 2, as functions of
images `[batch, 8, 7, 4]`."""

import numpy as np


def between(keras, version):
    """Names and functions, for nets of which each is all there is."""
    return {**operators(), **preprocessing(keras), **(keras3(keras) if version == "keras3" else keras2())}


def operators():
    """Python's, which both record."""
    return {
        "add-number": lambda x: x + 0.1,
        "add-to-number": lambda x: 3.0 + x,
        "subtract-number": lambda x: x - 0.25,
        "subtract-from-number": lambda x: 1.0 - x,
        "multiply-number": lambda x: x * 0.5,
        "multiply-channels": lambda x: x * np.array([1, 2, 3, 4], "float32"),
        "divide-number": lambda x: x / 127.5,
        "divide-number-by": lambda x: 2.0 / (x * x + 1.0),
        "divide-values": lambda x: x / (x * x + 1.0),
        "add-values": lambda x: x + x * x,
        "power": lambda x: (x * x + 0.5) ** 1.5,
        "negative": lambda x: -x,
        "absolute": lambda x: abs(x),
        "index-channel": lambda x: x[..., 1],
        "index-reversed": lambda x: x[..., ::-1],
        "index-range": lambda x: x[:, 1:-1, ::2, :3],
        "index-new-axis": lambda x: x[:, None, 2],
        "index-last": lambda x: x[:, -1, -2:],
    }


def preprocessing(keras):
    """`preprocess_input` within a net, of three channels."""
    apply = keras.applications.imagenet_utils.preprocess_input
    return {f"preprocess-{mode}": lambda x, m=mode: apply(x[..., :3] * 60.0 + 120.0, data_format="channels_last", mode=m) for mode in ("tf", "caffe", "torch")}


def keras3(keras):
    ops, layers = keras.ops, keras.layers
    positive = lambda x: x * x + 0.1
    weights = np.linspace(-1, 1, 12, dtype="float32").reshape(4, 3)
    kernel = np.linspace(-1, 1, 72, dtype="float32").reshape(3, 3, 4, 2)

    def heads(x):
        return ops.reshape(x, (-1, 14, 2, 8))

    return {
        **{
            f"ops-{name}": lambda x, f=getattr(ops, name): f(x)
            for name in (
                "relu relu6 leaky_relu elu celu selu gelu sigmoid sparse_sigmoid hard_sigmoid log_sigmoid silu hard_silu "
                "tanh tanh_shrink hard_tanh hard_shrink soft_shrink softplus softsign sparse_plus squareplus glu softmax "
                "log_softmax abs absolute exp exp2 expm1 erf square negative sign copy stop_gradient convert_to_tensor deg2rad"
            ).split()
            if hasattr(ops, name)
        },
        **{f"ops-{name}": lambda x, f=getattr(ops, name): f(positive(x)) for name in ("log", "log1p", "log2", "log10", "sqrt", "rsqrt", "reciprocal")},
        "ops-ones-like": lambda x: x + ops.ones_like(x) - 2.0 * ops.zeros_like(x),
        "ops-threshold": lambda x: ops.threshold(x, 0.2, -1.0),
        "ops-softmax-axis": lambda x: ops.softmax(x, axis=1),
        "ops-maximum": lambda x: ops.maximum(x, 0.1),
        "ops-minimum": lambda x: ops.minimum(0.3, x),
        "ops-clip": lambda x: ops.clip(x, -0.5, 0.7),
        "ops-logaddexp": lambda x: ops.logaddexp(x, -x),
        "ops-compare": lambda x: ops.cast(x > 0.1, "float32") + ops.cast(x <= -0.5, "float32") * 2.0,
        "ops-where": lambda x: ops.where(x >= 0.0, x, 0.2 * x),
        "ops-logical": lambda x: ops.cast(ops.logical_and(x > 0.0, ops.logical_not(x > 1.0)), "float32"),
        "ops-power": lambda x: ops.power(positive(x), 0.7),
        "ops-mean": lambda x: ops.mean(x, axis=(1, 2)),
        "ops-mean-kept": lambda x: x - ops.mean(x, axis=-1, keepdims=True),
        "ops-sum": lambda x: ops.sum(x, axis=1),
        "ops-max": lambda x: ops.max(x, axis=[1, 2]),
        "ops-min": lambda x: ops.min(x, axis=-1),
        "ops-var": lambda x: ops.var(x, axis=(1, 2)),
        "ops-std": lambda x: ops.std(x, axis=(1, 2), keepdims=True),
        "ops-moments": lambda x: ops.concatenate(ops.moments(x, axes=(1, 2)), axis=-1),
        "ops-average": lambda x: ops.average(x, axis=1),
        "ops-average-weighted": lambda x: ops.average(x, axis=3, weights=np.array([1, 2, 3, 4], "float32")),
        "ops-logsumexp": lambda x: ops.logsumexp(x, axis=-1),
        "ops-norm": lambda x: ops.norm(x, axis=-1),
        "ops-norm-one": lambda x: ops.norm(x, ord=1, axis=-1, keepdims=True),
        "ops-normalize": lambda x: ops.normalize(x, axis=-1),
        "ops-layer-normalization": lambda x: ops.layer_normalization(x, gamma=np.array([1, 2, 3, 4], "float32"), axis=-1, epsilon=1e-3),
        "ops-rms-normalization": lambda x: ops.rms_normalization(x, axis=-1),
        "ops-batch-normalization": lambda x: ops.batch_normalization(x, np.full(4, 0.1, "float32"), np.full(4, 2, "float32"), axis=-1, scale=np.array([1, 2, 3, 4], "float32")),
        "ops-matmul": lambda x: ops.matmul(x, weights),
        "ops-matmul-values": lambda x: ops.matmul(x, ops.transpose(x, (0, 1, 3, 2))),
        "ops-dot": lambda x: ops.dot(x, weights),
        "ops-tensordot": lambda x: ops.tensordot(x, weights, axes=1),
        "ops-einsum": lambda x: ops.einsum("bhwc,cd->bdhw", x, weights),
        "ops-einsum-ellipsis": lambda x: ops.einsum("...c,cd->...d", x, weights),
        "ops-attention": lambda x: ops.nn.dot_product_attention(heads(x), heads(x * 0.5), heads(x + 0.1)),
        "ops-reshape": lambda x: ops.reshape(x, (-1, 14, 16)),
        "ops-expand-squeeze": lambda x: ops.squeeze(ops.expand_dims(x, 2), axis=2) + ops.squeeze(ops.expand_dims(x[:, :1], -1)),
        "ops-expand-layer": lambda x: layers.Conv2D(3, 2)(ops.expand_dims(x[..., 0], -1)),
        "ops-transpose": lambda x: ops.transpose(x, (0, 3, 1, 2)),
        "ops-transpose-layer": lambda x: layers.Dense(3)(ops.transpose(x, (0, 3, 2, 1))),
        "ops-swapaxes": lambda x: ops.swapaxes(x, 1, -1),
        "ops-moveaxis": lambda x: ops.moveaxis(x, -1, 1),
        "ops-concatenate": lambda x: ops.concatenate([x, 2.0 * x], axis=-1),
        "ops-append": lambda x: ops.append(x, x, axis=2),
        "ops-stack": lambda x: ops.stack([x, -x], axis=1),
        "ops-stack-channels": lambda x: layers.Conv2D(2, 3)(ops.stack([x[..., i] for i in (2, 1, 0)], axis=-1)),
        "ops-hstack": lambda x: ops.hstack([x, -x]),
        "ops-split": lambda x: ops.add(*ops.split(x, 2, axis=1)),
        "ops-split-places": lambda x: ops.split(x, [2, 5], axis=1)[1],
        "ops-unstack": lambda x: ops.unstack(x, axis=-1)[2],
        "ops-flip": lambda x: ops.flip(x, axis=2),
        "ops-roll": lambda x: ops.roll(x, 2, axis=1),
        "ops-tile": lambda x: ops.tile(x, (1, 2, 1, 3)),
        "ops-repeat": lambda x: ops.repeat(x, 2, axis=2),
        "ops-take": lambda x: ops.take(x, np.array([3, 0, 0], "int32"), axis=-1),
        "ops-pad": lambda x: ops.pad(x, ((0, 0), (1, 2), (0, 1), (0, 0)), constant_values=0.5),
        "ops-pad-reflect": lambda x: ops.pad(x, ((0, 0), (1, 2), (0, 1), (0, 0)), mode="reflect"),
        "ops-tril": lambda x: ops.tril(ops.transpose(x, (0, 3, 1, 2))),
        "ops-max-pool": lambda x: ops.max_pool(x, 2, padding="same", data_format="channels_last"),
        "ops-average-pool": lambda x: ops.average_pool(x, (2, 3), strides=1, data_format="channels_last"),
        "ops-conv": lambda x: ops.conv(x, kernel, strides=2, padding="same", data_format="channels_last"),
        "ops-depthwise-conv": lambda x: ops.depthwise_conv(x, kernel, data_format="channels_last"),
        "ops-depth-to-space": lambda x: ops.nn.depth_to_space(x, 2),
        "ops-resize": lambda x: ops.image.resize(x, (5, 9), data_format="channels_last"),
        "ops-resize-antialias": lambda x: ops.image.resize(x, (3, 3), antialias=True, data_format="channels_last"),
        "ops-resize-nearest": lambda x: ops.image.resize(x, (5, 9), interpolation="nearest", data_format="channels_last"),
        "ops-rgb-to-grayscale": lambda x: ops.image.rgb_to_grayscale(x[..., :3], data_format="channels_last"),
        "ops-crop-images": lambda x: ops.image.crop_images(x, top_cropping=1, left_cropping=2, target_height=4, target_width=3, data_format="channels_last"),
        "ops-pad-images": lambda x: ops.image.pad_images(x, top_padding=1, left_padding=2, bottom_padding=0, right_padding=3, data_format="channels_last"),
        "ops-extract-patches": lambda x: ops.image.extract_patches(x, 2, data_format="channels_last"),
        "ops-names-of-layers": lambda x: ops.add(layers.Add()([x, x]), ops.multiply(layers.Multiply()([x, x]), 0.5)),
        "ops-within-net": lambda x: layers.Dense(3)(ops.relu(layers.Conv2D(4, 3)(x) + 0.1)),
    }


def keras2():
    import tensorflow as tf

    positive = lambda x: x * x + 0.1
    weights = np.linspace(-1, 1, 12, dtype="float32").reshape(4, 3)
    unary = "nn.relu nn.relu6 nn.leaky_relu nn.elu nn.selu nn.silu nn.gelu nn.softplus nn.softsign nn.softmax nn.log_softmax math.sigmoid math.log_sigmoid math.tanh math.exp math.expm1 math.erf math.square math.abs math.sign math.negative identity stop_gradient"

    def named(name):
        found = tf
        for part in name.split("."):
            found = getattr(found, part)
        return found

    return {
        **{f"tf-{name}": lambda x, f=named(name): f(x) for name in unary.split()},
        **{f"tf-{name}": lambda x, f=named(name): f(positive(x)) for name in ("math.log", "math.log1p", "math.sqrt", "math.rsqrt", "math.reciprocal")},
        **{f"tf-{name}": lambda x, f=named(name): f(x, axis=[1, 2]) for name in ("reduce_mean", "reduce_sum", "reduce_max", "reduce_min", "reduce_logsumexp", "math.reduce_variance", "math.reduce_std")},
        "tf-maximum": lambda x: tf.maximum(x, 0.1),
        "tf-minimum": lambda x: tf.minimum(0.3, x),
        "tf-clip": lambda x: tf.clip_by_value(x, -0.5, 0.7),
        "tf-where": lambda x: tf.where(x > 0.0, x, 0.2 * x),
        "tf-compare": lambda x: tf.cast(x > 0.1, tf.float32) + tf.cast(tf.less_equal(x, -0.5), tf.float32) * 2.0,
        "tf-pow": lambda x: tf.pow(positive(x), 0.7),
        "tf-squared-difference": lambda x: tf.math.squared_difference(x, 0.3),
        "tf-add-n": lambda x: tf.add_n([x, x * x, x]),
        "tf-mean-kept": lambda x: x - tf.reduce_mean(x, axis=-1, keepdims=True),
        "tf-moments": lambda x: tf.concat(tf.nn.moments(x, axes=[1, 2]), axis=-1),
        "tf-l2-normalize": lambda x: tf.math.l2_normalize(x, axis=-1),
        "tf-norm": lambda x: tf.norm(x, axis=-1),
        "tf-batch-normalization": lambda x: tf.nn.batch_normalization(x, np.full(4, 0.1, "float32"), np.full(4, 2, "float32"), None, np.array([1, 2, 3, 4], "float32"), 1e-3),
        "tf-standardization": lambda x: tf.image.per_image_standardization(x),
        "tf-matmul": lambda x: tf.matmul(x, x, transpose_b=True),
        "tf-tensordot": lambda x: tf.tensordot(x, weights, axes=1),
        "tf-reshape": lambda x: tf.reshape(x, [-1, 14, 16]),
        "tf-reshape-by-shape": lambda x: tf.reshape(x, [tf.shape(x)[0], 14, tf.shape(x)[3] * 4]),
        "tf-expand-squeeze": lambda x: tf.squeeze(tf.expand_dims(x, 2), axis=2),
        "tf-transpose": lambda x: tf.transpose(x, [0, 3, 1, 2]),
        "tf-concat": lambda x: tf.concat([x, 2.0 * x], axis=-1),
        "tf-stack": lambda x: tf.stack([x, -x], axis=1),
        "tf-unstack": lambda x: tf.unstack(x, axis=-1)[2],
        "tf-split": lambda x: tf.split(x, 2, axis=1)[1],
        "tf-split-sizes": lambda x: tf.split(x, [3, 5], axis=1)[1],
        "tf-reverse": lambda x: tf.reverse(x, axis=[-1]),
        "tf-flip": lambda x: tf.image.flip_left_right(x),
        "tf-roll": lambda x: tf.roll(x, shift=2, axis=1),
        "tf-tile": lambda x: tf.tile(x, [1, 2, 1, 3]),
        "tf-repeat": lambda x: tf.repeat(x, 2, axis=2),
        "tf-gather": lambda x: tf.gather(x, [3, 0, 0], axis=-1),
        "tf-slice": lambda x: tf.slice(x, [0, 1, 2, 0], [-1, 3, 4, 2]),
        "tf-pad": lambda x: tf.pad(x, [[0, 0], [1, 2], [0, 1], [0, 0]]),
        "tf-pad-symmetric": lambda x: tf.pad(x, [[0, 0], [1, 2], [0, 1], [0, 0]], mode="SYMMETRIC"),
        "tf-bias-add": lambda x: tf.nn.bias_add(x, np.array([1, 2, 3, 4], "float32")),
        "tf-max-pool": lambda x: tf.nn.max_pool2d(x, 2, 2, "SAME"),
        "tf-avg-pool": lambda x: tf.nn.avg_pool2d(x, [2, 3], 1, "VALID"),
        "tf-ones-like": lambda x: x + tf.ones_like(x) - 2.0 * tf.zeros_like(x),
        "tf-conv2d": lambda x: tf.nn.conv2d(x, np.linspace(-1, 1, 72, dtype="float32").reshape(3, 3, 4, 2), 2, "SAME"),
        "tf-lrn": lambda x: tf.nn.local_response_normalization(x, depth_radius=2, bias=1.5, alpha=0.3, beta=0.7),
        "tf-depth-to-space": lambda x: tf.nn.depth_to_space(x, 2),
        "tf-resize": lambda x: tf.image.resize(x, (5, 9)),
        "tf-resize-antialias": lambda x: tf.image.resize(x, (3, 3), antialias=True),
        "tf-resize-nearest": lambda x: tf.image.resize(x, (5, 9), method="nearest"),
        "tf-grayscale": lambda x: tf.image.rgb_to_grayscale(x[..., :3]),
        "tf-grayscale-to-rgb": lambda x: tf.image.grayscale_to_rgb(x[..., :1]),
        "tf-crop-or-pad": lambda x: tf.image.resize_with_crop_or_pad(x, 5, 10),
        "tf-convert": lambda x: tf.image.convert_image_dtype(x, tf.float32),
    }
