"""Prints the best functions of a dataset. Needs no key and only the standard library.

    python3 examples/leaderboard.py mini-cnn 10
"""

import sys

from client import request

QUERY = """
query Leaderboard($dataset: String!, $count: Int!) {
  dataset(name: $dataset) {
    title version
    leaderboard(first: $count) { totalCount nodes { rank expression validationAccuracy } }
  }
}"""

name = sys.argv[1] if len(sys.argv) > 1 else "mini-cnn"
count = int(sys.argv[2]) if len(sys.argv) > 2 else 10
dataset = request(QUERY, {"dataset": name, "count": count})["dataset"]
if dataset is None:
    sys.exit(f"dataset: there is no dataset {name}")
board = dataset["leaderboard"]
print(f"{dataset['title']} version {dataset['version']}: {board['totalCount']} functions")
for row in board["nodes"]:
    print(f"{row['rank']:4}  {row['validationAccuracy']:.4f}  {row['expression']}")
