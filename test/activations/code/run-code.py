"""Runs generated code and compares values and derivatives.

  python run-code.py CASES

CASES is a JSON file: a list of {target, name, text, code, inputs, values, derivatives, parameterNames,
parameterDerivatives}. Prints {"versions": {...}, "compared": {target: points}, "problems": [...]} as JSON.
"""
import json
import sys
import warnings

warnings.filterwarnings("ignore")
TOLERANCE = 1e-5


def run_numpy(case, space, inputs):
    import numpy as np

    name = case["name"]
    x = np.array(inputs)
    value = space[name](x)
    slope = space[f"{name}_derivative"](x)
    by_parameter = {}
    if case["parameterNames"]:
        by_parameter = space[f"{name}_parameter_derivatives"](x)
    return value, slope, by_parameter


def run_torch(case, space, inputs):
    import torch

    function = space[case["name"]]
    if isinstance(function, type):
        function = function().double()
    x = torch.tensor(inputs, dtype=torch.float64, requires_grad=True)
    value = function(x)
    (slope,) = torch.autograd.grad(value.sum(), x, retain_graph=True)
    by_parameter = {}
    if case["parameterNames"]:
        for key, parameter in function.named_parameters():
            rows = []
            for one in value:
                (row,) = torch.autograd.grad(one, parameter, retain_graph=True, allow_unused=True)
                rows.append(0.0 if row is None else row.item())
            by_parameter[key] = rows
    return value.detach().numpy(), slope.numpy(), by_parameter


def run_jax(case, space, inputs):
    import jax
    import jax.numpy as jnp

    function = space[case["name"]]
    x = jnp.array(inputs)
    if not case["parameterNames"]:
        value, pull = jax.vjp(function, x)
        return value, pull(jnp.ones_like(value))[0], {}
    parameters = {key: jnp.float64(initial) for key, initial in space[case["name"] + "_parameters"].items()}
    value, pull = jax.vjp(lambda each: function(each, parameters), x)
    slope = pull(jnp.ones_like(value))[0]
    _, pull = jax.vjp(lambda each: function(x, each), parameters)
    rows = [pull(jnp.zeros_like(value).at[i].set(1.0))[0] for i in range(len(inputs))]
    return value, slope, {key: [float(row[key]) for row in rows] for key in parameters}


def run_tensorflow(case, space, inputs):
    import tensorflow as tf

    function = space[case["name"]]
    x = tf.constant(inputs, dtype=tf.float64)
    if isinstance(function, type):
        function = function(dtype="float64")
        function.build(x.shape)
    with tf.GradientTape(persistent=True) as tape:
        tape.watch(x)
        value = function(x)
        total = tf.reduce_sum(value)
    slope = tape.gradient(total, x)
    by_parameter = {}
    if case["parameterNames"]:
        for key, variable in function.values.items():
            rows = tape.jacobian(value, variable.value, unconnected_gradients="zero", experimental_use_pfor=False)
            by_parameter[key] = rows.numpy()
    return value.numpy(), slope.numpy(), by_parameter


RUNNERS = {"NUMPY": run_numpy, "PYTORCH": run_torch, "JAX": run_jax, "TENSORFLOW": run_tensorflow}


def compare(case, what, found, expected, problems):
    import numpy as np

    found = np.asarray(found, dtype=float)
    if found.shape != (len(expected),):
        problems.append(f"{case['target']} {case['text']}: {what} has the shape {found.shape}")
        return
    for x, one, right in zip(case["inputs"], found, expected):
        if not abs(one - right) <= TOLERANCE * (1 + abs(right)):
            problems.append(f"{case['target']} {case['text']} at {x}: {what} {one}, expected {right}")
            return


def find_versions():
    import importlib

    versions = {"python": sys.version.split()[0]}
    for name in ["numpy", "scipy", "torch", "jax", "tensorflow"]:
        try:
            versions[name] = importlib.import_module(name).__version__
        except ImportError:
            pass
    return versions


def main():
    versions = find_versions()
    if len(sys.argv) < 2:
        print(json.dumps({"versions": versions}))
        return
    if "jax" in versions:
        import jax

        jax.config.update("jax_enable_x64", True)
    with open(sys.argv[1], encoding="utf-8") as file:
        cases = json.load(file)
    compared = {}
    problems = []
    for case in cases:
        target = case["target"]
        space = {}
        try:
            exec(case["code"], space)
            value, slope, by_parameter = RUNNERS[target](case, space, case["inputs"])
        except Exception as error:
            problems.append(f"{target} {case['text']}: {type(error).__name__}: {error}")
            continue
        compare(case, "value", value, case["values"], problems)
        compare(case, "derivative", slope, case["derivatives"], problems)
        for k, key in enumerate(case["parameterNames"]):
            expected = [row[k] for row in case["parameterDerivatives"]]
            compare(case, f"derivative by {key}", by_parameter[key], expected, problems)
        compared[target] = compared.get(target, 0) + len(case["inputs"])
    print(json.dumps({"versions": versions, "compared": compared, "problems": problems}))


main()
