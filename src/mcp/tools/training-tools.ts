import { setTimeout as sleep } from 'node:timers/promises'
import { z } from 'zod'
import { ask, type SendToApi } from '../../api-client/api.js'
import { DATASET, defineTool, EXPRESSION, READS, type Tool, WRITES } from '../tool.js'

const ENDED = new Set(['SUCCEEDED', 'FAILED', 'CANCELLED'])
/** Most clients give up on an answer after a minute. */
const LONGEST_WAIT = 50
const POLL_MILLISECONDS = 1000

/** Tools for trainings by the workers of the service. */
export const TRAINING_TOOLS: readonly Tool[] = [
  defineTool({
    name: 'train',
    title: 'Train a function',
    description:
      'Queues trainings of a function on the workers of the service, one for each seed, and returns their jobs. A seed that was trained before is not trained again; its run is returned. Follow jobs with training_job. Needs a key with the scope TRAIN.',
    input: {
      dataset: DATASET,
      expression: EXPRESSION,
      seeds: z.array(z.number().int().min(0)).min(1).max(20).default([0]),
    },
    annotations: { ...WRITES, idempotentHint: true },
    run: async (send, input) =>
      (await ask(send, 'TrainActivation', { input })).data.trainActivation as Record<string, unknown>,
  }),
  defineTool({
    name: 'training_job',
    title: 'Follow a training',
    description:
      'How far a training is, and its result when it has ended. It waits up to waitSeconds for the end, so call it again while the state is QUEUED or RUNNING.',
    input: {
      id: z.string().describe('the id of the job'),
      waitSeconds: z.number().min(0).max(LONGEST_WAIT).default(20),
    },
    annotations: READS,
    run: followJob,
  }),
  defineTool({
    name: 'cancel_training',
    title: 'Cancel a training',
    description: 'Cancels a training job of your key. Its learning curve so far is lost.',
    input: { id: z.string().describe('the id of the job') },
    annotations: { ...WRITES, destructiveHint: true, idempotentHint: true },
    run: async (send, { id }) =>
      (await ask(send, 'CancelTraining', { id })).data.cancelTraining as Record<string, unknown>,
  }),
]

async function followJob(
  send: SendToApi,
  { id, waitSeconds }: { id: string; waitSeconds: number },
  signal: AbortSignal,
): Promise<Record<string, unknown>> {
  const end = performance.now() + waitSeconds * 1000
  for (;;) {
    const job = (await ask(send, 'TrainingJob', { id })).data.trainingJob as Record<string, unknown>
    if (ENDED.has(String(job.state)) || performance.now() + POLL_MILLISECONDS > end) return job
    await sleep(POLL_MILLISECONDS, undefined, { signal })
  }
}
