"""The other side of the benchmark: trains the nets in PyTorch, runs the peers on them, judges every result.

    peers.py train FOLDER MNIST                  the nets, once
    peers.py attack FOLDER NET PEER OUT COUNT    one peer on the first images of one net
    peers.py exact FOLDER NET OUT COUNT          the nearest points for the linear net, by quadratic programming
    peers.py judge FOLDER NET RESULT OUT         the points of a result, each alone at batch size 1

NET-images.npz has the images, what the net says of them, and the targets.

One thread; times are CPU times of the process. Results are .npz files: x of the points, seconds.
"""

import gzip
import math
import os
import sys
import time
import types

for name in ("OMP_NUM_THREADS", "OPENBLAS_NUM_THREADS", "MKL_NUM_THREADS"):
    os.environ[name] = "1"
import numpy as np
import torch
from torch import nn

torch.set_num_threads(1)

MARGIN = 2e-5  # of every point, times 1 + |its logit|


def perceptron(sizes, activation):
    layers = [nn.Flatten()]
    for i, (into, out) in enumerate(zip(sizes, sizes[1:])):
        layers += [nn.Linear(into, out)] + ([activation()] if i + 2 < len(sizes) else [])
    return nn.Sequential(*layers)


def small_cnn():
    return nn.Sequential(
        nn.Conv2d(1, 16, 5), nn.ReLU(), nn.MaxPool2d(2),
        nn.Conv2d(16, 32, 5), nn.ReLU(), nn.MaxPool2d(2),
        nn.Flatten(), nn.Linear(512, 100), nn.ReLU(), nn.Linear(100, 10),
    )


NETS = {
    "linear": (lambda: perceptron([784, 10], nn.Sigmoid), 5),
    "fc100": (lambda: perceptron([784, 100, 100, 10], nn.Sigmoid), 12),
    "fc200": (lambda: perceptron([784, 200, 200, 10], nn.Sigmoid), 12),
    "relu": (lambda: perceptron([784, 256, 256, 256, 256, 10], nn.ReLU), 5),
    "cnn": (small_cnn, 4),
}


def digits(folder, part):
    with gzip.open(f"{folder}/{part}-images-idx3-ubyte.gz") as file:
        x = np.frombuffer(file.read(), np.uint8, offset=16).reshape(-1, 1, 28, 28)
    with gzip.open(f"{folder}/{part}-labels-idx1-ubyte.gz") as file:
        y = np.frombuffer(file.read(), np.uint8, offset=8)
    return torch.from_numpy(x.astype(np.float32) / 255), torch.from_numpy(y.astype(np.int64))


def train(folder, mnist):
    x, y = digits(mnist, "train")
    test, labels = digits(mnist, "t10k")
    for name, (make, epochs) in NETS.items():
        if os.path.exists(f"{folder}/{name}.npz"):
            continue
        torch.manual_seed(1)
        net = make()
        optimizer = torch.optim.Adam(net.parameters(), 1e-3)
        for epoch in range(epochs):
            for group in optimizer.param_groups:
                group["lr"] = 1e-3 * (1 - epoch / epochs)
            order = torch.randperm(len(x))
            for start in range(0, len(x), 100):
                batch = order[start : start + 100]
                loss = nn.functional.cross_entropy(net(x[batch]), y[batch])
                optimizer.zero_grad()
                loss.backward()
                optimizer.step()
        with torch.no_grad():
            right = (net(test).argmax(1) == labels).float().mean().item()
        print(f"{name}: {100 * right:.2f}% of the test images right", flush=True)
        weights = {key.replace(".", "_"): value.detach().numpy() for key, value in net.named_parameters()}
        np.savez(f"{folder}/{name}.npz", **weights)


def load(folder, name):
    net = NETS[name][0]()
    weights = np.load(f"{folder}/{name}.npz")
    with torch.no_grad():
        for key, parameter in net.named_parameters():
            parameter.copy_(torch.from_numpy(weights[key.replace(".", "_")]))
            parameter.requires_grad_(False)
    return net.eval()


def task(folder, name, count=None):
    """The first images `[n, 1, 28, 28]`, what the net says of them, and targets (-1: any other label)."""
    images = np.load(f"{folder}/{name}-images.npz")
    x = torch.from_numpy(images["x"]).reshape(-1, 1, 28, 28)[:count]
    label, target = (torch.from_numpy(images[key].astype(np.int64))[:count] for key in ("label", "target"))
    return x, label, target


def excess(logits, label, target):
    """How far each point's margin is above the least accepted one; negative where it isn't adversarial."""
    if target < 0:
        others = logits.clone()
        others[label] = -math.inf
        target = int(others.argmax())
    rest = torch.cat([logits[:target], logits[target + 1 :]])
    return float(logits[target] - rest.max()) - MARGIN * (1 + abs(float(logits[target])))


def judge(folder, name, result, out):
    """Each point alone; one that fails is moved outwards by at most 2% of its perturbation."""
    net = load(folder, name)
    points = np.load(result)["x"]
    x, label, target = task(folder, name, len(points))
    found = torch.from_numpy(points).reshape(x.shape).clamp(0, 1)
    success = np.zeros(len(x), np.float32)
    distance = np.zeros(len(x), np.float32)
    with torch.no_grad():
        for i in range(len(x)):
            move = 0.0
            while move <= 0.02:
                point = (found[i] + move * (found[i] - x[i])).clamp(0, 1)
                # A little below the margin asked for: sums of float32 come out differently in another library.
                if excess(net(point[None])[0], int(label[i]), int(target[i])) >= -MARGIN / 2:
                    success[i] = 1
                    distance[i] = (point - x[i]).double().square().mean().sqrt()
                    break
                move = 2e-6 if move == 0 else 2 * move
    np.savez(out, success=success, distance=distance)


def penalised(net, c, x0, target):
    shape = x0.shape

    def value_and_gradient(flat):
        x = torch.from_numpy(flat.astype(np.float32)).reshape(1, *shape).requires_grad_(True)
        loss = c * (x - x0).square().sum() + nn.functional.cross_entropy(net(x), target[None])
        (gradient,) = torch.autograd.grad(loss, x)
        return float(loss), gradient.numpy().ravel().astype(np.float64)

    return value_and_gradient


def scipy_lbfgs(net, x, label, target):
    """The paper's method as it is usually written: L-BFGS-B from the image for each weight c of the distance, a search over c."""
    from scipy.optimize import fmin_l_bfgs_b

    best = x.clone()
    for i in range(len(x)):
        low, high, nearest = None, None, math.inf
        c = 0.1
        for _ in range(16):
            flat, _, _ = fmin_l_bfgs_b(
                penalised(net, c, x[i], target[i]), x[i].numpy().ravel().astype(np.float64),
                bounds=[(0, 1)] * x[i].numel(), maxiter=50,
            )
            point = torch.from_numpy(flat.astype(np.float32)).reshape(x[i].shape)
            with torch.no_grad():
                hit = int(net(point[None]).argmax()) == int(target[i])
            distance = float((point - x[i]).norm())
            if hit and distance < nearest:
                nearest, best[i] = distance, point
            if hit:
                low = c
            else:
                high = c
            c = 4 * c if high is None else c / 4 if low is None else math.sqrt(low * high)
            if low and high and high / low < 4 ** (1 / 64) * 1.0001:
                break
    return best


def starting_points(net, x, label, target, mnist):
    """For each image the nearest training image that has the wanted label."""
    with torch.no_grad():
        pool, _ = digits(mnist, "train")
        pool = pool[:20000]
        said = torch.cat([net(part).argmax(1) for part in pool.split(1000)])
    starts = []
    for i in range(len(x)):
        fitting = pool[said == target[i]] if target[i] >= 0 else pool[said != label[i]]
        starts.append(fitting[(fitting - x[i]).flatten(1).norm(dim=1).argmin()])
    return torch.stack(starts)


def exact(folder, name, out, count):
    import quadprog

    net = load(folder, name)
    x, label, target = task(folder, name, int(count))
    weight, bias = (parameter.double().numpy() for parameter in net.parameters())
    n = weight.shape[1]
    distance = []
    for i in range(len(x)):
        x0 = x[i].double().numpy().ravel()
        wanted = [int(target[i])] if target[i] >= 0 else [t for t in range(len(weight)) if t != label[i]]
        nearest = math.inf
        for t in wanted:
            others = [j for j in range(len(weight)) if j != t]
            # z_t - z_j >= 0, x >= 0, -x >= -1
            rows = np.concatenate([weight[t] - weight[others], np.eye(n), -np.eye(n)])
            bounds = np.concatenate([bias[others] - bias[t], np.zeros(n), -np.ones(n)])
            point = quadprog.solve_qp(np.eye(n), x0, rows.T, bounds)[0]
            nearest = min(nearest, np.sqrt(np.mean((point - x0) ** 2)))
        distance.append(nearest)
    np.savez(out, distance=np.float32(distance))


def attack(folder, name, peer, out, count):
    net = load(folder, name)
    x, label, target = task(folder, name, int(count))
    targeted = bool((target >= 0).all())
    aim = target if targeted else label
    method, _, steps = peer.partition("-")
    steps = int(steps or 0)
    if method in ("pdgd", "alma"):
        # adv-lib imports torchvision and visdom for a distance and a display that aren't used here.
        for unused in ("torchvision", "visdom"):
            sys.modules[unused] = types.ModuleType(unused)
        sys.modules["torchvision"].models = types.ModuleType("models")
        from adv_lib.attacks import alma, pdgd

        run = {
            "pdgd": lambda: pdgd(net, x, aim, targeted=targeted, num_steps=steps),
            "alma": lambda: alma(net, x, aim, targeted=targeted, num_steps=steps),
        }[method]
    elif method == "scipy":
        run = lambda: scipy_lbfgs(net, x, label, target)
    else:
        import foolbox as fb

        model = fb.PyTorchModel(net, bounds=(0, 1), device="cpu")
        criterion = fb.criteria.TargetedMisclassification(aim) if targeted else fb.criteria.Misclassification(aim)
        if method == "bb":
            starts = starting_points(net, x, label, target, os.environ["MNIST"])
            bb = fb.attacks.L2BrendelBethgeAttack(steps=steps)
            # Its compiled parts are compiled by a first short run, outside the clock.
            few = fb.criteria.TargetedMisclassification(aim[:1]) if targeted else fb.criteria.Misclassification(aim[:1])
            fb.attacks.L2BrendelBethgeAttack(steps=2).run(model, x[:1], few, starting_points=starts[:1])
            run = lambda: bb.run(model, x, criterion, starting_points=starts)
        else:
            foolbox_attack = {
                "ddn": lambda: fb.attacks.DDNAttack(steps=steps),
                "cw": lambda: fb.attacks.L2CarliniWagnerAttack(binary_search_steps=9, steps=steps),
            }[method]()
            run = lambda: foolbox_attack.run(model, x, criterion)
    began = time.process_time()
    found = run()
    seconds = time.process_time() - began
    np.savez(out, x=found.detach().numpy().reshape(len(x), -1), seconds=np.float32([seconds]))


if __name__ == "__main__":
    {"train": train, "attack": attack, "exact": exact, "judge": judge}[sys.argv[1]](*sys.argv[2:])
