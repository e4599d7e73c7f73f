import { z } from 'zod'
import { ask } from '../../api-client/api.js'
import { ApiError } from '../../api-client/api-error.js'
import { DATASET, defineTool, EXPRESSION, METRIC, READS, type Tool } from '../tool.js'

const FRAMEWORKS = ['PYTORCH', 'JAX', 'TENSORFLOW', 'NUMPY', 'TENSORFLOW_JS', 'JULIA', 'LATEX'] as const
const SPACES = ['OUTPUTS', 'FISHER_SPECTRUM', 'EMBEDDING'] as const

/** Tools that change nothing and need no key. */
export const READ_TOOLS: readonly Tool[] = [
  defineTool({
    name: 'list_datasets',
    title: 'List datasets',
    description:
      'All datasets: network, task, how many functions were measured, whether workers train new ones, the best function.',
    input: {},
    annotations: READS,
    run: async (send) => (await ask(send, 'Datasets', {})).data.datasets as Record<string, unknown>,
  }),
  defineTool({
    name: 'describe_dataset',
    title: 'Describe a dataset',
    description:
      'One dataset: distribution of accuracies, the noise between seeds (standard deviation of a run), search space, recipe, quality of its surrogate, licence and citation.',
    input: { dataset: DATASET },
    annotations: READS,
    run: async (send, { dataset }) => readDataset(await ask(send, 'Dataset', { name: dataset })),
  }),
  defineTool({
    name: 'leaderboard',
    title: 'Best functions',
    description:
      'The best functions of a dataset, best first, with rank, the ranks that the noise of their runs leaves open, and tie groups: those of group 1 cannot be told from the best. Constraints narrow it: operators, depth, symmetry, monotonicity, bounds, a range of accuracies.',
    input: {
      dataset: DATASET,
      metric: METRIC,
      count: z.number().int().min(1).max(200).default(20),
      after: z.string().optional().describe('endCursor of the page before'),
      operators: z.array(z.string()).optional().describe('names of operators that must all occur, such as tanh'),
      withoutOperators: z.array(z.string()).optional().describe('names of operators that must not occur'),
      maxDepth: z.number().int().min(0).optional().describe('relu(x) has depth 1'),
      contains: z.string().optional().describe('a part of an expression, such as tanh(x)'),
      isEven: z.boolean().optional(),
      isOdd: z.boolean().optional(),
      isMonotone: z.boolean().optional(),
      isBounded: z.boolean().optional(),
      isSmooth: z.boolean().optional(),
      minRuns: z.number().int().min(1).optional().describe('only functions with this many runs'),
      minValidationAccuracy: z.number().optional(),
      maxValidationAccuracy: z.number().optional(),
    },
    annotations: READS,
    run: async (
      send,
      { dataset, metric, count, after, minRuns, minValidationAccuracy: min, maxValidationAccuracy: max, ...activation },
    ) => {
      const filter = {
        ...(Object.keys(activation).length > 0 && { activation }),
        ...(minRuns !== undefined && { minRuns }),
        ...((min !== undefined || max !== undefined) && { validationAccuracy: { min, max } }),
      }
      const variables = { dataset, metric, first: count, after, filter, withTies: true }
      const found = readDataset(await ask(send, 'Leaderboard', variables)) as { leaderboard: Record<string, unknown> }
      return { dataset, metric, ...found.leaderboard }
    },
  }),
  defineTool({
    name: 'look_up_function',
    title: 'Look a function up',
    description:
      'Everything known about a function: representative and other spellings, names, properties (even, odd, monotone, bounded, smooth, slopes), and its measured accuracy and rank in every dataset.',
    input: { expression: EXPRESSION },
    annotations: READS,
    run: async (send, { expression }) =>
      (await ask(send, 'Function', { expression })).data.activation as Record<string, unknown>,
  }),
  defineTool({
    name: 'known_functions',
    title: 'Functions of the literature',
    description: 'Activation functions of the literature by name, other name or formula, with year and paper.',
    input: {
      search: z.string().max(200).optional().describe('such as elu or tanh(exp(x)); all without it'),
      count: z.number().int().min(1).max(200).default(20),
    },
    annotations: READS,
    run: async (send, { search, count }) =>
      (await ask(send, 'KnownFunctions', { search, first: count })).data.knownFunctions as Record<string, unknown>,
  }),
  defineTool({
    name: 'compare_functions',
    title: 'Compare functions',
    description:
      'Measured accuracies of several functions in several datasets, with ranks, tie groups and the noise of a run. To learn whether two of them differ, ask tell_apart.',
    input: {
      expressions: z.array(EXPRESSION).min(1).max(50),
      datasets: z.array(DATASET).min(1).max(20),
    },
    annotations: READS,
    run: async (send, input) => {
      const { data, errors } = await ask(send, 'Compare', input)
      return { comparisons: withReasons(input.expressions, data.compare as unknown[], errors) }
    },
  }),
  defineTool({
    name: 'tell_apart',
    title: 'Tell two functions apart',
    description:
      'Whether a function is BETTER or WORSE than another one in a dataset, or TIED: the difference with its standard error and p-value, paired by common seeds. Use adjustedPValue if you compare many. shrunk estimates the true validation accuracy of the function: less lucky than the best of many measurements.',
    input: {
      dataset: DATASET,
      expression: EXPRESSION,
      other: EXPRESSION.describe('The function to compare it with, in any spelling'),
      metric: METRIC,
    },
    annotations: READS,
    run: async (send, input) => {
      const { data, errors } = await ask(send, 'Difference', input)
      const { evaluation } = data.dataset as { evaluation: Record<string, unknown> | null }
      if (evaluation === null) throw new ApiError(errors.length > 0 ? errors : [notMeasured(input)])
      return { ...input, ...(evaluation.comparedWith as Record<string, unknown>), shrunk: evaluation.shrunk }
    },
  }),
  defineTool({
    name: 'predict',
    title: 'Predict accuracies',
    description:
      'Predicted validation accuracy with its standard deviation, for functions that anybody or nobody trained. A function that cannot be predicted has the reason in its place.',
    input: { dataset: DATASET, expressions: z.array(EXPRESSION).min(1).max(100) },
    annotations: READS,
    run: async (send, input) => {
      const { data, errors } = await ask(send, 'Predict', input)
      return { dataset: input.dataset, predictions: withReasons(input.expressions, data.predict as unknown[], errors) }
    },
  }),
  defineTool({
    name: 'neighbours',
    title: 'Similar functions',
    description:
      'The functions that behave most like one, with their accuracies: by outputs, by Fisher spectra of the network of the dataset, or on the map of its surrogate.',
    input: {
      expression: EXPRESSION,
      dataset: DATASET,
      space: z.enum(SPACES).default('OUTPUTS'),
      count: z.number().int().min(1).max(100).default(10),
    },
    annotations: READS,
    run: async (send, { count, ...input }) =>
      (await ask(send, 'Neighbours', { ...input, first: count })).data.activation as Record<string, unknown>,
  }),
  defineTool({
    name: 'function_code',
    title: 'Code of a function',
    description:
      'Source text of a function for a framework, with its derivative where the framework does not derive it.',
    input: {
      expression: EXPRESSION,
      framework: z.enum(FRAMEWORKS).default('PYTORCH'),
      name: z.string().default('activation'),
      normalizedFor: z.string().optional().describe('normalise it as the networks of this dataset do'),
    },
    annotations: READS,
    run: async (send, { framework, ...input }) =>
      (await ask(send, 'Code', { ...input, target: framework })).data.activation as Record<string, unknown>,
  }),
]

/** The API answers null for a function that was not measured. */
function notMeasured({ dataset, expression }: { readonly dataset: string; readonly expression: string }) {
  const message = `expression: ${dataset} has no evaluation of this function; expected a measured one, got ${expression}`
  return { message, extensions: { code: 'NOT_FOUND' } }
}

function readDataset({ data }: { data: Record<string, unknown> }): Record<string, unknown> {
  return data.dataset as Record<string, unknown>
}

/** An item that the API refuses is null, and an error has its path. Here the item has the reason itself. */
function withReasons(
  expressions: readonly string[],
  items: readonly unknown[],
  errors: readonly { message: string; path?: readonly (string | number)[]; extensions?: { code?: string } }[],
): unknown[] {
  return items.map((item, i) => {
    if (item !== null) return item
    const error = errors.find(({ path }) => path?.[1] === i)
    return { expression: expressions[i], refused: error?.message ?? 'no answer', code: error?.extensions?.code ?? null }
  })
}
