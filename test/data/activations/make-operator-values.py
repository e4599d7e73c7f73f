"""Writes operator-values.json: values and derivatives of operators at hard points, with mpmath (pip install mpmath).

Every operand is a float64, taken exactly. Every result is computed with 1,500 digits and rounded to the nearest float64.

    python test/data/activations/make-operator-values.py
"""

import json
import os

import mpmath
from mpmath import mpf

mpmath.mp.dps = 1500
NEAR_ZERO = [5e-324, 1e-310, 2.3e-308, 1e-160, 1e-20, 1e-9, 1e-5, 0.01, 0.3, 0.5, 0.75]
ANGLES = [
    *NEAR_ZERO, 0.7853981633974483, 0.7853981633974484, 0.999999, 1.0, 1.0000001, 1.5, 1.5707963267948966, 2.0,
    3.141592653589793, 4.493409457909064, 4.71238898038469, 6.283185307179586, 10.0, 22.0, 355.0, 1000.5, 103993.0,
    1599999.0, 1600001.5, 1e7, 123456789.0, 1e15, 9007199254740991.0, 1e22, 1e100, 6381956970095103.0 * 2.0**797,
    1.7976931348623157e308,
]
POSITIVE = [
    *NEAR_ZERO, 0.9, 0.9999999999999999, 1.0, 1.0000000000000002, 1.01, 2.0, 2.718281828459045, 3.0, 8.0, 27.0, 1e5,
    1e22, 1e300, 1.7976931348623157e308,
]
ABOVE_MINUS_ONE = [
    *POSITIVE, *[-x for x in NEAR_ZERO], -0.9, -0.99, -0.999999999, -0.9999999999999999,
]


def both_signs(points):
    return [*points, *[-x for x in points]]


def sinc(x):
    return mpmath.sin(x) / x


def sinc_slope(x):
    return (mpmath.cos(x) - mpmath.sin(x) / x) / x


FUNCTIONS = {
    "sin": (both_signs(ANGLES), mpmath.sin, mpmath.cos),
    "cos": (both_signs(ANGLES), mpmath.cos, lambda x: -mpmath.sin(x)),
    "sinc": (both_signs(ANGLES), sinc, sinc_slope),
    "sqrt": (POSITIVE, mpmath.sqrt, lambda x: 1 / (2 * mpmath.sqrt(x))),
    "cbrt": (
        both_signs(POSITIVE),
        lambda x: mpmath.sign(x) * mpmath.cbrt(abs(x)),
        lambda x: 1 / (3 * mpmath.cbrt(abs(x)) ** 2),
    ),
    "log": (POSITIVE, mpmath.log, lambda x: 1 / x),
    "log1p": (ABOVE_MINUS_ONE, mpmath.log1p, lambda x: 1 / (1 + x)),
}


def nearest(value):
    """A float64; the text "Infinity" for numbers beyond float64, which JSON cannot hold."""
    rounded = float(value)
    return rounded if abs(rounded) < float("inf") else ("Infinity" if rounded > 0 else "-Infinity")


def main():
    rows = {
        name: [[x, nearest(value(mpf(x))), nearest(slope(mpf(x)))] for x in points]
        for name, (points, value, slope) in FUNCTIONS.items()
    }
    path = os.path.join(os.path.dirname(__file__), "operator-values.json")
    with open(path, "w") as file:
        lines = [
            f'  "{name}": [\n' + ",\n".join(f"    {json.dumps(row)}" for row in part) + "\n  ]"
            for name, part in rows.items()
        ]
        file.write("{\n" + ",\n".join(lines) + "\n}\n")


main()
