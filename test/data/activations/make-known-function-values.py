"""Writes known-function-values.json: values of functions of the literature as other projects compute them.

  pip install torch jax torch-activation==1.0.0
  python make-known-function-values.py

torch-activation follows the survey arXiv:2402.09092. Functions that it defines differently from their papers are left out:
RReLU (random), SSU and DSU (sinc of pi x), Hexpo and cLogLog (sign of the exponent), HardELiSH, BLU and PolyLU.
"""

import importlib
import json
import math
import sys
from pathlib import Path
from unittest.mock import MagicMock

# torch-activation imports packages for plots, which nothing here needs.
for name in ("plotly", "plotly.express", "plotly.graph_objects", "plotly.io", "plotly.subplots", "matplotlib", "matplotlib.pyplot"):
    sys.modules.setdefault(name, MagicMock())

import jax
import jax.nn as jn
import jax.numpy as jnp
import torch
import torch.nn.functional as F

POINTS = [-8, -2.3, -0.4, 0.7, 3.2, 8]

# fmt: off
TORCH = {
    "CELU (alpha 2)": lambda x: F.celu(x, 2.0), "ELU": F.elu, "Error function": torch.erf,
    "Hard sigmoid (slope 1/6)": F.hardsigmoid, "Inverse hyperbolic sine": torch.asinh,
    "Leaky ReLU (slope 0.1)": lambda x: F.leaky_relu(x, 0.1), "Leaky ReLU (slope 0.2)": lambda x: F.leaky_relu(x, 0.2),
    "Normal distribution function": torch.special.ndtr, "PReLU": lambda x: F.prelu(x, torch.tensor(0.25)), "ReLU6": F.relu6,
    "RReLU of PyTorch at inference": lambda x: F.rrelu(x, training=False), "Sign": torch.sign,
    "Sinc": lambda x: torch.sinc(x / math.pi), "Softplus": F.softplus, "Tanhshrink": F.tanhshrink,
}
JAX = {
    "Cube root": jnp.cbrt, "Hard sigmoid (slope 1/2)": jn.sparse_sigmoid, "SmeLU": jn.sparse_plus, "Squareplus": jn.squareplus,
}
RELU, SIGMOID, GATE = "classical.relu", "classical.sigmoid", "classical.sigmoid_weighted"
SQUARED, TRIG, MAXSIG, OTHER = "classical.squared", "classical.trig", "classical.maxsig", "classical.other"
LEARNED, LEARNED_GATE = "adaptive.relu", "adaptive.sigmoid_weighted"
TORCH_ACTIVATION = {
    "ACON-C": (LEARNED_GATE, "ACONC"), "ASiLU": (GATE, "ASiLU"), "ATLU": (GATE, "CaLU"),
    "Absolute linear unit": (RELU, "AbsLU"), "Absolute value": (RELU, "VReLU"), "Amplifying sine unit": (TRIG, "ASU"),
    "Aranda": (OTHER, "ArandaOrdaz"), "Arctan": (SIGMOID, "Arctan"), "Arctid": (TRIG, "Arctid"),
    "Bent identity": (OTHER, "BentIdentity"), "Bounded ReLU": (RELU, "BReLU"), "CoLU": (GATE, "CoLU"),
    "CosLU": ("adaptive.laaf", "CosLU"), "Cosid": (TRIG, "Cosid"), "Derivative of the sigmoid": (GATE, "dSigmoid"),
    "Difference exponentially linear unit": (MAXSIG, "DifferenceELU", 0.3, 0.1),
    "Displaced ReLU": (RELU, "DisReLU", 0.05), "Double SiLU": (GATE, "DoubleSiLU"),
    "E-swish": (LEARNED_GATE, "ESwish", 1.25), "EANAF": (GATE, "EANAF"),
    "ELiSH": (MAXSIG, "ExponentialLinearSigmoidSquashing"), "Elliott": (SIGMOID, "Elliott"),
    "ErfAct": (LEARNED_GATE, "ErfAct", 0.75, 0.75), "ErfReLU": (LEARNED, "ErfReLU"),
    "Exponential swish": (GATE, "ESwish"), "FPFLU": (MAXSIG, "FasterPowerFunctionLinearUnit"),
    "FReLU": (LEARNED, "FReLU"), "Flatten-T swish": (RELU, "FlattedTSwish"), "GELU": (GATE, "GELU"),
    "GELU (tanh)": (GATE, "SiELU"), "Generalized swish": (GATE, "GSwish"), "Gish": (GATE, "Gish"),
    "GoLU": (GATE, "ExpExpish"), "Growing cosine unit": (TRIG, "GCU"),
    "Hard sigmoid (slope 0.2)": (RELU, "HardSigmoid", 2), "Hard sigmoid (slope 1/2)": (RELU, "HardSigmoid"),
    "Hardshrink": (RELU, "Hardshrink"), "Hardswish": (RELU, "HardSwish"), "Hardtanh": (RELU, "HardTanh"),
    "ISRLU": (SQUARED, "ISRLU"), "ISRU": (SQUARED, "ISRU"), "Laplace linear unit": (GATE, "LaLU"),
    "LeCun tanh": (SIGMOID, "STanh"), "LeLeLU": (LEARNED, "LeLeLU", 1.0, 0.1), "Leaky ReLU": (RELU, "LReLU"),
    "LiSHT": (GATE, "LiSHT"), "Log sigmoid": (GATE, "LogSigmoid"), "Log-log": (SIGMOID, "LogLog"),
    "LogLogish": (GATE, "LogLogish"), "Logish": (GATE, "Logish"), "MPELU": (LEARNED, "MPELU"),
    "MaxSig": (MAXSIG, "Maxsig"), "MinSin": (RELU, "Minsin"), "Mish": (GATE, "Mish"),
    "Natural-logarithm ReLU": (RELU, "NLReLU"), "Non-monotonic cubic unit": ("classical.polynomial", "NCU"),
    "Optimal activation function": (RELU, "OAF"), "PELU": (LEARNED, "PELU"),
    "PFLU": (MAXSIG, "PowerFunctionLinearUnit"), "Parametric Logish": (GATE, "pLogish"),
    "Penalized tanh": (SIGMOID, "PTanh", 4.0), "Phish": (GATE, "Phish"), "Pserf": (LEARNED_GATE, "PSerf", 1.25, 0.85),
    "ReLU": (RELU, "ReLU"), "ReLUN": (RELU, "ReLUN"), "Rectified exponential unit": (RELU, "REU"),
    "Rectified hyperbolic secant": (GATE, "ReHSec"), "Rootsig": (SIGMOID, "Rootsig"), "SGELU": (GATE, "SGELU"),
    "SQLU": (SQUARED, "SQLU"), "SQNL": (SQUARED, "SQNL"), "SaRa": (RELU, "SaRa", 0.5, 0.7),
    "Self-arctan": (GATE, "SelfArctan"), "Serf": (GATE, "Serf"), "ShiLU": (LEARNED, "ShiLU"),
    "Shifted quadratic unit": ("classical.polynomial", "SQU"), "SiLU": (GATE, "SiLU"), "SigLU": (RELU, "SigLU"),
    "Sigmoid": (SIGMOID, "Sigmoid"), "Signed square root": ("classical.sqrt", "SQRT"), "SinLU": (GATE, "SinLU"),
    "SinSig": (GATE, "SinSig"), "SineReLU": (RELU, "SineReLU", 0.0025), "Smish": (GATE, "Smish"),
    "SoftModulusQ": (RELU, "SoftModulusQ"), "SoftModulusT": (RELU, "SoftModulusT"),
    "Softplus linear unit": (RELU, "SLU"), "Softshrink": (RELU, "Softshrink"), "Softsign": (SIGMOID, "Softsign"),
    "Squared ReLU": (RELU, "SquaredReLU"), "Suish": (GATE, "Suish"), "SwAT": (GATE, "SwAT"),
    "Swish (learnable beta)": (LEARNED_GATE, "Swish"), "Symexp": ("classical.exp", "Symexp"),
    "TBSReLU": (GATE, "TBSReLU"), "TSReLU": (GATE, "TSReLU"), "TSiLU": (GATE, "TSiLU"), "Tanh": (SIGMOID, "Tanh"),
    "Tanh linear unit": (MAXSIG, "TanhLinearUnit"), "TanhExp": (GATE, "TanhExp"), "TanhLU": (LEARNED, "TanhLU"),
    "TanhSoft-1": ("adaptive.sigmoid", "TanhSoft1"), "Thresholded ReLU": (RELU, "TRec"), "Triangle": (RELU, "mReLU"),
    "dSiLU": (GATE, "dSiLU"),
}
# fmt: on


def compute(module, name, *arguments):
    cls = getattr(importlib.import_module(f"torch_activation.{module}"), name)
    return cls(*arguments)


def values(function):
    return [float(function(torch.tensor([float(x)])).detach()[0]) for x in POINTS]


def main():
    torch.set_default_dtype(torch.float64)
    jax.config.update("jax_enable_x64", True)
    functions = {}
    for name, function in TORCH.items():
        functions[name] = {"source": "PyTorch", "values": values(function)}
    for name, function in JAX.items():
        functions[name] = {"source": "JAX", "values": [float(function(jnp.float64(x))) for x in POINTS]}
    for name, (module, cls, *arguments) in TORCH_ACTIVATION.items():
        functions[name] = {"source": f"torch-activation, {cls}", "values": values(compute(module, cls, *arguments))}
    rows = ",\n".join(f"    {json.dumps(name, ensure_ascii=False)}: {json.dumps(functions[name])}" for name in sorted(functions))
    versions = {"torch": torch.__version__, "jax": jax.__version__, "torch-activation": "1.0.0"}
    head = f'{{\n  "versions": {json.dumps(versions)},\n  "points": {json.dumps(POINTS)},\n  "functions": {{\n'
    Path(__file__).with_name("known-function-values.json").write_text(f"{head}{rows}\n  }}\n}}\n", encoding="utf-8")


main()
