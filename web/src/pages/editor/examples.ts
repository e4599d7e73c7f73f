export interface Example {
  readonly title: string
  readonly query: string
  readonly variables?: string
}

/** Ten things to ask, from the first question to a search. Mutations need a key. */
export const EXAMPLES: readonly Example[] = [
  {
    title: 'The datasets and their best functions',
    query: `{
  datasets {
    nodes {
      name
      title
      evaluationCount
      leaderboard(first: 5) { nodes { rank expression validationAccuracy } }
    }
  }
}`,
  },
  {
    title: 'The best functions, with the ranks that noise leaves open',
    query: `query Best($dataset: String!) {
  dataset(name: $dataset) {
    leaderboard(first: 10) {
      nodes { rank rankInterval { best worst } expression validationAccuracy runCount }
    }
  }
}`,
    variables: '{ "dataset": "fashion-cnn" }',
  },
  {
    title: 'One function, in any spelling',
    query: `{
  activation(expression: "torch.nn.functional.silu(x)") {
    id
    expression
    names
    properties { isMonotone turningPoints leftSlope rightSlope }
    code(target: PYTORCH)
    evaluations { dataset { name } testAccuracy rank }
  }
}`,
  },
  {
    title: 'Functions with a certain operator',
    query: `{
  activations(filter: { operators: ["erf"], maxDepth: 2 }, first: 5) {
    totalCount
    nodes { expression operators }
  }
}`,
  },
  {
    title: 'The distribution of accuracies, and even functions against the rest',
    query: `{
  dataset(name: "fashion-cnn") {
    statistics(bins: 10) { count maximum quartiles histogram { from to count } }
    groups(by: IS_EVEN) { key statistics { count maximum quartiles } }
  }
}`,
  },
  {
    title: 'Predictions for functions that nobody trained',
    query: `{
  predict(dataset: "fashion-cnn", expressions: ["swish(erf(2*x))", "mish(softsign(x))"]) {
    expression
    mean
    standardDeviation
    basedOn { expression validationAccuracy }
  }
}`,
  },
  {
    title: 'How far to trust the predictions',
    query: `{
  dataset(name: "fashion-cnn") {
    surrogate {
      version
      algorithm
      trainedOn
      quality { spearman kendall meanAbsoluteError folds }
    }
  }
}`,
  },
  {
    title: 'Train a function (needs a key)',
    query: `mutation {
  trainActivation(input: { dataset: "fashion-cnn", expression: "x*sigmoid(1.5*x)" }) {
    jobs { id state }
    runs { validationAccuracy }
  }
}`,
  },
  {
    title: 'Watch trainings as they happen',
    query: `subscription {
  trainingJobs(dataset: "fashion-cnn") {
    expression
    state
    progress
  }
}`,
  },
  {
    title: 'Open a search (needs a key)',
    query: `mutation {
  createSearch(input: { dataset: "fashion-cnn", name: "my first search", budget: 20, seed: 1 }) {
    search { id state }
  }
}`,
  },
]
