import math
import unittest

from actbench import ActbenchError, BadUserInputError
from faulty_proxy import open_proxy
from support import URL, ServiceTest, has

ROWS = [
    {"expression": "relu(x)", "seed": 0, "validationAccuracy": 0.1 + 0.2, "testLoss": math.nan, "lr": 0.1},
    {"expression": "relu(x)", "seed": 1, "validationAccuracy": 1 / 3, "testLoss": 1e20, "lr": 0.2},
    {"expression": 'mul(param(0.5,"q"),tanh(x))', "seed": 0, "validationAccuracy": None, "testLoss": 5e-324, "lr": 0.1},
]


@unittest.skipUnless(has("pandas"), "needs pandas")
class UploadTest(ServiceTest):
    def test_numbers_and_gaps_survive_a_round_trip(self):
        import pandas

        frame = pandas.DataFrame(ROWS)
        frame["seed"] = frame["seed"].astype("float64")
        name = self.make_name()
        uploaded = self.client.upload(frame, dataset=name, title="Mine", license="CC0")
        self.assertEqual((uploaded.added, uploaded.refused), (3, []))
        runs = self.client.dataset(name).runs()
        for column in ("expression", "validationAccuracy", "testLoss"):
            pandas.testing.assert_series_equal(runs[column], frame[column], check_dtype=False)
        self.assertEqual(list(runs["seed"]), [0, 1, 0])
        self.assertEqual(list(runs["metadata"]), [{"lr": 0.1}, {"lr": 0.2}, {"lr": 0.1}])
        self.assertEqual(self.client.dataset(name).about["license"], "CC0")
        # What was read can be uploaded again.
        copy = self.make_name()
        self.client.upload(runs, dataset=copy)
        again = self.client.dataset(copy).runs()
        kept = ["expression", "seed", "validationAccuracy", "testLoss", "metadata"]
        pandas.testing.assert_frame_equal(again[kept], runs[kept])

    def test_the_same_upload_again_adds_nothing_even_if_answers_are_lost(self):
        name = self.make_name()
        self.client.upload(ROWS[:1], dataset=name)
        proxy = open_proxy(self, URL, ("none", "lose-answer", "refuse"))
        rows = [{"expression": f"tanh({i}*x)", "validationAccuracy": i / 3000} for i in range(1, 2101)]
        self.assertEqual(self.open_client(proxy.url).upload(rows, dataset=name).added, 2100)
        self.assertEqual(self.client.upload(rows, dataset=name).added, 2100)
        self.assertEqual(len(self.client.dataset(name).runs()), 2101)

    def test_a_wrong_row_is_named_by_its_place_in_the_table(self):
        name = self.make_name()
        rows = [{"expression": f"relu({i}*x)", "validationAccuracy": 0.5} for i in range(1, 1501)]
        rows[1200] = {"expression": "nonsense(x)", "validationAccuracy": 0.5}
        rows[1400] = {"expression": "relu(x)", "validationAccuracy": 93.2}
        with self.assertRaises(ActbenchError) as caught:
            self.client.upload(rows, dataset=name)
        self.assertIn(1200, [problem["row"] for problem in caught.exception.problems])
        uploaded = self.client.upload(rows, dataset=name, on_error="skip")
        self.assertEqual(uploaded.added, 1498)
        self.assertEqual(sorted(problem["row"] for problem in uploaded.refused), [1200, 1400])
        self.assertTrue(all(problem["code"] and problem["message"] for problem in uploaded.refused))

    def test_wrong_calls_are_refused_before_anything_is_sent(self):
        sent = self.client.transport.requests
        for arguments in ({"on_error": "x"}, {"licence": "CC0"}):
            with self.assertRaises((TypeError, ValueError)):
                self.client.upload(ROWS, dataset="python-nothing", **arguments)
        with self.assertRaisesRegex(TypeError, r"rows\[0\]"):
            self.client.upload([{"function": "relu(x)"}], dataset="python-nothing")
        self.assertEqual(self.client.transport.requests, sent)
        with self.assertRaises(BadUserInputError):
            self.client.upload(ROWS, dataset="Not A Name")


class TrainTest(ServiceTest):
    def test_a_training_is_followed_to_its_runs_and_is_not_repeated(self):
        first = self.client.train("gelu(sin(x))", "mini-cnn", seeds=[3])
        second = self.client.train("gelu(sin(x))", "mini-cnn", seeds=[3])
        for runs in (first, second):
            rows = runs.to_dict("records") if has("pandas") else runs
            self.assertEqual([(row["seed"], row["dataset"]) for row in rows], [(3, "mini-cnn")])
            self.assertGreater(rows[0]["validationAccuracy"], 0.05)


if __name__ == "__main__":
    unittest.main()
