"""Small random-weight Keras nets that cover the layers Blindspot reads, with what Keras gives for random inputs.

    python nets.py FOLDER {keras3|keras2} [--graphs]

Writes FOLDER/NAME.keras and FOLDER/NAME.h5 with NAME.npz (`x`, `y`) beside them. Keras 3 needs a backend
(KERAS_BACKEND); keras2 means tf_keras. `--graphs` makes a SavedModel and a TensorFlow.js GraphModel of each net
instead.
"""

import os
import sys
from pathlib import Path

import numpy as np

from operations import between
from random_weights import randomise

folder, version = Path(sys.argv[1]), sys.argv[2]
is_graphs = "--graphs" in sys.argv
if version == "keras2":
    import tf_keras as keras
else:
    import keras
layers, Input, Model, Sequential = keras.layers, keras.Input, keras.Model, keras.Sequential

IMAGE, SEQUENCE, VECTOR = (8, 7, 4), (9, 4), (6,)


def chain(*stack, shape=IMAGE):
    return Sequential([Input(shape), *stack])


def has(name):
    return hasattr(layers, name)


def merged(name, shapes, **more):
    """Branches of different values, of the given shapes, merged."""
    x = Input(IMAGE)
    flat = layers.Flatten()(x)
    parts = [layers.Reshape(s)(layers.Dense(int(np.prod(s)))(flat)) for s in shapes]
    return Model(x, getattr(layers, name)(**more)(parts))


def shared():
    x = Input(IMAGE)
    conv = layers.Conv2D(4, 3, padding="same", activation="tanh")
    dense = layers.Dense(5)
    a, b = conv(x), conv(conv(x))
    return Model(x, layers.Add()([dense(layers.Flatten()(a)), dense(layers.Flatten()(b))]))


def nested():
    inner_in = Input(IMAGE)
    inner = Model(inner_in, layers.Add()([layers.Conv2D(4, 2, padding="same", name="c")(inner_in), inner_in]), name="body")
    head = Sequential([Input(IMAGE), layers.Conv2D(3, 3, name="c"), layers.GlobalAveragePooling2D(), layers.Dense(4)], name="head")
    x = Input(IMAGE)
    twice = inner(inner(x))
    outer = Model(x, layers.ReLU()(twice), name="outer")
    z = Input(IMAGE)
    return Model(z, layers.Softmax()(head(outer(z))))


def outputs():
    x = Input(IMAGE)
    y = layers.Conv2D(3, 3)(x)
    return Model(x, [layers.GlobalMaxPooling2D()(y), layers.Flatten()(y)])


def attention(shape=SEQUENCE, call=lambda mha, x: mha(x, x), **more):
    x = Input(shape)
    return Model(x, call(layers.MultiHeadAttention(num_heads=3, key_dim=5, **more), x))


def block():
    """A transformer's block over patches."""
    x = Input((8, 8, 3))
    y = layers.Reshape((16, 8))(layers.Conv2D(8, 2, strides=2)(x))
    z = layers.LayerNormalization(epsilon=1e-6)(y)
    y = layers.Add()([y, layers.MultiHeadAttention(2, 4, dropout=0.1)(z, z)])
    z = layers.Dense(16, activation="gelu")(layers.LayerNormalization()(y))
    y = layers.Add()([y, layers.Dense(8)(layers.Dropout(0.1)(z))])
    return Model(x, layers.Dense(5, activation="softmax")(layers.GlobalAveragePooling1D()(y)))


def squeeze():
    x = Input(IMAGE)
    gate = layers.Dense(4, activation="sigmoid")(layers.GlobalAveragePooling2D()(x))
    return Model(x, layers.Multiply()([x, gate]))


def convolved(x, filters, size, stride=1, activation="relu"):
    y = layers.Conv2D(filters, size, strides=stride, padding="same", use_bias=False)(x)
    y = layers.BatchNormalization()(y)
    return layers.Activation(activation)(y) if activation else y


def classified(x, y):
    return Model(x, layers.Dense(5, activation="softmax")(layers.GlobalAveragePooling2D()(y)))


def residual():
    x = Input((16, 16, 3))
    y = convolved(x, 6, 3)
    z = convolved(convolved(y, 8, 3, 2), 8, 3, activation=None)
    return classified(x, layers.ReLU()(layers.Add()([z, convolved(y, 8, 1, 2, None)])))


def mobile_v3():
    """Inverted residuals with squeeze-and-excite and hard swish, as Keras' MobileNetV3 spells them out."""
    hard_sigmoid = lambda z: layers.Rescaling(1 / 6)(layers.ReLU(6.0)(layers.Rescaling(1.0, 3.0)(z)))
    x = Input((16, 16, 3))
    y = layers.Rescaling(1 / 127.5, -1)(x)
    y = convolved(y, 6, 3, 2, None)
    y = layers.Multiply()([y, hard_sigmoid(y)])
    z = convolved(y, 12, 1)
    z = layers.ReLU()(layers.BatchNormalization()(layers.DepthwiseConv2D(5, padding="same", use_bias=False)(z)))
    gate = layers.Reshape((1, 1, 12))(layers.GlobalAveragePooling2D()(z))
    gate = hard_sigmoid(layers.Conv2D(12, 1)(layers.Conv2D(4, 1, activation="relu")(gate)))
    z = convolved(layers.Multiply()([z, gate]), 6, 1, 1, None)
    return classified(x, layers.Add()([y, z]))


def dense_net():
    x = Input((16, 16, 3))
    y = convolved(layers.ZeroPadding2D(1)(x), 6, 3, 2)
    for _ in range(3):
        z = layers.ReLU()(layers.BatchNormalization()(y))
        z = layers.Conv2D(4, 3, padding="same", use_bias=False)(convolved(z, 8, 1))
        y = layers.Concatenate()([y, z])
    return classified(x, layers.AveragePooling2D(2)(layers.Conv2D(6, 1)(layers.ReLU()(layers.BatchNormalization()(y)))))


def conv_next():
    x = Input((16, 16, 3))
    y = layers.LayerNormalization(epsilon=1e-6)(layers.Conv2D(8, 4, strides=4)(x))
    z = layers.LayerNormalization(epsilon=1e-6)(layers.DepthwiseConv2D(7, padding="same")(y))
    z = layers.Dense(8)(layers.Dense(16, activation="gelu")(z))
    return classified(x, layers.Add()([y, z]))


NETS = {}


def net(name, make, needs=()):
    needs = [needs] if isinstance(needs, str) else needs
    if all(has(need) for need in needs):
        NETS[name] = make


for size in (2, 3, 4):
    for padding in ("same", "valid"):
        for stride in (1, 2):
            net(f"conv2d-{size}-{padding}-{stride}", lambda s=size, p=padding, t=stride: chain(layers.Conv2D(5, s, strides=t, padding=p)))
            net(f"conv1d-{size}-{padding}-{stride}", lambda s=size, p=padding, t=stride: chain(layers.Conv1D(5, s, strides=t, padding=p), shape=SEQUENCE))
            net(f"depthwise2d-{size}-{padding}-{stride}", lambda s=size, p=padding, t=stride: chain(layers.DepthwiseConv2D(s, strides=t, padding=p, depth_multiplier=2)))
            net(f"separable2d-{size}-{padding}-{stride}", lambda s=size, p=padding, t=stride: chain(layers.SeparableConv2D(5, s, strides=t, padding=p)))
            net(f"transpose2d-{size}-{padding}-{stride}", lambda s=size, p=padding, t=stride: chain(layers.Conv2DTranspose(5, s, strides=t, padding=p, activation="elu")))
            net(f"pool2d-{size}-{padding}-{stride}", lambda s=size, p=padding, t=stride: chain(layers.MaxPooling2D(s, t, p), layers.AveragePooling2D(s, t, "same")))
            net(f"average2d-{size}-{padding}-{stride}", lambda s=size, p=padding, t=stride: chain(layers.AveragePooling2D(s, t, p)))
            net(f"pool1d-{size}-{padding}-{stride}", lambda s=size, p=padding, t=stride: chain(layers.MaxPooling1D(s, t, p), layers.AveragePooling1D(s, t, "same"), shape=SEQUENCE))
    net(f"transpose1d-{size}", lambda s=size: chain(layers.Conv1DTranspose(5, s, strides=2, padding="same"), shape=SEQUENCE), "Conv1DTranspose")
net("conv2d-dilated", lambda: chain(layers.Conv2D(3, 3, dilation_rate=(2, 1), padding="same"), layers.Conv2D(3, 2, dilation_rate=2)))
net("conv2d-groups", lambda: chain(layers.Conv2D(6, 3, groups=2, activation="relu")))
net("conv2d-groups-dilated", lambda: chain(layers.Conv2D(8, 3, groups=4, dilation_rate=2, padding="same", use_bias=False)))
net("conv2d-uneven", lambda: chain(layers.Conv2D(6, (2, 5), strides=(2, 1), padding="same")))
net("conv1d-causal", lambda: chain(layers.Conv1D(6, 3, dilation_rate=2, padding="causal", activation="tanh"), shape=SEQUENCE))
net("conv1d-groups", lambda: chain(layers.Conv1D(6, 3, groups=2), shape=SEQUENCE))
net("depthwise1d", lambda: chain(layers.DepthwiseConv1D(3, depth_multiplier=2, padding="same"), shape=SEQUENCE), "DepthwiseConv1D")
net("separable1d", lambda: chain(layers.SeparableConv1D(5, 3, padding="same", depth_multiplier=2), shape=SEQUENCE))
net("depthwise2d-dilated", lambda: chain(layers.DepthwiseConv2D(3, dilation_rate=2, padding="same")))
net("separable2d-multiplied", lambda: chain(layers.SeparableConv2D(5, 3, depth_multiplier=3, use_bias=False)))
net("transpose2d-output-padding", lambda: chain(layers.Conv2DTranspose(3, 3, strides=2, padding="same", output_padding=1), layers.Conv2DTranspose(2, 2, strides=3, output_padding=1)))
net("transpose2d-gaps", lambda: chain(layers.Conv2DTranspose(3, 2, strides=3), layers.Conv2DTranspose(2, 2, strides=3, padding="same")))
net("transpose2d-dilated", lambda: chain(layers.Conv2DTranspose(3, 3, dilation_rate=2, padding="same"), layers.Conv2DTranspose(3, 2, dilation_rate=2)))
net("dense-image", lambda: chain(layers.Dense(5, activation="relu")))
net("pool2d-global", lambda: chain(layers.GlobalMaxPooling2D()))
net("pool2d-global-kept", lambda: chain(layers.GlobalAveragePooling2D(keepdims=True), layers.Flatten()))
net("pool1d-global", lambda: chain(layers.GlobalMaxPooling1D(), shape=SEQUENCE))
net("pool1d-global-kept", lambda: chain(layers.GlobalAveragePooling1D(keepdims=True), shape=SEQUENCE))

for axis in (-1, 1, 2):
    net(f"batch-norm-{axis}", lambda a=axis: chain(layers.BatchNormalization(axis=a, epsilon=0.01)))
    net(f"group-norm-{axis}", lambda a=axis: chain(layers.Conv2D(4, 1), layers.GroupNormalization(groups=1 if a == 2 else 2, axis=a)), "GroupNormalization")
    net(f"unit-norm-{axis}", lambda a=axis: chain(layers.UnitNormalization(axis=a)), "UnitNormalization")
    net(f"layer-norm-{axis}", lambda a=axis: chain(layers.LayerNormalization(axis=a)))
    net(f"softmax-{axis}", lambda a=axis: chain(layers.Softmax(axis=a)))
net("batch-norm-bare", lambda: chain(layers.BatchNormalization(scale=False, center=False)))
net("layer-norm-axes", lambda: chain(layers.LayerNormalization(axis=[1, 3], scale=False)))
net("layer-norm-all", lambda: chain(layers.LayerNormalization(axis=[1, 2, 3], center=False)))
net("group-norm-instance", lambda: chain(layers.GroupNormalization(groups=-1, scale=False)), "GroupNormalization")
net("group-norm-vector", lambda: chain(layers.GroupNormalization(groups=3), shape=VECTOR), "GroupNormalization")
net("unit-norm-axes", lambda: chain(layers.UnitNormalization(axis=[1, 2])), "UnitNormalization")
net("rms-norm", lambda: chain(layers.RMSNormalization()), "RMSNormalization")
net("rescaling", lambda: chain(layers.Rescaling(1 / 3, offset=-0.5), layers.Normalization(mean=[0.1, 0.2, 0.3, 0.4], variance=[1, 2, 3, 4])))

net("flatten-reshape-permute", lambda: chain(layers.Permute((3, 1, 2)), layers.Reshape((7, -1)), layers.Permute((2, 1)), layers.Flatten()))
net("repeat", lambda: chain(layers.RepeatVector(3), layers.Dense(4), shape=VECTOR))
net("padding-cropping2d", lambda: chain(layers.ZeroPadding2D(((1, 2), (3, 0))), layers.Cropping2D(((2, 1), (0, 2))), layers.Cropping2D((1, 2)), layers.ZeroPadding2D(1)))
net("padding-cropping1d", lambda: chain(layers.ZeroPadding1D((1, 2)), layers.Cropping1D((2, 0)), shape=SEQUENCE))
for how in ("nearest", "bilinear", "bicubic"):
    net(f"upsampling2d-{how}", lambda h=how: chain(layers.UpSampling2D((2, 3), interpolation=h)))
    for anti in (False, True):
        if how == "nearest" and anti or version == "keras2" and anti:
            continue
        more = {"antialias": True} if anti else {}
        net(f"resizing-{how}-{anti}", lambda h=how, m=more: chain(layers.Resizing(5, 11, interpolation=h, **m)))
        net(f"resizing-smaller-{how}-{anti}", lambda h=how, m=more: chain(layers.Resizing(3, 2, interpolation=h, **m)))
net("resizing-cropped", lambda: chain(layers.Resizing(6, 4, crop_to_aspect_ratio=True)))
if version == "keras3":
    net("resizing-padded", lambda: chain(layers.Resizing(6, 4, pad_to_aspect_ratio=True, fill_value=0.5)))
net("center-crop", lambda: chain(layers.CenterCrop(5, 4)), "CenterCrop")
net("center-crop-larger", lambda: chain(layers.CenterCrop(10, 4)), "CenterCrop")
net("upsampling1d", lambda: chain(layers.UpSampling1D(3), shape=SEQUENCE))

ACTIVATIONS = "relu relu6 leaky_relu elu celu selu sigmoid hard_sigmoid hard_silu hard_swish hard_tanh hard_shrink soft_shrink tanh_shrink tanh softplus softsign swish silu gelu glu mish exponential squareplus sparse_plus sparse_sigmoid log_sigmoid log_softmax softmax linear"
for name in ACTIVATIONS.split():
    try:
        keras.activations.get(name)
    except Exception:
        continue
    net(f"activation-{name}", lambda n=name: chain(layers.Conv2D(4, 1, activation=n), layers.Activation(n)))
net("relu-layer", lambda: chain(layers.ReLU(max_value=1.5, negative_slope=0.1, threshold=0.2)))
net("relu-layers", lambda: chain(layers.LeakyReLU(), layers.ELU(alpha=0.5), layers.ReLU(0.8)))
net("leaky-relu-argument", lambda: chain(layers.Dense(3, activation=layers.LeakyReLU())))
net("thresholded-relu", lambda: chain(layers.ThresholdedReLU(0.3)), "ThresholdedReLU")
net("prelu", lambda: chain(layers.PReLU()))
net("prelu-shared", lambda: chain(layers.PReLU(shared_axes=[1, 2]), layers.PReLU(shared_axes=[3])))

for name in ("Add", "Multiply", "Average", "Maximum", "Minimum"):
    net(f"merge-{name.lower()}", lambda n=name: merged(n, [(3, 2)] * 3))
    net(f"merge-{name.lower()}-ranks", lambda n=name: merged(n, [(5, 3, 2), (3, 2), (2,)]))
net("merge-subtract", lambda: merged("Subtract", [(3, 2)] * 2))
net("merge-subtract-ranks", lambda: merged("Subtract", [(3, 2), (2,)]))
net("merge-concatenate", lambda: merged("Concatenate", [(3, 2), (4, 2)], axis=1))
net("merge-concatenate-last", lambda: merged("Concatenate", [(3, 2), (3, 4), (3, 1)]))
net("dot-vectors", lambda: merged("Dot", [(5,), (5,)], axes=1))
net("dot-cosine", lambda: merged("Dot", [(5,), (5,)], axes=-1, normalize=True))
net("dot-matrices", lambda: merged("Dot", [(3, 5), (5, 2)], axes=(2, 1)))
net("dot-matrices-cosine", lambda: merged("Dot", [(3, 5), (4, 5)], axes=2, normalize=True))
net("dot-matrix-vector", lambda: merged("Dot", [(3, 5), (5,)], axes=(2, 1)))
net("dot-vector-matrix", lambda: merged("Dot", [(5,), (3, 5)], axes=(1, 2)))
net("dot-tensors", lambda: merged("Dot", [(3, 4, 5), (2, 4, 3)], axes=(1, 3)))

net("shared", shared)
net("nested", nested)
net("outputs", outputs)
net("squeeze-excite", squeeze)
net("attention", attention)
net("attention-values", lambda: attention(value_dim=4, output_shape=7, use_bias=False, dropout=0.1))
net("attention-keywords", lambda: attention(call=lambda mha, x: mha(query=x, value=x, key=x)))
net("attention-image", lambda: attention(shape=(6, 4, 5)))
net("attention-cross", lambda: attention(call=lambda mha, x: mha(x, layers.Dense(3)(x), layers.Dense(2)(x))))
net("transformer", block)
net("residual", residual)
net("mobile-v3", mobile_v3)
net("dense-net", dense_net)
net("conv-next", conv_next)
net("noise", lambda: chain(layers.GaussianNoise(0.1), layers.GaussianDropout(0.1), layers.SpatialDropout2D(0.1), layers.RandomFlip(), layers.RandomRotation(0.1), layers.RandomZoom(0.1), layers.ActivityRegularization(), layers.Dropout(0.5)))



def functional(function):
    x = Input(IMAGE)
    return Model(x, function(x))


# As graphs these are TensorFlow's own operations, which plain.py covers.
if not is_graphs:
    for name, function in between(keras, version).items():
        net(name, lambda f=function: functional(f))


def class_names(model):
    for layer in model.layers:
        if hasattr(layer, "layers"):
            yield from class_names(layer)
        elif type(layer).__name__ != "InputLayer":
            yield type(layer).__name__


def save(name, make, random):
    """Returns the names of the net's layers."""
    keras.utils.set_random_seed(1)
    model = make()
    randomise(model, random)
    x = random.normal(0, 1, (3, *model.input_shape[1:])).astype("float32")
    y = model(x, training=False)
    if isinstance(y, (list, tuple)):
        y = y[0]
    if is_graphs:
        from graphs import write_graphs

        write_graphs(model, folder, name)
    for ending in () if is_graphs else ("keras", "h5"):
        try:
            model.save(folder / f"{name}.{ending}")
        except Exception as error:
            (folder / f"{name}.{ending}").unlink(missing_ok=True)
            print(f"not saved by Keras: {name}.{ending}: {str(error).splitlines()[0]}")
    np.savez(folder / f"{name}.npz", x=x, y=np.asarray(y))
    return class_names(model)


random = np.random.default_rng(20240501)
covered = set()
folder.mkdir(parents=True, exist_ok=True)
for name, make in NETS.items():
    try:
        covered.update(save(name, make, random))
    except Exception as error:
        print(f"not computed by Keras: {name}: {str(error).strip().splitlines()[-1]}")
(folder / "layers.txt").write_text("\n".join(sorted(covered)) + "\n")
