import collections
import os
import pathlib
import random
import subprocess
import sys
import threading
import time
import unittest

from actbench import ConflictError, ForbiddenError, NotFoundError
from faulty_proxy import open_proxy
from support import KEY, URL, ServiceTest, has


def score(suggestion):
    return len(set(suggestion.expression)) / 40


class OptimizeTest(ServiceTest):
    def test_five_lines_complete_a_search(self):
        with self.client.search("mini-cnn", budget=12, algorithm="RANDOM", seed=3) as search:
            search.optimize(score, workers=4)
        self.assertEqual((search.state, search.status["completed"]), ("COMPLETED", 12))
        self.assertEqual(search.best["validationAccuracy"], max(self.rows(search, "validationAccuracy")))
        self.assertEqual(len(set(self.rows(search, "expression"))), 12)

    def test_failures_wrong_results_and_metadata_are_reported(self):
        results = iter([
            {"validation_accuracy": 0.5, "testLoss": float("nan"), "metadata": {"note": "a"}},
            float("nan"), 93.2, "x", None, {"accuracy": 1}, {"failure": "diverged"}, 1, 0,
        ])

        def objective(suggestion):
            result = next(results)
            if result == "x":
                raise KeyError("no such layer")
            return result

        search = self.client.search("mini-cnn", budget=3, algorithm="RANDOM", seed=4)
        search.optimize(objective)
        rows = search._suggestions(None)
        states = [(row["state"], row["validationAccuracy"], row["failure"]) for row in rows]
        self.assertEqual([state for state, _, _ in states].count("COMPLETED"), 3)
        self.assertEqual([accuracy for _, accuracy, _ in states if accuracy is not None], [0.5, 1, 0])
        failures = [failure for _, _, failure in states if failure]
        for text, failure in zip(("nan", "refused the metrics", "KeyError", "None", "'accuracy'", "diverged"), failures):
            self.assertIn(text, failure)
        self.assertEqual(len(failures), 6)

    def test_a_lost_connection_loses_and_repeats_nothing(self):
        proxy = open_proxy(self, URL, probability=0.2)
        seen = collections.Counter()
        lock = threading.Lock()

        def objective(suggestion):
            with lock:
                seen[suggestion.expression] += 1
            return score(suggestion)

        with self.open_client(proxy.url).search("mini-cnn", budget=25, algorithm="RANDOM", seed=5) as search:
            search.optimize(objective, workers=5)
        self.assertEqual(search.status["completed"], 25)
        self.assertEqual(set(seen.values()), {1})
        self.assertEqual(set(seen), set(self.rows(search, "expression")))

    def test_an_evaluation_that_outlives_its_lease_is_kept_by_renewals(self):
        seen = []

        def objective(suggestion):
            seen.append(suggestion.expression)
            time.sleep(4)
            return 0.5

        search = self.client.search("mini-cnn", budget=1, algorithm="RANDOM", seed=6)
        other = self.client.search(id=search.id)
        threads = [
            threading.Thread(target=each.optimize, args=(objective,), kwargs={"lease_seconds": 2, "poll_seconds": 0.2})
            for each in (search, other)
        ]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join()
        self.assertEqual(len(seen), 1)
        self.assertEqual(search.refresh().status["completed"], 1)

    def test_a_replay_needs_no_objective(self):
        search = self.client.search("mini-cnn", budget=5, algorithm="RANDOM", seed=7, replay=True, replayValue="RANDOM").optimize()
        history = search.history()
        steps = list(history["step"]) if has("pandas") else [row["step"] for row in history]
        self.assertEqual(steps, [1, 2, 3, 4, 5])

    def test_errors_that_no_patience_mends_end_all_workers(self):
        search = self.client.search("mini-cnn", budget=5, algorithm="RANDOM", seed=8)
        search.stop()
        self.assertEqual(search.optimize(score).state, "STOPPED")
        secret = self.client.query('mutation { createApiKey(input: { name: "other", scopes: [SEARCH] }) { secret } }')
        active = self.client.search("mini-cnn", budget=5, algorithm="RANDOM", seed=8)
        foreign = type(self.client)(URL, secret["createApiKey"]["secret"], cache=False, progress=False)
        self.addCleanup(foreign.close)
        with self.assertRaises(ForbiddenError):
            foreign.search(id=active.id).optimize(score, workers=3)
        active.stop()

    def test_a_file_gives_the_same_search_and_refuses_other_settings(self):
        file = pathlib.Path(self.folder) / "one.search"
        found = []
        threads = [
            threading.Thread(target=lambda: found.append(self.client.search("mini-cnn", budget=3, seed=9, file=file).id))
            for _ in range(6)
        ]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join()
        self.assertEqual(len(found), 6)
        self.assertEqual(len(set(found)), 1)
        self.assertEqual(self.client.search(file=file).id, found[0])
        with self.assertRaisesRegex(ValueError, "budget 3, not 5"):
            self.client.search("mini-cnn", budget=5, file=file)
        self.client.search(id=found[0]).stop()
        with self.assertRaises((NotFoundError, ConflictError)):
            self.client.search(id="U2VhcmNoOjk5OTk5OTk")
        with self.assertRaisesRegex(TypeError, "'bugdet'"):
            self.client.search("mini-cnn", bugdet=3)

    def rows(self, search, column):
        return [row[column] for row in search._suggestions("COMPLETED")]


class KilledWorkersTest(ServiceTest):
    """ACTBENCH_TEST_EVALUATIONS, ACTBENCH_TEST_PROCESSES and ACTBENCH_TEST_THREADS make it larger."""

    def test_programs_that_are_killed_and_started_again_complete_every_suggestion_once(self):
        budget = int(os.environ.get("ACTBENCH_TEST_EVALUATIONS", "40"))
        processes = int(os.environ.get("ACTBENCH_TEST_PROCESSES", "3"))
        threads = os.environ.get("ACTBENCH_TEST_THREADS", "2")
        chance = random.Random(1)
        file = os.path.join(self.folder, "killed.search")
        environment = {**os.environ, "ACTBENCH_URL": URL, "ACTBENCH_KEY": KEY}
        worker = os.path.join(os.path.dirname(__file__), "search_worker.py")

        def start():
            command = [sys.executable, worker, file, str(budget), threads, "4"]
            return subprocess.Popen(command, env=environment, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True)

        running = [start() for _ in range(processes)]
        kills = 0
        try:
            while any(each.poll() is None for each in running):
                time.sleep(chance.uniform(0.5, 1.5))
                index = chance.randrange(processes)
                # A kill needs a running program, and the last ones must be able to finish.
                if running[index].poll() is None and kills < processes * 3:
                    running[index].kill()
                    running[index].communicate()
                    running[index] = start()
                    kills += 1
            said = [each.communicate()[0] for each in running]
        finally:
            for each in running:
                each.kill()
                each.wait()
        self.assertTrue(all("COMPLETED" in each for each in said), said)
        search = self.client.search("mini-cnn", file=file)
        states = collections.Counter(row["state"] for row in search._suggestions(None))
        completed = [row["expression"] for row in search._suggestions("COMPLETED")]
        print(f"\n{budget} evaluations, {processes} programs of {threads} threads, {kills} kills: {dict(states)}")
        self.assertGreater(kills, 0)
        self.assertEqual((len(completed), len(set(completed))), (budget, budget))
        self.assertEqual(states["LEASED"], 0)


if __name__ == "__main__":
    unittest.main()
