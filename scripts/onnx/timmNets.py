"""Nets of timm and torchvision with random weights, exported to ONNX by PyTorch's older and newer exporter.

    python timmNets.py FOLDER [PART OF A NAME ...]

Writes FOLDER/NAME-EXPORTER-OPSET.onnx where it isn't there yet, and prints a line of JSON for each export that fails.
"""

import json
import os
import sys
import warnings

import timm
import torch
import torchvision.models as tv

CLASSES = 10
# The older exporter writes up to operator set 20; Attention is an operation of 23.
EXPORTS = [("older", 17), ("newer", 18), ("newer", 23)]


def net(name, size=64, **options):
    return f"timm-{name}", size, lambda: timm.create_model(name, pretrained=False, num_classes=CLASSES, **options)


def vision(name, size=64, **options):
    return f"torchvision-{name}", size, lambda: tv.get_model(name, weights=None, num_classes=CLASSES, **options)


def vision_transformer():
    return tv.VisionTransformer(
        image_size=32, patch_size=8, num_layers=3, num_heads=3, hidden_dim=48, mlp_dim=96, num_classes=CLASSES
    )


NETS = [
    net("resnet18"),
    net("resnetv2_50d_gn"),
    net("resnest14d"),
    net("efficientnet_b0"),
    net("tf_efficientnetv2_b0"),
    net("mobilenetv3_small_100"),
    net("mobilenetv3_large_100"),
    net("convnext_atto"),
    net("convnextv2_atto"),
    net("vit_tiny_patch16_224", img_size=64),
    net("deit3_small_patch16_224", size=32, img_size=32),
    net("vit_wee_patch16_reg1_gap_256", img_size=64),
    net("vit_small_patch16_rope_224", img_size=64),
    net("swin_tiny_patch4_window7_224", size=56, img_size=56, window_size=7, depths=(2, 2), num_heads=(3, 6)),
    net("swinv2_tiny_window8_256", size=64, img_size=64, window_size=4, depths=(2, 2), num_heads=(3, 6)),
    net("maxvit_pico_rw_256", size=64, img_size=64),
    net("maxvit_tiny_tf_224", size=64, img_size=64),
    net("coatnet_nano_rw_224", size=64, img_size=64),
    net("regnety_002"),
    net("regnetx_002"),
    net("densenet121"),
    net("inception_v3", size=96),
    net("inception_resnet_v2", size=96),
    vision("resnet18"),
    vision("efficientnet_b0"),
    vision("efficientnet_v2_s"),
    vision("mobilenet_v3_small"),
    vision("mobilenet_v2"),
    vision("convnext_tiny"),
    ("torchvision-vit", 32, vision_transformer),
    vision("swin_t"),
    vision("swin_v2_t"),
    (
        "torchvision-maxvit",
        56,
        lambda: tv.MaxVit((56, 56), 16, 7, [16, 32], [1, 2], 8, 0.0, num_classes=CLASSES),
    ),
    vision("regnet_y_400mf"),
    vision("densenet121"),
    vision("inception_v3", size=96, aux_logits=False, init_weights=False),
    vision("googlenet", aux_logits=False, init_weights=False),
    vision("shufflenet_v2_x0_5"),
    vision("squeezenet1_1"),
    vision("mnasnet0_5"),
]


def randomise(model):
    """Random statistics, and noise on everything that begins as one number, so that no part of the net does nothing."""
    with torch.no_grad():
        for module in model.modules():
            if getattr(module, "running_var", None) is not None:
                module.running_mean.normal_(0, 0.3)
                module.running_var.uniform_(0.5, 2)
        for parameter in model.parameters():
            first = parameter.flatten()[0]
            if bool((parameter == first).all()):
                # Layer scales begin as next to nothing.
                middle = 0.5 if 0 < abs(first) < 1e-2 else first
                parameter.copy_(middle + 0.2 * torch.randn_like(parameter))


def main(folder, parts):
    warnings.filterwarnings("ignore")
    for i, (name, size, make) in enumerate(NETS):
        if parts and not any(part in name for part in parts):
            continue
        wanted = [export for export in EXPORTS if not os.path.exists(path_of(folder, name, *export))]
        if not wanted:
            continue
        torch.manual_seed(i)
        try:
            model = make().eval()
        except Exception as error:
            print(json.dumps({"net": name, "failed": first_line(error)}), flush=True)
            continue
        randomise(model)
        for exporter, opset in wanted:
            path = path_of(folder, name, exporter, opset)
            partial = f"{path}.partial"
            try:
                torch.onnx.export(
                    model,
                    (torch.randn(1, 3, size, size),),
                    partial,
                    opset_version=opset,
                    input_names=["x"],
                    output_names=["y"],
                    dynamo=exporter == "newer",
                    **({"external_data": False, "verbose": False} if exporter == "newer" else {}),
                )
                os.rename(partial, path)
            except Exception as error:
                print(json.dumps({"net": f"{name}-{exporter}-{opset}", "failed": first_line(error)}), flush=True)


def path_of(folder, name, exporter, opset):
    return f"{folder}/{name}-{exporter}-{opset}.onnx"


def first_line(error):
    return (str(error).strip().splitlines() or [type(error).__name__])[0][:150]


main(sys.argv[1], sys.argv[2:])
