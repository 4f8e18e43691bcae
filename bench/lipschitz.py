"""Operator norms as NumPy has them: FFT of the kernel, singular values at every frequency of the half plane.

    python lipschitz.py FILE KIND SIZES...     prints one line: seconds of the processor, norm

FILE holds float32 weights. KIND conv: kh kw in out stride grid (phases of a strided kernel as channels, as in the paper);
KIND dense: rows columns.
"""

import sys
import time

import numpy as np


def convolution(kernel, stride, grid):
    height, width, into, out = kernel.shape
    if stride > 1:
        steps = -(-height // stride), -(-width // stride)
        whole = np.zeros((steps[0] * stride, steps[1] * stride, into, out), np.float32)
        whole[:height, :width] = kernel
        kernel = whole.reshape(steps[0], stride, steps[1], stride, into, out)
        kernel = kernel.transpose(0, 2, 1, 3, 4, 5).reshape(*steps, stride * stride * into, out)
    transform = np.fft.fft2(kernel, s=(grid, grid), axes=(0, 1))[:, : grid // 2 + 1]
    return np.linalg.svd(transform.astype(np.complex64), compute_uv=False).max()


def main():
    path, kind, *sizes = sys.argv[1:]
    sizes = [int(size) for size in sizes]
    weights = np.fromfile(path, np.float32)
    # A first call, so that what is loaded lazily isn't measured.
    np.linalg.svd(np.fft.fft2(np.ones((2, 2, 2), np.float32)).astype(np.complex64), compute_uv=False)
    start = time.process_time()
    if kind == "conv":
        norm = convolution(weights.reshape(sizes[:4]), *sizes[4:])
    else:
        norm = np.linalg.svd(weights.reshape(sizes), compute_uv=False).max()
    print(time.process_time() - start, float(norm))


main()
