import { z } from 'zod'
import { ask } from '../../api-client/api.js'
import { WHOLE_TRAINING_EPOCHS } from '../../limits.js'
import { DATASET, defineTool, READS, type Tool, WRITES } from '../tool.js'

const ALGORITHMS = ['EXPECTED_IMPROVEMENT', 'SURROGATE', 'UMAP_KNN', 'REGULARIZED_EVOLUTION', 'ASHA', 'RANDOM'] as const
const SEARCH_ID = z.string().describe('the id of the search')
const ACCURACY = z.number().min(0).max(1).optional()
const LOSS = z.number().optional()

/** Tools to search for better functions by ask and tell. */
export const SEARCH_TOOLS: readonly Tool[] = [
  defineTool({
    name: 'create_search',
    title: 'Start a search',
    description:
      'Starts a search for better functions. Then ask for suggestions, evaluate them, and report. EXPECTED_IMPROVEMENT needs the fewest evaluations. Needs a key with the scope SEARCH.',
    input: {
      dataset: DATASET,
      algorithm: z.enum(ALGORITHMS).default('EXPECTED_IMPROVEMENT'),
      budget: z.number().int().min(1).max(10_000).default(100).describe('evaluations in all'),
      epochs: z
        .number()
        .int()
        .min(WHOLE_TRAINING_EPOCHS.least)
        .max(WHOLE_TRAINING_EPOCHS.most)
        .optional()
        .describe('of a whole training; only with ASHA'),
      name: z.string().max(200).optional(),
      schemas: z
        .array(z.string())
        .optional()
        .describe('such as binary(unary(x),unary(x)); default: the search space of the dataset'),
      seed: z.number().int().optional().describe('makes the order of suggestions repeatable'),
      surrogate: z.string().optional().describe('the id of predictions that upload_surrogate stored'),
    },
    annotations: WRITES,
    run: async (send, input) => readSearch((await ask(send, 'CreateSearch', { input })).data.createSearch),
  }),
  defineTool({
    name: 'search_state',
    title: 'Look at a search',
    description: 'How far a search is, its best function, and which suggestions are open.',
    input: { searchId: SEARCH_ID },
    annotations: READS,
    run: async (send, { searchId }) =>
      (await ask(send, 'Search', { id: searchId })).data.search as Record<string, unknown>,
  }),
  defineTool({
    name: 'suggest',
    title: 'Next functions to evaluate',
    description:
      'Leases the next functions of a search to you. Report each with report_evaluation before its lease ends, or set train and the workers of the service evaluate and report it. The same worker gets its open suggestions back first.',
    input: {
      searchId: SEARCH_ID,
      count: z.number().int().min(1).max(100).default(1),
      worker: z.string().min(1).max(100).default('agent').describe('who evaluates'),
      leaseSeconds: z.number().int().min(1).max(604_800).default(3600),
      train: z.boolean().default(false).describe('needs a key with the scope TRAIN'),
    },
    annotations: WRITES,
    run: async (send, input) => (await ask(send, 'Suggest', { input })).data.suggest as Record<string, unknown>,
  }),
  defineTool({
    name: 'report_evaluation',
    title: 'Report a result',
    description:
      'Reports the result of a suggestion that you evaluated: its metrics, or why it failed. A search of the service needs at least validationAccuracy, or failure.',
    input: {
      suggestionId: z.string(),
      trainAccuracy: ACCURACY,
      validationAccuracy: ACCURACY,
      testAccuracy: ACCURACY,
      trainLoss: LOSS,
      validationLoss: LOSS,
      testLoss: LOSS,
      runtimeSeconds: z.number().min(0).optional(),
      failure: z.string().optional().describe('why it could not be evaluated'),
    },
    annotations: WRITES,
    run: async (send, input) =>
      (await ask(send, 'ReportEvaluation', { input })).data.reportEvaluation as Record<string, unknown>,
  }),
  defineTool({
    name: 'upload_surrogate',
    title: 'Upload your predictions',
    description:
      'Stores predictions of your own surrogate model as a version of a dataset, and measures them against the evaluations. create_search can use them. Needs a key with the scope SEARCH.',
    input: {
      dataset: DATASET,
      name: z.string().min(1).max(200).describe('for people, such as the method and its version'),
      rows: z
        .array(
          z.object({
            expression: z.string(),
            mean: z.number().min(0).max(1).describe('predicted validation accuracy'),
            standardDeviation: z.number().min(0).optional(),
          }),
        )
        .max(1000),
    },
    annotations: WRITES,
    run: async (send, input) =>
      (await ask(send, 'UploadSurrogate', { input })).data.uploadSurrogate as Record<string, unknown>,
  }),
]

function readSearch(payload: unknown): Record<string, unknown> {
  return (payload as { search: Record<string, unknown> }).search
}
