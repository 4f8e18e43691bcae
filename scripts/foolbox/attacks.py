"""Foolbox's attacks on the net and the images of an .npz file; the points they end at, as JSON on standard output.

attacks.py TASK.npz    float32 x [n, pixels], w0 b0 w1 b1 ... [in, out], int64 label target; epsilons [sign, radius]
"""

import json
import sys

import numpy as np
import torch
from torch import nn

import foolbox as fb

task = np.load(sys.argv[1])
x = torch.from_numpy(task["x"])
label, target = (torch.from_numpy(task[key].astype(np.int64)) for key in ("label", "target"))
layers = []
count = sum(key.startswith("w") for key in task.files)
for i in range(count):
    weight = torch.from_numpy(task[f"w{i}"])
    layer = nn.Linear(*weight.shape)
    with torch.no_grad():
        layer.weight.copy_(weight.T)
        layer.bias.copy_(torch.from_numpy(task[f"b{i}"]))
    layers += [layer] + ([nn.Tanh()] if i + 1 < count else [])
net = nn.Sequential(*layers).eval()
for parameter in net.parameters():
    parameter.requires_grad_(False)
model = fb.PyTorchModel(net, bounds=(0, 1), device="cpu")
untargeted = fb.criteria.Misclassification(label)
targeted = fb.criteria.TargetedMisclassification(target)
sign, radius = task["epsilons"]
linf = fb.attacks.LinfPGD(rel_stepsize=1.0, steps=1, random_start=False)
l2 = fb.attacks.L2PGD(rel_stepsize=0.025, steps=50, random_start=False)
results = {}
for name, criterion in (("untargeted", untargeted), ("targeted", targeted)):
    results[name] = {
        "fgsm": linf.run(model, x, criterion, epsilon=float(sign)),
        "pgd": l2.run(model, x, criterion, epsilon=float(radius)),
        "ddn": fb.attacks.DDNAttack(steps=100).run(model, x, criterion),
    }
rounded = {
    kind: {method: [[round(float(v), 7) for v in row] for row in points] for method, points in of.items()}
    for kind, of in results.items()
}
json.dump(rounded, sys.stdout)
