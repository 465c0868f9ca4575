"""Trains the network of residual echo on scenes of echo_scenes.py: `python echo_train.py SCENES APART OUT.pt MINUTES [BEGIN.pt]`.

It hears 324 numbers each 10 ms and says a gain for each of 40 bands, and how much of the filter's echo is to be taken out. The loss compares
compressed magnitudes (power 0.3) and spectra of what would come out with the near end. What is written is the mean of the weights over some
500 steps. BEGIN.pt: weights to go on from. Then `python export.py OUT.pt ../../src/processing/audio/aec/residual_network/weights.bin`.
"""
import copy
import glob
import math
import os
import sys
import time

import numpy as np
import soundfile as sf
import torch

CENTRES = [1, 3, 5, 7, 9, 11, 13, 15, 17, 19, 21, 23, 25, 27, 29, 31, 34, 37, 40, 43, 46, 50, 54, 58, 63, 68, 73, 78, 84, 90, 96, 103]
CENTRES += [110, 117, 124, 131, 138, 145, 152, 158]
BANDS, BINS = len(CENTRES), 161
INPUTS = 8 * BANDS + 4
UNITS, MEAN = 128, 0.002
SCALE = 256.0  # of spectra kept as halves


def spread():
    """From the bands to the bins."""
    matrix = np.zeros((BANDS, BINS), np.float32)
    for k in range(BINS):
        low = max([b for b in range(BANDS - 1) if CENTRES[b] <= k] or [0])
        share = np.clip((k - CENTRES[low]) / (CENTRES[low + 1] - CENTRES[low]), 0, 1)
        matrix[low : low + 2, k] = 1 - share, share
    return torch.tensor(matrix)


SPREAD = spread()


def target(path):
    """The spectra of the near end, under the canceller's analysis window."""
    x, fs = sf.read(path, dtype="float32")
    block = fs // 100
    x = x[: len(x) // block * block].reshape(-1, block)
    n = np.arange(2 * block) + 0.5
    window = np.sin(np.pi / 2 * np.minimum(n / (1.5 * block), (2 * block - n) / (0.5 * block))) ** 2
    earlier = np.concatenate([np.zeros((1, block), np.float32), x[:-1]])
    found = np.fft.rfft(np.concatenate([earlier, x], 1) * window, axis=1)[:, :BINS]
    spectra = np.zeros((len(x), 2, BINS), np.float32)
    spectra[:, 0, : found.shape[1]], spectra[:, 1, : found.shape[1]] = found.real, found.imag
    return spectra.reshape(len(x), -1)


def load(base):
    """Of each block: what the network hears, spectra of what is left and of the echo, and of the near end; as halves."""
    frames = np.fromfile(base + ".f32", np.float32).reshape(-1, INPUTS + 4 * BINS)
    near = target(base + "_t.wav")
    count = min(len(frames), len(near))
    frames[:, INPUTS:] *= SCALE
    both = np.concatenate([frames[:count], SCALE * near[:count]], 1)
    return np.clip(np.nan_to_num(both), -60000, 60000).astype(np.float16)


class Network(torch.nn.Module):
    def __init__(self):
        super().__init__()
        self.inp = torch.nn.Linear(INPUTS, UNITS)
        self.g1 = torch.nn.GRU(UNITS, UNITS, batch_first=True)
        self.g2 = torch.nn.GRU(UNITS, UNITS, batch_first=True)
        self.out = torch.nn.Linear(UNITS, BANDS + 1)

    def forward(self, heard):
        said = torch.sigmoid(self.out(self.g2(self.g1(torch.relu(self.inp(heard)))[0])[0]))
        return said[..., :BANDS], said[..., BANDS:]


def compressed(re, im):
    power = re * re + im * im + 1e-7
    size = power**0.15
    return size, re * size / power.sqrt(), im * size / power.sqrt()


def loss(network, frames):
    frames = torch.tensor(frames)
    gains, share = network(frames[..., :INPUTS].float())
    parts = (frames[..., INPUTS:].float() / SCALE).split(BINS, -1)
    left_re, left_im, echo_re, echo_im, near_re, near_im = parts
    gains = gains @ SPREAD
    size, re, im = compressed(gains * (left_re + (1 - share) * echo_re), gains * (left_im + (1 - share) * echo_im))
    wanted, wanted_re, wanted_im = compressed(near_re, near_im)
    return 0.7 * ((size - wanted) ** 2).mean() + 0.3 * ((re - wanted_re) ** 2 + (im - wanted_im) ** 2).mean()


def main():
    scenes, apart, out, minutes = sys.argv[1:5]
    torch.manual_seed(0)
    torch.set_num_threads(int(os.environ.get("THREADS", "1")))
    network, rng = Network(), np.random.default_rng(0)
    if len(sys.argv) > 5:
        network.load_state_dict(torch.load(sys.argv[5]))
    mean = copy.deepcopy(network)
    # What is at 8 kHz is as long: blocks are of 10 ms.
    data, held = ([load(f[:-4]) for f in sorted(glob.glob(at + "/*.f32"))] for at in (scenes, apart))
    optimizer = torch.optim.Adam(network.parameters(), lr=1e-3)
    began, step, run, told = time.time(), 0, [], 0
    while (done := (time.time() - began) / (60 * float(minutes))) < 1:
        for group in optimizer.param_groups:
            group["lr"] = 8e-4 * min(1, step / 100 + 0.01) * (0.485 * (1 + math.cos(math.pi * done)) + 0.03)
        batch = []
        for _ in range(16):
            frames = data[rng.integers(len(data))]
            at = rng.integers(0, len(frames) - 400) if rng.random() < 0.6 else 0
            batch.append(frames[at : at + 400])
        now = loss(network, np.stack(batch))
        optimizer.zero_grad()
        now.backward()
        norm = torch.nn.utils.clip_grad_norm_(network.parameters(), 1.0)
        if torch.isfinite(norm):
            optimizer.step()
            with torch.no_grad():
                for held_back, new in zip(mean.parameters(), network.parameters()):
                    held_back.lerp_(new, MEAN)
            run.append(now.item())
        step += 1
        if time.time() - told > 120:
            told = time.time()
            with torch.no_grad():
                judged = np.mean([loss(mean, frames[None]).item() for frames in held])
            print(f"{step} steps, {told - began:.0f} s: loss {np.mean(run[-200:]):.5f}, apart {judged:.5f}", flush=True)
            torch.save(mean.state_dict(), out)
    torch.save(mean.state_dict(), out)


if __name__ == "__main__":
    main()
