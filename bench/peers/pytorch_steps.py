"""Measures training steps of All-CNN-C in PyTorch, in images per second of wall time. Layers, batches and optimiser are the
same as in bench/training/graphics-card.ts, in float32 without TF32. Prints a line of JSON for each batch size and function.

    python3 bench/peers/pytorch_steps.py [--steps 40] [--batches 128,1024]
"""
import argparse
import json
import time

import torch
from torch import nn

WARM_UP_STEPS = 10
FUNCTIONS = {
    "relu(x)": torch.relu,
    "swish(x)": nn.functional.silu,
    "mul(erf(x),bessel_i0e(x))": lambda x: torch.erf(x) * torch.special.i0e(x),
}


class Activation(nn.Module):
    """The function, normalised like in the recipes: mean 0 and variance 1 for standard normal input."""

    def __init__(self, function):
        super().__init__()
        y = function(torch.randn(100_000, generator=torch.Generator().manual_seed(0)))
        self.function, self.mean, self.scale = function, float(y.mean()), 1 / float(y.std())

    def forward(self, x):
        return (self.function(x) - self.mean) * self.scale


def all_cnn_c(function):
    activation = Activation(function)
    convolution = lambda a, b, size, stride=1, padding=None: [
        nn.Conv2d(a, b, size, stride, size // 2 if padding is None else padding),
        activation,
    ]
    return nn.Sequential(
        nn.Dropout(0.2), *convolution(3, 96, 3), *convolution(96, 96, 3), *convolution(96, 96, 3, 2), nn.Dropout(0.5),
        *convolution(96, 192, 3), *convolution(192, 192, 3), *convolution(192, 192, 3, 2), nn.Dropout(0.5),
        *convolution(192, 192, 3, 1, 0), *convolution(192, 192, 1), *convolution(192, 10, 1),
        nn.AdaptiveAvgPool2d(1), nn.Flatten(),
    )  # fmt: skip


def measure(device, name, function, batch, steps):
    torch.manual_seed(0)
    network = all_cnn_c(function).to(device)
    optimizer = torch.optim.SGD(network.parameters(), lr=0.01, momentum=0.9)
    host = torch.randn(batch, 3, 32, 32)
    labels = torch.randint(10, (batch,), device=device)

    def step():
        # Like the product, each step copies the batch from the host and the loss back.
        loss = nn.functional.cross_entropy(network(host.to(device)), labels)
        optimizer.zero_grad()
        loss.backward()
        nn.utils.clip_grad_norm_(network.parameters(), 5)
        optimizer.step()
        return loss.item()

    for _ in range(WARM_UP_STEPS):
        step()
    started = time.perf_counter()
    for _ in range(steps):
        step()
    seconds = time.perf_counter() - started
    where = torch.cuda.get_device_name() if device == "cuda" else "processor"
    print(json.dumps({
        "by": f"PyTorch {torch.__version__}", "device": where, "network": "all-cnn-c", "batchSize": batch, "expression": name,
        "imagesPerSecond": round(steps * batch / seconds), "millisecondsPerStep": round(1000 * seconds / steps, 2),
    }), flush=True)  # fmt: skip


if __name__ == "__main__":
    parser = argparse.ArgumentParser()
    parser.add_argument("--steps", type=int, default=40)
    parser.add_argument("--batches", default="128,1024")
    options = parser.parse_args()
    torch.backends.cuda.matmul.allow_tf32 = torch.backends.cudnn.allow_tf32 = False
    device = "cuda" if torch.cuda.is_available() else "cpu"
    for batch in map(int, options.batches.split(",")):
        for name, function in FUNCTIONS.items():
            measure(device, name, function, batch, options.steps)
