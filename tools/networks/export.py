"""Writes a network's layers as src/processing/audio/network reads them. `python export.py MODEL.pt OUT.bin` for a file of ns_train.py or echo_train.py.

Little-endian. Of each layer its matrix as i16, in steps of one scale for each row (output), in tiles of 64 outputs and within a tile by
input (the last tile filled up with zeros); then the scales and the biases as f32. GRU layers are two such: for the input, and for the state.
"""
import sys

import numpy as np

TILE = 64


def dense(weight, bias):
    weight, bias = np.asarray(weight, np.float64), np.asarray(bias)
    scale = np.maximum(np.abs(weight).max(1), 1e-9) / 32767
    whole = np.round(weight / scale[:, None]).astype("<i2")
    whole = np.pad(whole, ((0, -len(whole) % TILE), (0, 0)))
    tiles = np.ascontiguousarray(whole.reshape(-1, TILE, weight.shape[1]).transpose(0, 2, 1))
    return tiles.tobytes() + scale.astype("<f4").tobytes() + bias.astype("<f4").tobytes()


def layers(state):
    """The bytes of a state dict whose Linear and (single, one-way) GRU layers lie in the order of use."""
    state = {name: np.asarray(value) for name, value in state.items()}
    out = b""
    for name, value in state.items():
        if name.endswith("weight"):
            out += dense(value, state[name.replace("weight", "bias")])
        elif "weight_" in name:
            out += dense(value, state[name.replace("weight", "bias")])
    return out


if __name__ == "__main__":
    import torch

    with open(sys.argv[2], "wb") as file:
        state = torch.load(sys.argv[1], map_location="cpu")
        file.write(layers(state.get("mean", state)))
