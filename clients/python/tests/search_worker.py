"""One program of a search, which the tests kill: python search_worker.py FILE BUDGET WORKERS LEASE_SECONDS."""

import random
import sys
import time

from actbench import Client


def objective(suggestion):
    time.sleep(random.uniform(0.0, 0.2))
    if random.random() < 0.1:
        raise RuntimeError("one of ten evaluations fails")
    return len(set(suggestion.expression)) / 40


file, budget, workers, lease_seconds = sys.argv[1], *map(int, sys.argv[2:5])
with Client(progress=False, cache=False).search("mini-cnn", budget=budget, algorithm="RANDOM", seed=1, file=file) as search:
    search.optimize(objective, workers=workers, lease_seconds=lease_seconds, poll_seconds=0.2)
print(search.state)
