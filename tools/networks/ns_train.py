"""Trains the noise suppressor's network. See README.md here.

    ns_train.py POOL OUT.pt MINUTES [--from OUT.pt]     # POOL is what ns_material.py made
"""
import argparse
import math
import time

import numpy as np
import torch
from torch import nn

RATE, HOP, SIZE = 16_000, 160, 512
SECONDS, BATCH = 4, 24
LENGTH = SECONDS * RATE
# Bins of 31.25 Hz that a band holds: singly to 2.5 kHz, by two to 4 kHz, by four to 7 kHz. Above, the mean gain from 6 to 7 kHz.
EDGES = list(range(80)) + list(range(80, 128, 2)) + list(range(128, 225, 4))
BANDS, BANDS_AT_8 = len(EDGES) - 1, 104
TOP_BANDS = 8
IN_GROUP, GROUPS, WIDTH, WHOLE, TOLD = 4, 32, 32, 128, 8
SILENT = (math.log2(1e-10) + 16) / 8
# Compression of the spectrum that the loss sees.
POWER = 0.3


def analysis_window(block, size):
    rise = size - block
    quarter = lambda n: (torch.arange(n) + 0.5) / n * (math.pi / 2)
    return torch.cat([torch.sin(quarter(rise)), torch.cos(quarter(block))])


def spectra(x, block, size):
    """Of the frames of samples by row, as the stage makes them, over the root of the window's energy."""
    window = analysis_window(block, size)
    frames = nn.functional.pad(x, (size - block, 0)).unfold(1, size, block)
    return torch.fft.rfft(frames * window) / window.square().sum().sqrt()


def features(spectrum):
    """Logarithms of the powers of the bands; bands that are not there are as in silence."""
    power = torch.view_as_real(spectrum).square().sum(-1)
    bins = power.shape[-1]
    count = BANDS if bins > 224 else BANDS_AT_8
    parts = [power[..., :80]]
    parts.append(power[..., 80:128].unflatten(-1, (24, 2)).mean(-1))
    if count == BANDS:
        parts.append(power[..., 128:224].unflatten(-1, (24, 4)).mean(-1))
    logs = (torch.log2(torch.cat(parts, -1) + 1e-10) + 16) / 8
    return nn.functional.pad(logs, (0, BANDS - count), value=SILENT)


def by_bin(gains, bins):
    """Gains of bands as gains of bins."""
    parts = [gains[..., :80], gains[..., 80:104].repeat_interleave(2, -1)]
    if bins > 224:
        parts.append(gains[..., 104:].repeat_interleave(4, -1))
        top = gains[..., -TOP_BANDS:].mean(-1, keepdim=True)
    else:
        top = gains[..., 103:104]
    out = torch.cat(parts, -1)
    return torch.cat([out, top.expand(*out.shape[:-1], bins - out.shape[-1])], -1)


class Network(nn.Module):
    """Groups of four bands share their layers; one layer hears all groups and tells each what it is in."""

    def __init__(self):
        super().__init__()
        self.look = nn.Linear(2 * 3 * IN_GROUP + GROUPS, WIDTH)
        self.track = nn.GRU(WIDTH, WIDTH, batch_first=True)
        self.gather = nn.Linear(GROUPS * WIDTH, WHOLE)
        self.hear = nn.GRU(WHOLE, WHOLE, batch_first=True)
        self.tell = nn.Linear(WHOLE, GROUPS * TOLD)
        self.judge = nn.GRU(WIDTH + TOLD, WIDTH, batch_first=True)
        self.weigh = nn.Linear(2 * WIDTH + TOLD, WIDTH)
        self.gain = nn.Linear(WIDTH, IN_GROUP)

    def forward(self, x, state=(None, None, None)):
        batch, frames, _ = x.shape
        padded = nn.functional.pad(x, (IN_GROUP, IN_GROUP, 1, 0), value=SILENT)
        patches = padded.unfold(2, 3 * IN_GROUP, IN_GROUP)
        where = torch.eye(GROUPS).expand(batch, frames, GROUPS, GROUPS)
        look = torch.relu(self.look(torch.cat([patches[:, 1:], patches[:, :-1], where], -1)))
        rows = lambda y: y.transpose(1, 2).reshape(batch * GROUPS, frames, -1)
        back = lambda y: y.reshape(batch, GROUPS, frames, -1).transpose(1, 2)
        track, a = self.track(rows(look), state[0])
        track = back(track)
        hear, b = self.hear(torch.relu(self.gather(track.flatten(2))), state[1])
        told = self.tell(hear).unflatten(-1, (GROUPS, TOLD))
        judge, c = self.judge(rows(torch.cat([track, told], -1)), state[2])
        weigh = torch.relu(self.weigh(torch.cat([back(judge), look, told], -1)))
        return torch.sigmoid(self.gain(weigh)).flatten(2), (a, b, c)


class Mixer:
    """Makes batches from the pool."""

    def __init__(self, pool, seed, speech="speech"):
        load = lambda name: np.load(f"{pool}/{name}.npy", mmap_mode=None)
        self.speech, self.noise, self.music = load(speech), load("noise"), load("music")
        self.rng = np.random.default_rng(seed)

    def cut(self, source, length):
        at = self.rng.integers(len(source) - length)
        return torch.from_numpy(source[at : at + length].astype(np.float32) / 32768)

    def curve(self, bins, depth_db):
        """A smooth random weighting."""
        rng = self.rng
        points = torch.from_numpy((rng.standard_normal(7) * depth_db).astype(np.float32))[None, None]
        db = nn.functional.interpolate(points, size=64, mode="linear", align_corners=True)[0, 0]
        # Points lie evenly over the root of the frequency.
        where = torch.sqrt(torch.linspace(0, 1, bins)) * 63
        low = where.long().clamp(max=62)
        return 10 ** ((db[low] + (db[low + 1] - db[low]) * (where - low)) / 20)

    def room(self, length):
        rng = self.rng
        n = int(0.5 * RATE)
        decay = np.exp(-np.arange(n) / RATE * 6.9 / rng.uniform(0.1, 0.7))
        tail = rng.standard_normal(n) * decay
        start = int(rng.uniform(0.001, 0.012) * RATE)
        tail[:start] = 0
        tail *= 10 ** (-rng.uniform(-2, 15) / 20) / np.sqrt(np.square(tail).sum() + 1e-9)
        tail[0] = 1
        return torch.fft.rfft(torch.from_numpy(tail.astype(np.float32)), n=length)

    def shaped(self, x, out_length, depth_db, room=False, extend=False, telephone=False):
        """At another speed, coloured, in a room; with something above 5.4 kHz, which MP3 took away."""
        spectrum = torch.fft.rfft(x)
        bins = LENGTH // 2 + 1
        spectrum = spectrum[:bins] if len(spectrum) >= bins else nn.functional.pad(spectrum, (0, bins - len(spectrum)))
        hz = (bins - 1) / 8000
        if extend:
            edge = int(min(len(x) / LENGTH * 5400, 7900) * hz)
            while edge < bins:
                take = min(int(2000 * hz), bins - edge)
                copy = spectrum[edge - int(2000 * hz) : edge - int(2000 * hz) + take]
                spectrum[edge : edge + take] = copy * 10 ** (-self.rng.uniform(0, 9) / 20)
                edge += take
        spectrum = spectrum * self.curve(bins, depth_db)
        if room:
            spectrum = spectrum * self.room(LENGTH)
        if telephone:
            f = torch.linspace(0, 8000, bins)
            low, high = self.rng.uniform(50, 300), self.rng.uniform(3300, 3900)
            spectrum = spectrum * (1 / (1 + (low / (f + 1)) ** 6)) * torch.sigmoid((high - f) / 40)
        return torch.fft.irfft(spectrum[: out_length // 2 + 1], n=out_length) * (out_length / LENGTH)

    def batch(self):
        """Wanted signal and mix by row, at 16 or 8 kHz, and the level that each has."""
        rng = self.rng
        narrow = rng.random() < 0.3
        length = LENGTH // 2 if narrow else LENGTH
        wanted, mixed, levels = [], [], []
        for _ in range(BATCH):
            kind = rng.choice(7, p=(0.63, 0.12, 0.055, 0.045, 0.03, 0.10, 0.02))
            telephone = not narrow and rng.random() < 0.12
            s = torch.zeros(length)
            if kind in (0, 1, 4, 6):
                speed = rng.choice((1.0, rng.uniform(0.85, 1.35)), p=(0.5, 0.5))
                x = self.cut(self.speech, int(LENGTH * speed) // 2 * 2)
                s = self.shaped(x, length, rng.choice((0, 2, 4)), rng.random() < 0.4, rng.random() < 0.8, telephone)
                s = s / active(s)
                if rng.random() < 0.15:
                    s[: int(rng.uniform(0, 0.6) * length)] = 0
            if kind in (2, 3, 4):
                m = self.shaped(self.cut(self.music, LENGTH), length, 2, rng.random() < 0.3, False, telephone)
                m = m / active(m) * (10 ** (-rng.uniform(0, 15) / 20) if kind == 4 else 1)
                s = s + m
            n = torch.zeros(length)
            if kind in (0, 3, 5):
                for extra in range(1 + (rng.random() < 0.3)):
                    speed = rng.uniform(0.8, 1.25)
                    x = self.shaped(self.cut(self.noise, int(LENGTH * speed) // 2 * 2), length, rng.choice((1, 4)), False, False, telephone and rng.random() < 0.7)
                    n = n + x / (active(x) + 1e-6) * 10 ** (-(rng.uniform(0, 12) if extra else 0) / 20)
                n = n / (active(n) + 1e-6)
                ratio = rng.uniform(-5, 28) if rng.random() < 0.85 else rng.uniform(25, 45)
                n = n * 10 ** (-ratio / 20) if kind != 5 else n
            elif kind == 6:
                n = torch.randn(length) * 10 ** (-rng.uniform(35, 65) / 20)
            loud = 10 ** (rng.uniform(-45, -12) / 20) if kind != 5 else 10 ** (rng.uniform(-65, -18) / 20)
            s, x = s * loud, (s + n) * loud
            if rng.random() < (0.5 if narrow else 0.04):
                s, x = mu_law(s), mu_law(x)
            elif rng.random() < 0.5:
                x = torch.round(x * 32768) / 32768
            if rng.random() < 0.02:
                x = x.clamp(-loud * 2, loud * 2)
            wanted.append(s)
            mixed.append(x)
            levels.append(loud)
        return torch.stack(wanted), torch.stack(mixed), torch.tensor(levels, dtype=torch.float32)


def active(x):
    """Root mean square of the frames within 25 dB of the strongest."""
    power = x[: len(x) // 160 * 160].reshape(-1, 160).square().mean(1)
    return torch.sqrt(power[power >= power.max() * 10**-2.5].mean() + 1e-12)


def mu_law(x):
    x = x.clamp(-1, 1)
    y = torch.sign(x) * torch.log1p(255 * x.abs()) / math.log(256)
    y = torch.round(y * 127) / 127
    return torch.sign(y) * (torch.expm1(y.abs() * math.log(256)) / 255)


def loss_of(gains, wanted, mixed, levels):
    """Distance of compressed amplitudes and spectra; what is missing of the wanted counts half as much again."""
    scale = (levels * 10)[:, None, None]
    f = torch.arange(wanted.shape[-1]) * 31.25
    weight = 1 / torch.sqrt(f + 400)
    weight = weight / weight.mean()
    size = lambda z: torch.sqrt(torch.view_as_real(z).square().sum(-1) + 1e-9)
    s, x = wanted / scale, mixed / scale
    s_size, x_size = size(s), size(x)
    s_soft, y_soft = s_size**POWER, (gains + 1e-4) ** POWER * x_size**POWER
    gap = s_soft - y_soft
    amplitude = gap.square() + 0.5 * torch.relu(gap).square()
    phase = torch.view_as_real(s / s_size * s_soft - x / x_size * y_soft).square().sum(-1)
    return ((amplitude * 0.8 + phase * 0.3) * weight).mean()


def main():
    parser = argparse.ArgumentParser()
    parser.add_argument("pool")
    parser.add_argument("out")
    parser.add_argument("minutes", type=float)
    parser.add_argument("--start")
    parser.add_argument("--rate", type=float, default=2e-3)
    parser.add_argument("--seed", type=int, default=1)
    args = parser.parse_args()
    torch.set_num_threads(1)
    torch.set_flush_denormal(True)
    torch.manual_seed(args.seed)
    network = Network()
    if args.start:
        network.load_state_dict(torch.load(args.start)["mean"])
    mixer = Mixer(args.pool, args.seed)
    optimizer = torch.optim.AdamW(network.parameters(), lr=args.rate, betas=(0.9, 0.98), weight_decay=0.01)
    mean = {k: v.clone() for k, v in network.state_dict().items()}
    apart = Mixer(args.pool, 99, "speech_apart")
    tests = [apart.batch() for _ in range(3)]
    start, step, recent, saved, state = time.time(), 0, [], 0, (None, None, None)
    while True:
        done = (time.time() - start) / 60 / args.minutes
        if done >= 1:
            break
        rate = args.rate * min(1, (step + 1) / 200) * (0.5 * (1 + math.cos(math.pi * done)) + 0.01)
        for group in optimizer.param_groups:
            group["lr"] = rate
        wanted, mixed, levels = mixer.batch()
        block, size = (HOP, SIZE) if wanted.shape[1] == LENGTH else (HOP // 2, SIZE // 2)
        s, x = spectra(wanted, block, size), spectra(mixed, block, size)
        # Half of the time the stream goes on from where another was.
        begin = state if step % 2 and state[0] is not None else (None, None, None)
        gains, state = network(features(x), begin)
        order = torch.randperm(BATCH)
        state = tuple(h.detach().unflatten(1, (BATCH, -1))[:, order].flatten(1, 2) for h in state)
        loss = loss_of(by_bin(gains, s.shape[-1]), s, x, levels)
        optimizer.zero_grad()
        loss.backward()
        nn.utils.clip_grad_norm_(network.parameters(), 1.0)
        optimizer.step()
        recent.append(loss.item())
        keep = min(0.998, step / (step + 50))
        for k, v in network.state_dict().items():
            mean[k].lerp_(v, 1 - keep)
        step += 1
        if step % 100 == 0:
            print(f"{step} {(time.time() - start) / 60:.1f} min loss {np.mean(recent):.5f} rate {rate:.2e}", flush=True)
            recent = []
        if time.time() - saved > 240 or done > 0.995:
            saved = time.time()
            torch.save({"mean": mean, "step": step}, args.out)
            if step > 1:
                judge = Network()
                judge.load_state_dict(mean)
                with torch.no_grad():
                    losses = []
                    for wanted, mixed, levels in tests:
                        block, size = (HOP, SIZE) if wanted.shape[1] == LENGTH else (HOP // 2, SIZE // 2)
                        s, x = spectra(wanted, block, size), spectra(mixed, block, size)
                        losses.append(loss_of(by_bin(judge(features(x))[0], s.shape[-1]), s, x, levels).item())
                print(f"  kept apart: {np.mean(losses):.5f}", flush=True)
    torch.save({"mean": mean, "step": step}, args.out)


if __name__ == "__main__":
    main()
