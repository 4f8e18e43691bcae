"""Small PyTorch nets with random weights, exported to ONNX at several operator sets.

    python torchNets.py FOLDER

Writes FOLDER/NAME-OPSET.onnx. Needs torch 1.13 or later; its outputs are not used, the files are run elsewhere.
"""

import sys
import warnings

import torch
import torch.nn.functional as F
from torch import nn

OPSETS = [9, 11, 13, 17]
SIZE = 32
CLASSES = 7


class Residual(nn.Module):
    def __init__(self, c, d, stride):
        super().__init__()
        self.a = nn.Conv2d(c, d, 3, stride, 1, bias=False)
        self.na = nn.BatchNorm2d(d)
        self.b = nn.Conv2d(d, d, 3, 1, 1, bias=False)
        self.nb = nn.BatchNorm2d(d)
        self.skip = nn.Sequential(nn.Conv2d(c, d, 1, stride, bias=False), nn.BatchNorm2d(d)) if stride > 1 else nn.Identity()

    def forward(self, x):
        return F.relu(self.nb(self.b(F.relu(self.na(self.a(x))))) + self.skip(x))


class ResidualNet(nn.Module):
    def __init__(self):
        super().__init__()
        self.stem = nn.Sequential(nn.Conv2d(3, 8, 7, 2, 3, bias=False), nn.BatchNorm2d(8), nn.ReLU(), nn.MaxPool2d(3, 2, 1))
        self.body = nn.Sequential(Residual(8, 8, 1), Residual(8, 16, 2))
        self.head = nn.Linear(16, CLASSES)

    def forward(self, x):
        return self.head(torch.flatten(F.adaptive_avg_pool2d(self.body(self.stem(x)), 1), 1))


class Squeeze(nn.Module):
    def __init__(self, c):
        super().__init__()
        self.down, self.up = nn.Conv2d(c, c // 4, 1), nn.Conv2d(c // 4, c, 1)

    def forward(self, x):
        return x * F.hardsigmoid(self.up(F.relu(self.down(F.adaptive_avg_pool2d(x, 1)))))


class Inverted(nn.Module):
    def __init__(self, c, e, d, k, stride, squeeze, act):
        super().__init__()
        parts = [nn.Conv2d(c, e, 1, bias=False), nn.BatchNorm2d(e), act()]
        parts += [nn.Conv2d(e, e, k, stride, k // 2, groups=e, bias=False), nn.BatchNorm2d(e), act()]
        parts += [Squeeze(e)] if squeeze else []
        self.layers = nn.Sequential(*parts, nn.Conv2d(e, d, 1, bias=False), nn.BatchNorm2d(d))
        self.adds = stride == 1 and c == d

    def forward(self, x):
        return x + self.layers(x) if self.adds else self.layers(x)


class MobileNet(nn.Module):
    def __init__(self):
        super().__init__()
        self.stem = nn.Sequential(nn.Conv2d(3, 8, 3, 2, 1, bias=False), nn.BatchNorm2d(8), nn.Hardswish())
        self.body = nn.Sequential(
            Inverted(8, 16, 8, 3, 1, True, nn.ReLU),
            Inverted(8, 24, 12, 5, 2, True, nn.Hardswish),
            Inverted(12, 24, 12, 3, 1, False, nn.SiLU),
        )
        self.head = nn.Sequential(nn.Linear(12, 20), nn.Hardswish(), nn.Dropout(0.2), nn.Linear(20, CLASSES))

    def forward(self, x):
        return F.softmax(self.head(self.body(self.stem(x)).mean([2, 3])), 1)


class DenseNet(nn.Module):
    def __init__(self):
        super().__init__()
        self.stem = nn.Conv2d(3, 8, 3, 1, 1)
        self.layers = nn.ModuleList()
        c = 8
        for _ in range(3):
            self.layers.append(nn.Sequential(nn.BatchNorm2d(c), nn.ReLU(), nn.Conv2d(c, 4, 3, 1, 1, bias=False)))
            c += 4
        self.transition = nn.Sequential(nn.BatchNorm2d(c), nn.ReLU(), nn.Conv2d(c, 10, 1, bias=False), nn.AvgPool2d(2))
        self.norm, self.head = nn.BatchNorm2d(10), nn.Linear(10 * 4 * 4, CLASSES)

    def forward(self, x):
        x = self.stem(x)
        for layer in self.layers:
            x = torch.cat([x, layer(x)], 1)
        x = F.adaptive_avg_pool2d(F.leaky_relu(self.norm(self.transition(x))), 4)
        return F.log_softmax(self.head(x.view(x.size(0), -1)), -1)


class ChannelNorm(nn.LayerNorm):
    def forward(self, x):
        return super().forward(x.permute(0, 2, 3, 1)).permute(0, 3, 1, 2)


class ConvNextBlock(nn.Module):
    def __init__(self, c):
        super().__init__()
        self.dw, self.norm = nn.Conv2d(c, c, 7, 1, 3, groups=c), nn.LayerNorm(c)
        self.up, self.down = nn.Linear(c, 4 * c), nn.Linear(4 * c, c)
        self.scale = nn.Parameter(torch.randn(c))

    def forward(self, x):
        y = self.norm(self.dw(x).permute(0, 2, 3, 1))
        y = self.scale * self.down(F.gelu(self.up(y)))
        return x + y.permute(0, 3, 1, 2)


class ConvNext(nn.Module):
    def __init__(self):
        super().__init__()
        self.stem = nn.Sequential(nn.Conv2d(3, 8, 4, 4), ChannelNorm(8))
        self.body = nn.Sequential(ConvNextBlock(8), ChannelNorm(8), nn.Conv2d(8, 16, 2, 2), ConvNextBlock(16))
        self.norm, self.head = nn.LayerNorm(16), nn.Linear(16, CLASSES)

    def forward(self, x):
        return self.head(self.norm(self.body(self.stem(x)).mean([-2, -1])))


class Attention(nn.Module):
    def __init__(self, e, heads):
        super().__init__()
        self.heads, self.qkv, self.out = heads, nn.Linear(e, 3 * e), nn.Linear(e, e)

    def forward(self, x):
        n, l, e = x.shape
        q, k, v = self.qkv(x).reshape(n, l, 3, self.heads, e // self.heads).permute(2, 0, 3, 1, 4).unbind(0)
        weights = (q @ k.transpose(-2, -1) * (e // self.heads) ** -0.5).softmax(-1)
        return self.out((weights @ v).transpose(1, 2).reshape(n, l, e))


class Block(nn.Module):
    def __init__(self, e, torch_attention):
        super().__init__()
        self.na, self.nb = nn.LayerNorm(e), nn.LayerNorm(e)
        self.own = None if torch_attention else Attention(e, 3)
        self.other = nn.MultiheadAttention(e, 3, batch_first=True) if torch_attention else None
        self.up, self.down = nn.Linear(e, 2 * e), nn.Linear(2 * e, e)

    def forward(self, x):
        y = self.na(x)
        x = x + (self.own(y) if self.own else self.other(y, y, y, need_weights=False)[0])
        return x + self.down(F.gelu(self.up(self.nb(x))))


class VisionTransformer(nn.Module):
    def __init__(self):
        super().__init__()
        e = 12
        self.patches = nn.Conv2d(3, e, 8, 8)
        self.token = nn.Parameter(torch.randn(1, 1, e))
        self.places = nn.Parameter(torch.randn(1, 17, e))
        self.blocks = nn.Sequential(Block(e, False), Block(e, True))
        self.norm, self.head = nn.LayerNorm(e), nn.Linear(e, CLASSES)

    def forward(self, x):
        x = self.patches(x).flatten(2).transpose(1, 2)
        x = torch.cat([self.token.expand(x.shape[0], -1, -1), x], 1) + self.places
        return self.head(self.norm(self.blocks(x))[:, 0])


class Assorted(nn.Module):
    """Group and instance normalisation, channel shuffle, pixel shuffle, transposed convolution, resizing, padding."""

    def __init__(self):
        super().__init__()
        self.a, self.gn = nn.Conv2d(3, 12, 3, 2, 1), nn.GroupNorm(3, 12)
        self.inorm = nn.InstanceNorm2d(12, affine=True)
        self.b = nn.Conv2d(12, 12, 3, groups=3)
        self.up = nn.ConvTranspose2d(12, 8, 3, 2, 1, output_padding=1)
        self.prelu = nn.PReLU(2)
        self.head = nn.Linear(2 * 8, CLASSES)

    def forward(self, x):
        x = F.silu(self.gn(self.a(x)))
        n, c, h, w = x.shape
        x = x.view(n, 3, c // 3, h, w).transpose(1, 2).reshape(n, c, h, w)
        x = self.b(F.pad(self.inorm(x), (1, 1, 2, 0), mode="reflect"))
        x = F.pixel_shuffle(self.up(x), 2)
        x = self.prelu(F.interpolate(x, scale_factor=0.5, mode="nearest"))
        x = F.mish(F.interpolate(x, size=(11, 9), mode="bilinear", align_corners=False))
        top, bottom = x.chunk(2, 2)
        x = torch.cat([F.avg_pool2d(top, 3, 2, ceil_mode=True), F.max_pool2d(bottom, 2, 2, dilation=2)[:, :, :1]], 2)
        x = torch.cat([x.amax((2,)), x.std(2)], 1).reshape(n, -1)
        return self.head(x[:, : 2 * 8])


NETS = {
    "residual": ResidualNet,
    "mobilenet": MobileNet,
    "densenet": DenseNet,
    "convnext": ConvNext,
    "transformer": VisionTransformer,
    "assorted": Assorted,
}


def random_statistics(net):
    for module in net.modules():
        if isinstance(module, (nn.BatchNorm2d, nn.LayerNorm, nn.GroupNorm, nn.InstanceNorm2d)):
            nn.init.normal_(module.weight, 1, 0.3)
            nn.init.normal_(module.bias, 0, 0.3)
        if isinstance(module, nn.BatchNorm2d):
            nn.init.normal_(module.running_mean, 0, 0.3)
            nn.init.uniform_(module.running_var, 0.5, 2)


def main(folder):
    warnings.filterwarnings("ignore")
    for i, (name, make) in enumerate(NETS.items()):
        torch.manual_seed(i)
        net = make().eval()
        random_statistics(net)
        for j, opset in enumerate(OPSETS):
            # The batch open in two of four files, fixed to 1 and to 4 in the others.
            batch = 4 if j == 1 else 1
            axes = {} if j < 2 else {"x": {0: "batch"}, "y": {0: "batch"}}
            path = f"{folder}/{name}-{opset}.onnx"
            try:
                torch.onnx.export(
                    net,
                    torch.randn(batch, 3, SIZE, SIZE),
                    path,
                    opset_version=opset,
                    input_names=["x"],
                    output_names=["y"],
                    dynamic_axes=axes,
                )
            except Exception as error:
                print(f"{name}-{opset}: torch doesn't export it: {str(error).splitlines()[0][:150]}", flush=True)


main(sys.argv[1])
