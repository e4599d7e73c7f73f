const metrics = (accuracy: number) =>
  `"Train Accuracy": 0.9, "Train Loss": 0.1, "Validation Accuracy": ${accuracy}, "Validation Loss": 0.5,
  "Test Accuracy": 0.5, "Test Loss": 0.6, "Runtime (s)": 100.25`
const spectrum = '"Fisher log eigenvalue CDF": [0.0, 0.12345678901234567, 0.5, 1.0]'
const equivalents = (...texts: string[]) => `"Equivalent Activation Functions": ${JSON.stringify(texts)}`

/** Rows of an Act-Bench file, as JSON text, with every irregularity that an import keeps. */
export const IRREGULAR_ROWS: readonly string[] = [
  `"tanh(x)": {${metrics(0.7)}, ${equivalents('tanh(x)')}, ${spectrum}}`,
  // The next two rows have the same function.
  `"relu(x)": {${metrics(0.8)}, ${equivalents('relu(x)')}, ${spectrum}}`,
  `"max(zero(x), identity(x))": {${metrics(0.81)}, ${equivalents('max(zero(x),identity(x))', 'relu(relu(x))')},
    "Fisher log eigenvalue CDF": [0.0, 0.25, 0.5, 1.0]}`,
  `"sigmoid(x)": {"Train Accuracy": 0.1, "Train Loss": NaN, "Validation Accuracy": 0.1, "Validation Loss": Infinity,
    "Test Accuracy": 0.1, "Test Loss": -Infinity, "Runtime (s)": 1e2, "Equivalent Activation Functions": []}`,
  `"swish(x)": {${metrics(0.6)}, "Fisher log eigenvalue CDF": [0.1, 0.2, 0.3]}`,
  `"elu(x)": {"Validation Accuracy": 0.65, "Notes": {"who": ["é\\u00e9\\ud800", null, true]}}`,
  `"frelu(x)": {${metrics(0.6)}}`,
  `"selu(x)": "not an object"`,
  `"softsign(x)": {${metrics(0.3)}}`,
  `"softsign(x)": {${metrics(0.4)}, "Fisher log eigenvalue CDF": [0, NaN, 1, 1]}`,
]

export const IRREGULAR_TEXT = `{${IRREGULAR_ROWS.join(', ')}}`
