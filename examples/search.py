"""Searches with an objective of its own: which function is most like swish? Replace `evaluate` by your training.

    ACTBENCH_KEY=... python3 examples/search.py mini-cnn 20

A suggestion is leased: if this program ends in the middle, the lease runs out, and the next worker gets the function.
"""

import math
import socket
import sys
import time

from client import request

CREATE = "mutation ($input: CreateSearchInput!) { createSearch(input: $input) { search { id } } }"
SUGGEST = """
mutation ($input: SuggestInput!) {
  suggest(input: $input) {
    suggestions { id expression activation { curve(from: -3, to: 3, points: 25) { x y } } }
    search { state waitingFor best { expression validationAccuracy } }
  }
}"""
REPORT = "mutation ($input: ReportEvaluationInput!) { reportEvaluation(input: $input) { suggestion { state } } }"


def evaluate(curve):
    """1 for swish itself, close to 0 for a function that is far away."""
    if any(point["y"] is None for point in curve):
        raise ValueError("the function is not finite everywhere")
    errors = [(p["y"] - p["x"] / (1 + math.exp(-p["x"]))) ** 2 for p in curve]
    return 1 / (1 + sum(errors) / len(errors))


dataset = sys.argv[1] if len(sys.argv) > 1 else "mini-cnn"
budget = int(sys.argv[2]) if len(sys.argv) > 2 else 20
settings = {"dataset": dataset, "name": "most like swish", "budget": budget, "seed": 2}
settings["algorithm"] = "REGULARIZED_EVOLUTION"
search_id = request(CREATE, {"input": settings})["createSearch"]["search"]["id"]
while True:
    asked = {"searchId": search_id, "worker": socket.gethostname(), "leaseSeconds": 600}
    answer = request(SUGGEST, {"input": asked})["suggest"]
    search = answer["search"]
    if not answer["suggestions"] and search["state"] == "ACTIVE":
        print("waiting:", search["waitingFor"])
        time.sleep(5)
        continue
    if not answer["suggestions"]:
        best = search["best"]
        found = f"{best['expression']}, {best['validationAccuracy']:.4f}" if best else "none"
        print(f"{search['state']}: the best is {found}")
        break
    suggestion = answer["suggestions"][0]
    outcome = {"suggestionId": suggestion["id"]}
    try:
        outcome["validationAccuracy"] = evaluate(suggestion["activation"]["curve"])
    except ValueError as error:
        outcome["failure"] = str(error)
    print(outcome.get("validationAccuracy", "failed"), suggestion["expression"])
    request(REPORT, {"input": outcome})
