"""Makes the file of the tiny network that the tests of src/processing/audio/network read, and prints what torch says of it."""
import sys

import numpy as np
import torch

import export


def numbers(seed, shape):
    k = np.arange(int(np.prod(shape)), dtype=np.uint32) + np.uint32(seed * 1000)
    return torch.tensor((((k * np.uint32(2654435761)) >> np.uint32(16)) / 65536 - 0.5).reshape(shape) * 2, dtype=torch.float32)


class Tiny(torch.nn.Module):
    def __init__(self):
        super().__init__()
        self.first, self.memory, self.last = torch.nn.Linear(3, 5), torch.nn.GRU(5, 4, batch_first=True), torch.nn.Linear(4, 66)


if __name__ == "__main__":
    tiny = Tiny()
    with torch.no_grad():
        for n, parameter in enumerate(tiny.parameters()):
            parameter.copy_(numbers(n + 1, parameter.shape))
        x = torch.tensor([[[np.sin(t + i) for i in range(3)] for t in range(6)]], dtype=torch.float32)
        known, _ = tiny.memory(torch.relu(tiny.first(x)))
        for row, last in zip(known[0], tiny.last(known)[0]):
            print([round(float(v), 5) for v in (*row, *last[[0, 63, 64, 65]])])
    with open(sys.argv[1], "wb") as file:
        file.write(export.layers(tiny.state_dict()))
