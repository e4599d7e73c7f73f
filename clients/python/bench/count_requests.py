"""Counts the lines and requests of the eleven analyses: with GraphQL by hand as in version 0.4.0, and with the client.

    ACTBENCH_URL=... ACTBENCH_KEY=... python clients/python/bench/count_requests.py

The helpers `ask` and `pages` are not counted. Both sides plot nothing.
"""

from __future__ import annotations

import inspect
import io
import json
import os
import pathlib
import uuid

import httpx
import pandas as pd

import actbench

URL, KEY = os.environ["ACTBENCH_URL"], os.environ["ACTBENCH_KEY"]
HTTP = httpx.Client(timeout=600, headers={"authorization": f"Bearer {KEY}"})
COUNT = {"requests": 0}
HTTP.event_hooks["request"].append(lambda _: COUNT.update(requests=COUNT["requests"] + 1))
NAME = f"before-{uuid.uuid4().hex[:8]}"


def ask(query, **variables):
    body = HTTP.post(f"{URL}/graphql", json={"query": query, "variables": variables}).json()
    if body.get("errors") and not body.get("data"):
        raise RuntimeError(body["errors"][0]["message"])
    return body


def pages(query, field, **variables):
    after = None
    while True:
        page = ask(query, after=after, **variables)["data"]["dataset"][field]
        yield from page["nodes"]
        if not page["pageInfo"]["hasNextPage"]:
            return
        after = page["pageInfo"]["endCursor"]


def read(path):
    return io.BytesIO(HTTP.get(f"{URL}/export/{path}").content)


def load_everything():
    evaluations = pd.read_csv(read("mini-cnn.csv"))
    runs = pd.read_json(read("mini-cnn/runs.jsonl"), lines=True)
    epochs = pd.DataFrame(
        {"expression": run["evaluation"]["expression"], "seed": run["seed"], **epoch}
        for run in pages(
            """query ($after: String) { dataset(name: "mini-cnn") { runs(first: 200, after: $after) {
              nodes { seed evaluation { expression } epochs { epoch trainAccuracy trainLoss validationAccuracy validationLoss } }
              pageInfo { hasNextPage endCursor } } } }""",
            "runs",
        )
        for epoch in run["epochs"]
    )
    return evaluations, runs, epochs


def curves_of_the_best():
    answer = ask(
        """{ dataset(name: "mini-cnn") { leaderboard(first: 20) { nodes {
          expression runs { seed epochs { epoch validationAccuracy } } } } } }"""
    )
    return pd.DataFrame(
        {"expression": node["expression"], "seed": run["seed"], **epoch}
        for node in answer["data"]["dataset"]["leaderboard"]["nodes"]
        for run in node["runs"]
        for epoch in run["epochs"]
    ).pivot_table(index="epoch", columns="expression", values="validationAccuracy")


def correlation_of_networks():
    names = ["mini-cnn", "mini-resnet", "mini-vit"]
    tables = [pd.read_csv(read(f"{name}.csv")).groupby("activationId")["validationAccuracy"].first() for name in names]
    return pd.concat(tables, axis=1, keys=names).corr(method="spearman")


def map_of_functions():
    answer = ask(
        """{ dataset(name: "mini-cnn") { surrogate { embedding(first: 5000) {
          nodes { x y validationAccuracy activation { expression } } } } } }"""
    )
    points = pd.DataFrame(answer["data"]["dataset"]["surrogate"]["embedding"]["nodes"])
    points["expression"] = [activation["expression"] for activation in points.pop("activation")]
    return points


def noise_of_seeds():
    runs = pd.read_json(read("mini-cnn/runs.jsonl"), lines=True)
    noise = ask('{ dataset(name: "mini-cnn") { seedNoise { standardDeviation evaluations runs } } }')
    return noise["data"]["dataset"]["seedNoise"], runs.groupby("activationId")["validationAccuracy"].std().dropna()


def regret_of_a_search():
    settings = {"dataset": "mini-cnn", "replay": True, "algorithm": "RANDOM", "budget": 20, "seed": 1}
    created = ask("mutation ($i: CreateSearchInput!) { createSearch(input: $i) { search { id } } }", i=settings)
    search = created["data"]["createSearch"]["search"]["id"]
    while True:
        asked = ask(
            "mutation ($i: SuggestInput!) { suggest(input: $i) { suggestions { id } } }",
            i={"searchId": search, "worker": "me"},
        )["data"]["suggest"]["suggestions"]
        if not asked:
            break
        for each in asked:
            ask(
                "mutation ($i: ReportEvaluationInput!) { reportEvaluation(input: $i) { search { state } } }",
                i={"suggestionId": each["id"]},
            )
    answer = ask("query ($id: ID!) { search(id: $id) { history { step bestValidationAccuracy } } }", id=search)
    best = pd.read_csv(read("mini-cnn.csv"))["validationAccuracy"].max()
    return best - pd.DataFrame(answer["data"]["search"]["history"])["bestValidationAccuracy"]


def predictions_of_500():
    asked = [f"{f}(x)*{i / 10}" for f in ["tanh", "swish", "gelu", "sin", "nonsense"] for i in range(100)]
    rows = []
    for start in range(0, len(asked), 100):
        part = asked[start : start + 100]
        answer = ask(
            """query ($e: [String!]!) { predict(dataset: "mini-cnn", expressions: $e) { mean standardDeviation } }""",
            e=part,
        )
        reasons = {error["path"][1]: error["message"] for error in answer.get("errors", [])}
        for index, (expression, found) in enumerate(zip(part, answer["data"]["predict"])):
            rows.append({"expression": expression, "reason": reasons.get(index), **(found or {})})
    return pd.DataFrame(rows)


def own_results_compared():
    best = pd.read_csv(read("mini-cnn.csv")).nlargest(20, "validationAccuracy")
    ask(
        "mutation ($i: CreateDatasetInput!) { createDataset(input: $i) { dataset { name } } }",
        i={"name": NAME, "title": NAME, "description": "-", "architecture": "-", "task": "-"},
    )
    rows = [
        {"expression": row.expression, "seed": 0, "validationAccuracy": row.validationAccuracy - 0.01}
        for row in best.itertuples()
    ]
    ask(
        "mutation ($i: AddEvaluationsInput!) { addEvaluations(input: $i) { evaluations { id } } }",
        i={"dataset": NAME, "rows": rows},
    )
    return best.merge(pd.read_csv(read(f"{NAME}.csv")), on="activationId", suffixes=("", "_mine"))


def neighbours_of_a_function():
    answer = ask(
        """{ activation(expression: "x*sigmoid(x)") { neighbours(dataset: "mini-cnn", space: FISHER_SPECTRUM, first: 10) {
          distance activation { expression evaluation(dataset: "mini-cnn") { validationAccuracy } } } } }"""
    )
    return pd.json_normalize(answer["data"]["activation"]["neighbours"])


def sql_on_an_address():
    address = f"{URL}/export/mini-cnn.parquet"
    return pd.read_parquet(address, columns=["expression", "validationAccuracy"]).nlargest(5, "validationAccuracy")


def round_trip_of_nan():
    given = pd.DataFrame({"expression": ["relu(x)", "tanh(x)"], "validationAccuracy": [0.3, None], "testLoss": [None, 1e20]})
    ask(
        "mutation ($i: CreateDatasetInput!) { createDataset(input: $i) { dataset { name } } }",
        i={"name": f"{NAME}-2", "title": NAME, "description": "-", "architecture": "-", "task": "-"},
    )
    rows = [{k: None if pd.isna(v) else v for k, v in row.items()} for row in given.to_dict("records")]
    ask(
        "mutation ($i: AddEvaluationsInput!) { addEvaluations(input: $i) { evaluations { id } } }",
        i={"dataset": f"{NAME}-2", "rows": rows},
    )
    return pd.read_csv(read(f"{NAME}-2.csv"), float_precision="round_trip")


BEFORE = [
    load_everything,
    curves_of_the_best,
    correlation_of_networks,
    map_of_functions,
    noise_of_seeds,
    regret_of_a_search,
    predictions_of_500,
    own_results_compared,
    neighbours_of_a_function,
    sql_on_an_address,
    round_trip_of_nan,
]


def measure_after():
    """Lines and requests of each analysis in the notebook."""
    path = pathlib.Path(__file__).parents[3] / "examples" / "analyses.ipynb"
    cells = [c for c in json.loads(path.read_text(encoding="utf-8"))["cells"] if c["cell_type"] == "code"]
    names: dict = {}
    for cell in cells:
        before = names["client"].transport.requests if "client" in names else 0
        source = "".join(cell["source"])
        exec(compile(source, str(path), "exec"), names)
        lines = [line for line in source.splitlines() if not line.startswith("#")]
        yield len(lines), names["client"].transport.requests - before


def main() -> None:
    after = list(measure_after())[1:-1]
    print("| Analysis | Lines before | Requests before | Lines | Requests |\n| --- | --- | --- | --- | --- |")
    for function, (lines, requests) in zip(BEFORE, after):
        COUNT["requests"] = 0
        function()
        size = len(inspect.getsource(function).strip().splitlines()) - 1
        title = function.__name__.replace("_", " ")
        print(f"| {title} | {size} | {COUNT['requests']} | {lines} | {requests} |", flush=True)
    client = actbench.Client(progress=False)
    for name in (NAME, f"{NAME}-2"):
        client.dataset(name).delete()


if __name__ == "__main__":
    main()
