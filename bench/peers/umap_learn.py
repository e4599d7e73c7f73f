"""Fits umap-learn to the matrices that `bench/surrogates/umap-peer.ts` wrote. Prints the CPU and wall seconds of each fit
as JSON.

    python umap_learn.py FOLDER ROWS COLUMNS SPECTRUM_ROWS SPECTRUM_COLUMNS

A first fit on 200 rows is not counted, because Numba compiles the functions during it.
"""

import json
import sys
import time

import numpy
import umap


def measure(work):
    wall, cpu = time.perf_counter(), time.process_time()
    result = work()
    return result, {"cpu": time.process_time() - cpu, "wall": time.perf_counter() - wall}


folder = sys.argv[1]
rows, columns, spectrum_rows, spectrum_columns = map(int, sys.argv[2:6])
outputs = numpy.fromfile(f"{folder}/outputs.f32", dtype="<f4").reshape(rows, columns)
spectra = numpy.fromfile(f"{folder}/spectra.f32", dtype="<f4").reshape(spectrum_rows, spectrum_columns)
some = outputs[:spectrum_rows]


def fit_outputs(values):
    return umap.UMAP(n_neighbors=15, random_state=42).fit(values)


def fit_spectra(values):
    return umap.UMAP(n_neighbors=3, metric="manhattan", random_state=42).fit(values)


_ = fit_outputs(outputs[:200]) + fit_spectra(spectra[:200])
result = {"version": umap.__version__}
_, result["outputs"] = measure(lambda: fit_outputs(outputs))
_, result["union"] = measure(lambda: fit_outputs(some) + fit_spectra(spectra))
print(json.dumps(result))
