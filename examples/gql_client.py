"""Reads a leaderboard and the next new evaluation with the package gql.

    pip install "gql[aiohttp,websockets]"
    python3 examples/gql_client.py mini-cnn
    python3 examples/gql_client.py mini-cnn 2026-01-31T12:00:00Z   # evaluations since then count as new
"""

import asyncio
import os
import sys

from gql import Client, gql
from gql.transport.aiohttp import AIOHTTPTransport
from gql.transport.websockets import WebsocketsTransport

URL = os.environ.get("ACTBENCH_URL", "http://127.0.0.1:4000")
KEY = os.environ.get("ACTBENCH_KEY")
HEADERS = {"authorization": f"Bearer {KEY}"} if KEY else {}

LEADERBOARD = gql(
    """
    query ($dataset: String!) {
      dataset(name: $dataset) {
        leaderboard(first: 5) { nodes { rank expression validationAccuracy } }
      }
    }
    """
)
EVALUATIONS = gql(
    """
    subscription ($dataset: String!, $since: DateTime) {
      evaluations(dataset: $dataset, since: $since) { expression validationAccuracy }
    }
    """
)


async def show_leaderboard(dataset: str) -> None:
    async with Client(transport=AIOHTTPTransport(url=f"{URL}/graphql", headers=HEADERS)) as session:
        answer = await session.execute(LEADERBOARD, variable_values={"dataset": dataset})
    for row in answer["dataset"]["leaderboard"]["nodes"]:
        print(f"{row['rank']:>3}  {row['validationAccuracy']:.4f}  {row['expression']}")


async def show_next_evaluation(dataset: str, since: str | None) -> None:
    url = f"{URL.replace('http', 'ws', 1)}/graphql/ws"
    async with Client(transport=WebsocketsTransport(url=url, init_payload=HEADERS)) as session:
        variables = {"dataset": dataset, "since": since}
        async for answer in session.subscribe(EVALUATIONS, variable_values=variables):
            row = answer["evaluations"]
            print(f"new: {row['validationAccuracy']:.4f}  {row['expression']}")
            return


async def main() -> None:
    dataset, *since = sys.argv[1:] or ["mini-cnn"]
    await show_leaderboard(dataset)
    await show_next_evaluation(dataset, since[0] if since else None)


asyncio.run(main())
