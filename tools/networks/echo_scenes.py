"""Makes scenes to train the network of residual echo with: `python echo_scenes.py MEDIA_LAB SPEECH ESC OUT SEED COUNT [--apart]`.

A scene is 16 s of a far end, its echo by a path made by program, and a near end. Of each it writes to OUT what the canceller's network hears
(`media-lab aec --algorithm neural --training`) and the near end that ought to be left (`_t.wav`, floats). Every fifth is at 8 kHz.
`--apart` takes the readers that training does not. SPEECH and ESC: README.md. Needs numpy, scipy, soundfile, soxr, pyroomacoustics.
"""
import glob
import os
import subprocess
import sys

import numpy as np
import pyroomacoustics as pra
import soundfile as sf
import soxr
from scipy.signal import butter, fftconvolve, istft, lfilter, sosfilt, stft

FS = 16000
SECONDS = 16


class Material:
    """Readers, voices that reach 8 kHz (half of what is said, where there are any), and recordings of noise."""

    def __init__(self, speech, esc, apart):
        readers = sorted(glob.glob(speech + "/libri_*.npy"))
        held = readers[::7]
        self.readers = [r for r in readers if (r in held) == apart]
        self.wide = [] if apart else sorted(glob.glob(speech + "/wide_*.npy"))
        self.esc, self.loaded, self.recordings = esc, {}, None

    def utterances(self, reader):
        if reader not in self.loaded:
            found = np.load(reader, allow_pickle=True)
            self.loaded[reader] = [u.astype(np.float32) / 32768 for u in found if len(u) > 8000]
        return self.loaded[reader]

    def noises(self):
        if self.recordings is None:
            self.recordings = []
            for name in sorted(glob.glob(self.esc + "/*.ogg")):
                x, fs = sf.read(name, always_2d=True)
                x = soxr.resample(x[:, 0], fs, FS).astype(np.float32)
                if np.abs(x).max() > 1e-3:
                    self.recordings.append(x)
        return self.recordings


def at_level(x, db):
    """By the blocks of 20 ms within 30 dB of the loudest."""
    p = (x[: len(x) // 320 * 320].reshape(-1, 320) ** 2).mean(1)
    return x * (10 ** (db / 20) / np.sqrt(p[p > p.max() * 1e-3].mean() + 1e-12)) if p.max() > 0 else x


def equalizer(rng):
    sections = []
    for _ in range(rng.integers(1, 4)):
        f, q, a = 10 ** rng.uniform(2.1, 3.85), rng.uniform(0.5, 2.5), 10 ** (rng.uniform(-9, 9) / 40)
        w = 2 * np.pi * f / FS
        alpha = np.sin(w) / 2 / q
        b = np.array([1 + alpha * a, -2 * np.cos(w), 1 - alpha * a])
        den = np.array([1 + alpha / a, -2 * np.cos(w), 1 - alpha / a])
        sections.append(np.r_[b / den[0], den / den[0]])
    return np.array(sections)


def widened(rng, y):
    """The material ends at 5.6 kHz: what lies below that is laid above it."""
    shift = rng.uniform(2300, 2700)
    below = sosfilt(butter(6, [5600 - shift, 5500], "band", fs=FS, output="sos"), y)
    moved = below * 2 * np.cos(2 * np.pi * shift * np.arange(len(y)) / FS)
    above = sosfilt(butter(8, 5450, "high", fs=FS, output="sos"), moved)
    return (y + 10 ** (rng.uniform(-10, 9) / 20) * above).astype(np.float32)


def speech(rng, material, n, level, gaps=(0.1, 1.5)):
    wide = bool(material.wide) and rng.random() < 0.5
    voices = material.wide if wide else material.readers
    found = material.utterances(voices[rng.integers(len(voices))])
    y = np.zeros(n, np.float32)
    at = int(rng.uniform(0, 1.5) * FS) if rng.random() < 0.7 else 0
    pitch = rng.uniform(0.88, 1.14) if rng.random() < 0.5 else 1.0
    colour = equalizer(rng) if rng.random() < 0.5 else None
    while at < n:
        u = found[rng.integers(len(found))]
        if pitch != 1:
            u = soxr.resample(u, FS, FS * pitch).astype(np.float32)
        m = min(len(u), n - at)
        y[at : at + m] = u[:m] * 10 ** (rng.uniform(-3, 3) / 20)
        at += len(u) + int(rng.uniform(*gaps) * FS)
    if not wide and rng.random() < 0.85:
        y = widened(rng, y)
    if colour is not None:
        y = sosfilt(colour, y).astype(np.float32)
    return at_level(y, level)


def music(rng, n, level):
    y, at, beat, root = np.zeros(n), 0.0, 60 / rng.uniform(60, 140), rng.uniform(80, 220)
    while at < n / FS:
        length = beat * rng.choice([0.5, 1, 2])
        i = int(at * FS)
        m = min(n - i, int(length * 1.5 * FS))
        t = np.arange(m) / FS
        for _ in range(rng.integers(1, 4)):
            f = root * 2 ** (rng.choice([0, 2, 4, 5, 7, 9, 11, 12]) / 12) * rng.choice([1, 2, 4])
            decay, steep = rng.uniform(0.5, 6), rng.uniform(0.7, 1.6)
            for h in range(1, rng.integers(3, 9)):
                if f * h < 7500:
                    vibrato = 1 + 0.001 * np.sin(2 * np.pi * 5 * t)
                    y[i : i + m] += np.sin(2 * np.pi * f * h * t * vibrato) * np.exp(-decay * t) * np.minimum(1, t / 0.01) / h**steep
        if rng.random() < 0.5:
            k = min(m, int(0.15 * FS))
            y[i : i + k] += 0.5 * rng.standard_normal(k) * np.exp(-np.arange(k) / (0.03 * FS))
        at += length
    return at_level(y.astype(np.float32), level)


def noise(rng, material, n, level):
    kind = rng.random()
    if kind < 0.4:
        x = rng.standard_normal(n)
    elif kind < 0.7:
        spectrum = np.fft.rfft(rng.standard_normal(n))
        x = np.fft.irfft(spectrum * np.arange(1.0, len(spectrum) + 1) ** -rng.uniform(0.2, 1.0), n)
    else:
        found = material.noises()
        x = found[rng.integers(len(found))]
        x = np.resize(np.roll(x, rng.integers(len(x))), n)
    if rng.random() < 0.5:
        x = sosfilt(equalizer(rng), x)
    return (x * 10 ** (level / 20) / np.sqrt((x**2).mean() + 1e-12)).astype(np.float32)


def room(rng):
    if rng.random() < 0.55:
        size, rt60 = rng.uniform([2.5, 2.5, 2.3], [7, 6, 3.2]), rng.uniform(0.15, 0.7)
        try:
            absorption, order = pra.inverse_sabine(rt60, size)
        except ValueError:
            absorption, order = 0.35, 8
        shoebox = pra.ShoeBox(size, fs=FS, materials=pra.Material(min(absorption, 0.95)), max_order=min(order, 12))
        microphone, way = rng.uniform([0.4, 0.4, 0.6], size - [0.4, 0.4, 0.6]), rng.standard_normal(3)
        distance = rng.uniform(0.05, 0.6)
        shoebox.add_source(np.clip(microphone + distance * way / np.linalg.norm(way), 0.1, size - 0.1))
        shoebox.add_microphone(microphone)
        shoebox.compute_rir()
        h = np.asarray(shoebox.rir[0][0], np.float32)
        h = h[max(0, np.argmax(np.abs(h)) - 20) :][: int(0.6 * FS)]
    else:
        rt60 = rng.uniform(0.08, 0.6)
        t = np.arange(int(rt60 * FS)) / FS
        h = rng.uniform(0.1, 1) * rng.standard_normal(len(t)) * 10 ** (-3 * t / rt60)
        h[0] = rng.choice([-1, 1]) * np.sqrt((h**2).sum()) * rng.uniform(0.4, 1.5)
    if rng.random() < 0.7:
        h = sosfilt(equalizer(rng), h)
    if rng.random() < 0.6:
        h = lfilter(*butter(2, rng.uniform(120, 700), "high", fs=FS), h)
    return (h / np.sqrt((h**2).sum() + 1e-12)).astype(np.float32)


def hybrid(rng):
    n = int(rng.uniform(0.002, 0.012) * FS)
    h = np.r_[rng.standard_normal(n) * np.exp(-np.arange(n) / (n / 4)), np.zeros(100)]
    h = lfilter(*butter(2, [rng.uniform(100, 300), rng.choice([3400, 3600, 7200])], "band", fs=FS), h)
    h = np.r_[np.zeros(int(rng.uniform(0, 0.02) * FS)), h]
    return (h / np.sqrt((h**2).sum() + 1e-12)).astype(np.float32)


def distorted(rng, x):
    """A small loudspeaker: hard and soft clipping, a sigmoid that is not even, a polynomial with a rattle."""
    kind, s = rng.random(), np.sqrt((x[np.abs(x) > 1e-4] ** 2).mean() + 1e-9)
    if kind < 0.3:
        most = s * 10 ** (rng.uniform(-4, 9) / 20)
        return np.clip(x, -most, most)
    if kind < 0.5:
        most = s * 10 ** (rng.uniform(-6, 9) / 20)
        return (most * np.tanh(x / most)).astype(np.float32)
    if kind < 0.75:
        y = x / np.sqrt(1 + (x / (s * 10 ** (rng.uniform(0, 12) / 20))) ** 2) / s
        gain, b = rng.uniform(1, 5), 1.5 * y - 0.3 * y * y
        steep = np.where(b > 0, gain, rng.uniform(0.3, 1) * gain * 0.3)
        return (s * gain * (2 / (1 + np.exp(-0.3 * steep * b)) - 1)).astype(np.float32)
    even, odd = rng.uniform(0.02, 0.3, 2)
    y = x / (3 * s)
    y = np.clip(x + 3 * s * (even * y * y + odd * y**3), -8 * s, 8 * s)
    if rng.random() < 0.5:
        loud = np.sqrt(np.convolve(x * x, np.ones(160) / 160, "same"))
        y = y + rng.uniform(0.02, 0.15) * np.maximum(loud - 1.2 * s, 0) * rng.standard_normal(len(x))
    return (y - y.mean()).astype(np.float32)


def wandering(rng, n, db, seconds):
    points = max(2, int(n / FS / seconds) + 2)
    return 10 ** (np.interp(np.arange(n), np.linspace(0, n, points), rng.uniform(-db, db, points)) / 20).astype(np.float32)


def far_end(rng, material, n):
    far = music(rng, n, rng.uniform(-32, -18)) if rng.random() < 0.08 else speech(rng, material, n, rng.uniform(-36, -16))
    if rng.random() < 0.05:
        far = far + speech(rng, material, n, rng.uniform(-30, -20))
    if rng.random() < 0.6:
        far = far + noise(rng, material, n, rng.uniform(-80, -45))
    if rng.random() < 0.1:
        band = [rng.uniform(80, 300), rng.uniform(3200, 3600)]
        far = sosfilt(butter(6, band, "band", fs=FS, output="sos"), far).astype(np.float32)
    if rng.random() < 0.15:  # discontinuous transmission
        far = far * (np.sqrt(np.convolve(far**2, np.ones(800) / 800, "same")) >= 10 ** (-50 / 20))
    if rng.random() < 0.1:
        far[: int(rng.uniform(1, 6) * FS)] = 0
    return np.clip(far, -1, 1).astype(np.float32)


def echo_of(rng, far, line):
    n = len(far)
    heard, h = far, hybrid(rng) if line else room(rng)
    if not line and rng.random() < 0.62:
        heard = distorted(rng, heard)
        if rng.random() < 0.3:
            heard = distorted(rng, heard)
    echo = fftconvolve(heard, h)[:n].astype(np.float32)
    if not line and rng.random() < 0.35:  # the path changes, at once or by and by
        for _ in range(rng.integers(1, 4)):
            other = np.zeros_like(h)
            new = room(rng)[: len(h)]
            other[: len(new)] = new
            h = h * rng.uniform(0.2, 0.8) + other * rng.uniform(0.3, 1)
            at, width = int(rng.uniform(0.1, 0.95) * n), int(rng.choice([0.01, 0.3, 2.0]) * FS)
            part = np.clip((np.arange(n) - at) / width, 0, 1).astype(np.float32)
            echo = echo * (1 - part) + part * fftconvolve(heard, h)[:n].astype(np.float32)
    at = np.arange(n, dtype=float)
    if not line:
        at -= int(rng.uniform(0, 0.25) * FS) * (rng.random() < 0.8)
        if rng.random() < 0.2:  # a jitter buffer moves
            t = rng.uniform(0.5, 5)
            while t < SECONDS:
                at[int(t * FS) :] += int(rng.choice([-1, 1]) * rng.uniform(0.003, 0.025) * FS)
                t += rng.uniform(1, 6)
        if rng.random() < 0.12:
            at -= np.arange(n) * rng.uniform(-3e-4, 3e-4)
        if rng.random() < 0.15:
            phase = 2 * np.pi * rng.uniform(0.1, 1.5) * np.arange(n) / FS + rng.uniform(0, 6)
            at += FS * rng.uniform(5e-5, 5e-4) * np.sin(phase)
    echo = np.interp(at, np.arange(n), echo, left=0, right=0).astype(np.float32)
    if rng.random() < 0.12:
        echo = echo * wandering(rng, n, 8, rng.uniform(1, 4))
    loud = np.abs(far) > 1e-4
    level = np.sqrt((far[loud] ** 2).mean() + 1e-9) if loud.any() else 0.05
    loss = rng.uniform(5, 22) if line else rng.uniform(-6, 30)
    return echo * (level * 10 ** (-loss / 20) / (np.sqrt((echo**2).mean()) + 1e-9))


def near_end(rng, material, n, echo, silent_far):
    kind = rng.random()
    if kind >= 0.82:
        return np.zeros(n, np.float32)
    near = speech(rng, material, n, 0, gaps=(0.1, 1.0) if kind < 0.55 else (1.0, 6.0))
    if rng.random() < 0.5:
        spoken = np.zeros(n, np.float32)
        for _ in range(rng.integers(1, 4)):
            at = rng.uniform(0, SECONDS)
            spoken[int(at * FS) : int((at + rng.uniform(1, 6)) * FS)] = 1
        near = near * np.convolve(spoken, np.ones(160) / 160, "same").astype(np.float32)
    if rng.random() < 0.6:
        near = fftconvolve(near, room(rng))[:n].astype(np.float32)
    beside = np.clip(10 * np.log10((echo**2).mean() + 1e-9) + rng.uniform(-18, 14), -45, -14)
    return at_level(near, rng.uniform(-40, -16) if silent_far or rng.random() < 0.4 else beside)


def device(rng, mic, target):
    """What a device does to both alike: gain control, suppression, clipping, a telephone's band."""
    n = len(mic)
    if rng.random() < 0.1:
        gain = wandering(rng, n, 6, rng.uniform(0.5, 3))
        mic, target = mic * gain, target * gain
    if rng.random() < 0.2:
        width = int(rng.choice([0.02, 0.1, 0.4]) * FS)
        loud = np.sqrt(np.convolve(mic**2, np.ones(width) / width, "full")[:n] + 1e-7)
        gain = np.clip((loud / np.sqrt((mic**2).mean() + 1e-9) + 0.05) ** -rng.uniform(0.2, 0.7), 0.1, 4)
        mic, target = mic * gain, target * gain
    if rng.random() < 0.1:
        spectra = [stft(x, FS, nperseg=512)[2] for x in (mic, target)]
        bins, frames = spectra[0].shape
        walk = rng.standard_normal((1 + bins // 16, 1 + frames // 4)).cumsum(1)
        gain = np.repeat(np.repeat(10 ** (-np.clip(2 * walk, 0, 15) / 20), 16, 0), 4, 1)[:bins, :frames]
        mic, target = (istft(x * gain, FS, nperseg=512)[1][:n] for x in spectra)
    if rng.random() < 0.05:
        most = np.abs(mic).max() * rng.uniform(0.3, 0.8)
        mic, target = np.clip(mic, -most, most), np.clip(target, -most, most)
    if rng.random() < 0.08:
        band = butter(2, [rng.uniform(60, 300), rng.uniform(3300, 7000)], "band", fs=FS)
        mic, target = lfilter(*band, mic), lfilter(*band, target)
    gain = min(10 ** (rng.uniform(-12, 6) / 20), 0.99 / np.abs(mic).max(initial=0.01))
    return mic * gain, target * gain


def scene(rng, material):
    n = SECONDS * FS
    far = far_end(rng, material, n)
    kind = rng.random()
    line, none = kind < 0.18, 0.18 <= kind < 0.27
    echo = echo_of(rng, far, line) * (not none)
    near = near_end(rng, material, n, echo, none)
    target = near + noise(rng, material, n, rng.uniform(-85, -55) if rng.random() < 0.7 else rng.uniform(-60, -38))
    return (far, *device(rng, target + echo, target))


def main():
    media_lab, speech_at, esc, out, seed, count = sys.argv[1:7]
    material = Material(speech_at, esc, "--apart" in sys.argv)
    os.makedirs(out, exist_ok=True)
    for k in range(int(count)):
        rng = np.random.default_rng(int(seed) * 100_000 + k)
        sounds, fs = scene(rng, material), FS
        if k % 5 == 4:
            sounds, fs = [soxr.resample(x, FS, 8000) for x in sounds], 8000
        base = f"{out}/{int(seed):03d}_{k:04d}"
        for name, x in zip("fm", sounds):
            sf.write(f"{base}_{name}.wav", x, fs, subtype="PCM_16")
        sf.write(base + "_t.wav", sounds[2].astype(np.float32), fs, subtype="FLOAT")
        command = [media_lab, "aec", "--algorithm", "neural", "--far", base + "_f.wav", "--training", base + ".f32", base + "_m.wav", base + "_o.wav"]
        subprocess.run(command, check=True, stdout=subprocess.DEVNULL)
        for name in "fmo":
            os.remove(f"{base}_{name}.wav")
        print(f"\r{k + 1} of {count}", end="", file=sys.stderr, flush=True)


if __name__ == "__main__":
    main()
