"""What the noise suppressor's network is trained on: speech and ESC-10 from disk, the rest by program. See README.md here.

    ns_material.py SPEECH ESC OUT      # folders: libri_*.npy (arrays of int16 utterances, 16 kHz), ESC-10's *.ogg; OUT gets speech, noise, music .npy
"""
import glob
import os
import sys

import numpy as np
import scipy.signal as sg
import soundfile
import soxr

RATE = 16_000
KEPT_APART = ("84", "777", "2803")
rng = np.random.default_rng(20_261_130)


def between(low, high):
    return rng.uniform(low, high)


def level(x):
    """Root mean square of the frames within 25 dB of the strongest."""
    frames = np.square(x[: len(x) // 320 * 320].reshape(-1, 320).astype(np.float32)).mean(1)
    strong = frames > frames.max() * 10**-2.5
    return float(np.sqrt(frames[strong].mean() + 1e-12))


def coloured(n, slope=None):
    """Noise whose power goes with f^slope, with two broad humps."""
    slope = between(-2.5, 0.6) if slope is None else slope
    f = np.fft.rfftfreq(n, 1 / RATE)
    shape = np.maximum(f, between(30, 200)) ** (slope / 2)
    for _ in range(2):
        shape = shape * (1 + between(0, 2) * np.exp(-0.5 * ((np.log(f + 1) - np.log(between(100, 7000))) / between(0.1, 0.5)) ** 2))
    return np.fft.irfft(np.fft.rfft(rng.standard_normal(n)) * shape, n)


def slow(n, hz, depth_db):
    """A factor that wanders by so many dB, at most so fast."""
    points = max(4, int(n / RATE * hz) + 3)
    db = rng.standard_normal(points) * depth_db
    return 10 ** (np.interp(np.linspace(0, points - 1, n), np.arange(points), db) / 20)


def harmonics(n, f0, count, tilt_db, wobble=0.0):
    f = f0 * (1 + wobble * np.interp(np.linspace(0, 1, n), np.linspace(0, 1, 40), rng.standard_normal(40)))
    phase = 2 * np.pi * np.cumsum(f) / RATE
    out = np.zeros(n)
    for h in range(1, count + 1):
        if h * f0 < 7600:
            out += 10 ** ((-tilt_db * np.log2(h) + between(-8, 8)) / 20) * np.sin(h * phase + between(0, 6.3))
    return out


def unit(x):
    return x / (np.sqrt(np.mean(np.square(x))) + 1e-9)


def car(n):
    return unit(coloured(n, between(-4, -2)) * slow(n, 1, 2)) + between(0, 0.5) * unit(harmonics(n, between(25, 90), 12, 6, 0.02)) + between(0, 0.3) * unit(coloured(n, -0.5))


def hum(n):
    return unit(harmonics(n, rng.choice([50, 60]), int(between(3, 40)), between(2, 8))) + between(0.02, 0.5) * unit(coloured(n))


def fan(n):
    whirr = unit(harmonics(n, between(60, 400), int(between(3, 20)), between(3, 10), 0.004)) * between(0, 0.8)
    return unit(coloured(n, between(-2, 0))) * (1 + between(0, 0.4) * np.sin(2 * np.pi * between(0.5, 20) * np.arange(n) / RATE)) + whirr


def bike(n):
    """Whirring that goes with pedals."""
    turn = 2 * np.pi * np.cumsum(between(0.8, 2.5) * slow(n, 0.3, 1)) / RATE
    swing = 1 + between(0.2, 0.9) * np.sin(turn) + between(0, 0.5) * np.sin(2 * turn + between(0, 6))
    return unit(coloured(n, between(-2, 0)) * swing) + between(0, 0.7) * unit(harmonics(n, between(80, 500), 12, 4, 0.03) * swing)


def texture(n):
    """Bands of noise that come and go together and apart."""
    edges = np.geomspace(80, 7900, int(between(4, 11)))
    together = slow(n, between(0.5, 12), between(0, 6))
    out = np.zeros(n)
    white = np.fft.rfft(rng.standard_normal(n))
    f = np.fft.rfftfreq(n, 1 / RATE)
    for low, high in zip(edges, edges[1:]):
        band = np.fft.irfft(white * ((f >= low) & (f < high)) * 10 ** (between(-15, 5) / 20), n)
        out += band * slow(n, between(0.5, 16), between(0, 7)) / np.sqrt(high - low) * 40
    return unit(out * together)


def wind(n):
    return unit(coloured(n, between(-4, -2)) * slow(n, between(0.5, 4), 7))


def hit(length, modes, low, high, ring):
    """A burst through a few damped modes."""
    t = np.arange(length) / RATE
    out = rng.standard_normal(length) * np.exp(-t / between(0.001, 0.006)) * between(0.1, 1.0)
    for _ in range(modes):
        out += between(0.1, 1) * np.sin(2 * np.pi * np.exp(between(np.log(low), np.log(high))) * t + between(0, 6)) * np.exp(-t / (ring * between(0.3, 2)))
    return out


def put(out, at, what):
    end = min(len(out), at + len(what))
    if at < end:
        out[at:end] += what[: end - at]


def typing(n):
    """Keys: down, and softer up; in runs."""
    out = np.zeros(n)
    keys = [hit(int(0.05 * RATE), 4, 200, 6500, between(0.002, 0.012)) for _ in range(12)]
    at = 0
    while at < n:
        for _ in range(int(between(2, 14))):
            gain = between(0.3, 1)
            put(out, at, gain * keys[rng.integers(12)])
            put(out, at + int(between(0.05, 0.13) * RATE), gain * between(0.1, 0.6) * keys[rng.integers(12)])
            at += int(between(0.07, 0.3) * RATE)
        at += int(between(0.0, 1.2) * RATE)
    return out + between(0, 0.01) * coloured(n)


def slams(n):
    """Doors, desks, drawers: a thump, then a room."""
    out = np.zeros(n)
    at = int(between(0, 1) * RATE)
    while at < n:
        thump = hit(int(0.5 * RATE), 5, 40, 900, between(0.02, 0.12))
        tail = rng.standard_normal(len(thump)) * np.exp(-np.arange(len(thump)) / RATE / between(0.03, 0.15)) * between(0, 0.4)
        put(out, at, (thump + sg.lfilter([1], [1, -0.7], tail)) * between(0.2, 1))
        at += int(between(0.2, 2.5) * RATE)
    return out


def dishes(n):
    out = np.zeros(n)
    at = 0
    while at < n:
        for _ in range(int(between(1, 6))):
            put(out, at, hit(int(0.4 * RATE), int(between(3, 9)), 700, 7800, between(0.01, 0.12)) * between(0.05, 1))
            at += int(between(0.02, 0.3) * RATE)
        at += int(between(0, 0.6) * RATE)
    return out + between(0, 0.05) * coloured(n)


def babble(n, speech):
    out = np.zeros(n)
    for _ in range(int(between(6, 13))):
        at = rng.integers(len(speech) - n)
        out += speech[at : at + n].astype(np.float32) / 32768 * 10 ** (between(-6, 3) / 20)
    if rng.random() < 0.5:
        tail = rng.standard_normal(int(0.3 * RATE)) * np.exp(-np.arange(int(0.3 * RATE)) / RATE / between(0.03, 0.1))
        out = unit(out) + between(0.2, 1) * unit(sg.fftconvolve(out, tail)[:n])
    return unit(out)


def pluck(f, seconds):
    n = int(seconds * RATE)
    period = max(2, int(RATE / f))
    burst = np.zeros(n)
    burst[: min(period, n)] = rng.uniform(-1, 1, min(period, n))
    keep = between(0.985, 0.998)
    a = np.zeros(period + 2)
    a[0], a[period], a[period + 1] = 1, -keep / 2, -keep / 2
    return sg.lfilter([1], a, burst)


def tone(f, seconds, vibrato, kind):
    n = int(seconds * RATE)
    t = np.arange(n) / RATE
    phase = 2 * np.pi * f * t + vibrato * np.sin(2 * np.pi * between(4.5, 7) * t + between(0, 6)) * (f / 100)
    tilt = {"pad": 9, "reed": 4, "flute": 14, "organ": 6}[kind]
    out = sum(10 ** (-tilt * np.log2(h) / 20 + between(-0.2, 0.2)) * np.sin(h * phase) for h in range(1, 16) if h * f < 7600)
    attack = {"pad": 0.3, "reed": 0.04, "flute": 0.07, "organ": 0.01}[kind]
    return out * np.minimum(1, t / attack) * np.minimum(1, (seconds - t) / 0.05 + 1e-3)


def drum(kind):
    t = np.arange(int(0.3 * RATE)) / RATE
    if kind == 0:
        return np.sin(2 * np.pi * (50 * t + 8 * (1 - np.exp(-t * 30)))) * np.exp(-t * between(8, 20)) * 1.5
    if kind == 1:
        return (rng.standard_normal(len(t)) * 0.6 + np.sin(2 * np.pi * 190 * t)) * np.exp(-t * between(12, 25))
    return sg.lfilter([1, -0.95], [1], rng.standard_normal(len(t))) * np.exp(-t * between(20, 80)) * 0.5


def music(n):
    """A few bars: chords on pads or plucked, a bass, a melody, drums; any may be missing."""
    out = np.zeros(n)
    beat = between(0.3, 0.8)
    root = between(45, 60)
    scale = [0, 2, 4, 5, 7, 9, 11] if rng.random() < 0.6 else [0, 2, 3, 5, 7, 8, 10]
    note = lambda degree, octave=0: 440 * 2 ** ((root + 12 * octave + scale[int(degree) % 7] + 12 * (int(degree) // 7) - 69) / 12)
    parts = rng.random(4) < (0.85, 0.7, 0.75, 0.5)
    if not parts[:3].any():
        parts[0] = True
    chord_kind, melody_kind = rng.choice(["pad", "organ", "pluck"]), rng.choice(["reed", "flute", "pluck", "organ"])
    loud = [between(0.3, 1) for _ in range(4)]
    play = lambda kind, f, s, v: pluck(f, s) * 2 if kind == "pluck" else tone(f, s, v, kind)
    at, chord, degree, bar = 0, 0, 7, 0
    while at < n:
        if bar % 4 == 0:
            chord = rng.choice([0, 3, 4, 5, 1])
            if parts[0]:
                for third in (0, 2, 4):
                    put(out, at + int(between(0, 0.02) * RATE), loud[0] * 0.5 * play(chord_kind, note(chord + third), 4 * beat, between(0, 0.5)))
        if parts[1] and rng.random() < 0.7:
            put(out, at, loud[1] * play("pluck" if rng.random() < 0.5 else "pad", note(chord, -1), beat, 0))
        if parts[2]:
            for half in range(2):
                if rng.random() < 0.7:
                    degree = int(np.clip(degree + rng.integers(-3, 4), 3, 16))
                    put(out, at + int(half * beat / 2 * RATE), loud[2] * play(melody_kind, note(degree), beat * between(0.4, 1.2), between(0, 2)))
        if parts[3]:
            put(out, at, loud[3] * drum(bar % 2))
            put(out, at + int(beat / 2 * RATE), loud[3] * drum(2))
        at, bar = at + int(beat * RATE), bar + 1
    return out


def as_16_bit(x, peak=0.5):
    return np.round(x / (np.abs(x).max() + 1e-9) * peak * 32767).astype(np.int16)


def main(speech_folder, esc_folder, out):
    os.makedirs(out, exist_ok=True)
    train, apart = [], []
    for file in sorted(glob.glob(f"{speech_folder}/libri_*.npy")):
        reader = os.path.basename(file)[6:-4]
        for utterance in np.load(file, allow_pickle=True):
            x = np.asarray(utterance, dtype=np.int16).astype(np.float32)
            x = np.clip(x * (0.05 * 32768 / level(x)), -32767, 32767).astype(np.int16)
            (apart if reader in KEPT_APART else train).append(x)
    rng.shuffle(train)
    train, apart = np.concatenate(train), np.concatenate(apart)
    np.save(f"{out}/speech.npy", train)
    np.save(f"{out}/speech_apart.npy", apart)
    clip = 10 * RATE
    kinds = dict(coloured=(30, coloured), car=(30, car), hum=(15, hum), fan=(30, fan), bike=(25, bike), texture=(60, texture), wind=(15, wind),
                 typing=(30, typing), slams=(20, slams), dishes=(35, dishes), babble=(90, lambda n: babble(n, train)))
    noise = []
    for kind, (count, make) in kinds.items():
        noise += [as_16_bit(make(clip)) for _ in range(count)]
        print(kind, flush=True)
    for file in sorted(glob.glob(f"{esc_folder}/*.ogg")):
        x, rate = soundfile.read(file)
        x = soxr.resample(x if x.ndim == 1 else x[:, 0], rate, RATE)
        x = x[: int(np.flatnonzero(np.abs(x) > 1e-4)[-1]) + 1] if (np.abs(x) > 1e-4).any() else x
        if len(x) > 4000:
            noise.append(as_16_bit(np.resize(x, clip // 2)))
    order = rng.permutation(len(noise))
    np.save(f"{out}/noise.npy", np.concatenate([noise[k] for k in order]))
    print("music", flush=True)
    np.save(f"{out}/music.npy", np.concatenate([as_16_bit(music(20 * RATE)) for _ in range(90)]))


if __name__ == "__main__":
    main(*sys.argv[1:])
