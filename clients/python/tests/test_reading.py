import math
import sys
import unittest
from unittest import mock

from actbench import BadUserInputError, MissingPackageError, NotFoundError
from support import ServiceTest, has


class TablesTest(ServiceTest):
    def test_datasets_has_one_row_for_each_dataset(self):
        datasets = self.client.datasets()
        names = list(datasets["name"]) if has("pandas") else [row["name"] for row in datasets]
        self.assertIn("mini-cnn", names)

    @unittest.skipUnless(has("pandas"), "needs pandas")
    def test_all_runs_and_curves_are_three_requests(self):
        mini = self.client.dataset("mini-cnn")
        evaluations, runs, epochs = mini.evaluations(), mini.runs(), mini.epochs()
        self.assertEqual(self.client.transport.requests, 3)
        self.assertEqual(len(evaluations), mini.about["evaluationCount"])
        self.assertEqual(set(runs["activationId"]), set(evaluations["activationId"]))
        self.assertEqual(str(runs["seed"].dtype), "Int64")
        self.assertEqual(str(runs["createdAt"].dtype.kind), "M")
        self.assertEqual(set(epochs["epoch"].groupby([epochs["activationId"], epochs["seed"]]).min()), {1})
        # An evaluation is the median of its runs.
        medians = runs.groupby("activationId")["validationAccuracy"].median()
        both = evaluations.set_index("activationId")["validationAccuracy"]
        self.assertLess((medians - both.loc[medians.index]).abs().max(), 1e-12)

    @unittest.skipUnless(has("pandas"), "needs pandas")
    def test_evaluations_have_ranks_predictions_and_properties(self):
        mini = self.client.dataset("mini-cnn")
        evaluations = mini.evaluations().set_index("activationId")
        best = mini.leaderboard(5).set_index("activationId")
        for column in ("rank", "rankBest", "rankWorst", "runCount", "standardDeviation"):
            found = evaluations.loc[best.index, column].astype("float64")
            self.assertLess((found - best[column].astype("float64")).abs().max(), 1e-12, column)
        self.assertEqual(str(evaluations["rank"].dtype), "Int64")
        self.assertEqual(str(evaluations["isMonotone"].dtype), "bool")
        relu = evaluations[evaluations["expression"] == "relu(x)"].iloc[0]
        self.assertIn("ReLU", relu["names"])
        self.assertAlmostEqual(relu["gaussianMean"], 1 / math.sqrt(2 * math.pi), places=9)
        predicted = self.client.predict(["relu(x)"], dataset="mini-cnn")["mean"].iloc[0]
        self.assertAlmostEqual(relu["predicted"], predicted, places=12)

    @unittest.skipUnless(has("pandas"), "needs pandas")
    def test_activations_are_all_stored_functions(self):
        activations = self.client.activations()
        count = self.client.query("{ activations(first: 1) { totalCount } }")["activations"]["totalCount"]
        self.assertEqual(len(activations), count)
        self.assertEqual(activations["activationId"].nunique(), count)
        relu = activations[activations["expression"] == "relu(x)"].iloc[0]
        self.assertEqual(relu["operators"], ["relu"])
        self.assertGreaterEqual(relu["datasets"], 1)

    def test_without_pandas_tables_are_lists_of_dictionaries(self):
        with mock.patch.dict(sys.modules, {"pandas": None}):
            mini = self.client.dataset("mini-cnn")
            rows = mini.evaluations(validation_accuracy_min=0.5)
            self.assertGreater(len(rows), 10)
            self.assertTrue(all(row["validationAccuracy"] >= 0.5 for row in rows))
            self.assertIsInstance(rows[0]["rank"], int)
            self.assertIsInstance(rows[0]["isFinite"], bool)
            self.assertIsInstance(rows[0]["names"], list)
            run = mini.runs(validation_accuracy_min=0.7)[0]
            self.assertIsInstance(run["seed"], int)
            self.assertIsNone(run["metadata"])
            self.assertEqual(run["createdAt"].utcoffset().total_seconds(), 0)
            self.assertIsInstance(mini.leaderboard(2)[0]["rank"], int)

    def test_a_missing_package_is_named(self):
        with mock.patch.dict(sys.modules, {"numpy": None}):
            with self.assertRaisesRegex(MissingPackageError, "pip install numpy"):
                self.client.dataset("mini-cnn").outputs()

    def test_a_wrong_filter_and_an_unknown_dataset_are_refused(self):
        with self.assertRaisesRegex(TypeError, "validation_accuracy_min"):
            self.client.dataset("mini-cnn").evaluations(accuracy=1)
        with self.assertRaises(NotFoundError):
            self.client.dataset("nothing-here").evaluations()
        with self.assertRaises(NotFoundError):
            self.client.dataset("nothing-here").leaderboard()
        with self.assertRaises(BadUserInputError):
            self.client.dataset("mini-cnn").evaluations(validation_accuracy_min=math.inf)

    @unittest.skipUnless(has("numpy") and has("pandas"), "needs numpy and pandas")
    def test_matrices_have_the_rows_of_the_table(self):
        mini = self.client.dataset("mini-cnn")
        evaluations, outputs, spectra = mini.evaluations(), mini.outputs(), mini.spectra()
        self.assertEqual(outputs.shape, (len(evaluations), 1000))
        self.assertEqual(spectra.shape, (len(evaluations), mini.about["fisherSpectrumLength"]))
        index = list(evaluations["expression"]).index(mini.leaderboard(1)["expression"][0])
        own = self.client.activation(evaluations["expression"][index]).outputs()
        self.assertEqual(own.tolist(), outputs[index].tolist())

    @unittest.skipUnless(has("pandas"), "needs pandas")
    def test_leaderboards_maps_and_predictions_come_in_pages(self):
        mini = self.client.dataset("mini-cnn")
        everything, evaluations = mini.leaderboard(None), mini.evaluations()
        self.assertEqual(len(everything), len(evaluations))
        merged = everything.merge(evaluations, on="activationId")
        self.assertTrue((merged["expression_x"] == merged["expression_y"]).all())
        self.assertEqual(list(everything["rank"][:1]), [1])
        self.assertEqual(list(mini.leaderboard(3)["expression"]), list(everything["expression"][:3]))
        points = mini.map()
        self.assertTrue(set(points["activationId"]) >= set(mini.predictions(evaluated=True, first=30)["activationId"]))
        self.assertGreater(mini.noise().runs, 100)
        self.assertIsNone(mini.evaluation("x * 12345"))
        found = mini.evaluation("max(tanh(x), x)")
        self.assertEqual(found["activationId"], self.client.activation("max(x,tanh(x))").activationId)
        self.assertLessEqual(found["rankBest"], found["rank"])


class ManyFunctionsTest(ServiceTest):
    def test_many_predictions_have_the_reason_of_each_refusal(self):
        good = [f"tanh({1 + i / 100}*x)" for i in range(240)]
        asked = [*good, "nonsense(x)", "log(0*x)", "relu(x", f"x+{'1+' * 600}1"]
        with mock.patch.dict(sys.modules, {"pandas": None}):
            rows = self.client.predict(asked, dataset="mini-cnn")
        self.assertEqual([row["asked"] for row in rows], asked)
        self.assertTrue(all(0 < row["mean"] < 1 and row["error"] is None for row in rows[:240]))
        self.assertEqual([row["error"] for row in rows[240:243]], ["INVALID_EXPRESSION", "NOT_FINITE", "INVALID_EXPRESSION"])
        self.assertTrue(all(row["mean"] is None and row["reason"] for row in rows[240:243]))
        with self.assertRaisesRegex(TypeError, r"expressions\[1\]"):
            self.client.predict(["x", None], dataset="mini-cnn")

    @unittest.skipUnless(has("pandas"), "needs pandas")
    def test_compare_and_known_functions_are_tables(self):
        both = self.client.compare(["relu(x)", "max(x, 0)"], ["mini-cnn", "mini-resnet"])
        self.assertEqual(list(both["dataset"]), ["mini-cnn", "mini-resnet"] * 2)
        self.assertEqual(len(set(both["activationId"])), 1)
        self.assertIn("SiLU", list(self.client.known_functions("swish")["name"]))
