import { once } from 'node:events'
import { join } from 'node:path'
import { Worker } from 'node:worker_threads'
import type { GaussianMoments } from '../../activations/gaussian-moments.js'
import { readShippedMoments, type ShippedMoments } from '../../datasets/shipped/shipped-moments.js'
import { type UnmeasuredActivation, upsertMoments } from '../../db/activations/activation-moments.js'
import type { Database } from '../../db/connection/client.js'
import { PROJECT_ROOT } from '../../root.js'

let shipped: ShippedMoments | undefined

/** The moments of an expression in canonical form if they ship with the product; else null. */
export function findShippedMoments(expression: string): GaussianMoments | null {
  shipped ??= readShippedMoments(join(PROJECT_ROOT, 'seed'))
  return shipped.get(expression) ?? null
}

/** Computes moments in a thread of its own. */
export interface MomentsThread {
  compute(expressions: readonly string[]): Promise<GaussianMoments[]>
  close(): Promise<void>
}

/** Integrals take half a millisecond, and a hundred of them at poles: a thread computes them while a server answers. */
export function openMomentsThread(): MomentsThread {
  let thread: Worker | null = null
  return {
    async compute(expressions) {
      const texts = expressions.filter((text) => findShippedMoments(text) === null)
      const computed = texts.length === 0 ? [] : await ask(texts)
      const found = new Map(texts.map((text, i) => [text, computed[i]]))
      return expressions.map((text) => findShippedMoments(text) ?? (found.get(text) as GaussianMoments))
    },
    async close() {
      await thread?.terminate()
    },
  }

  async function ask(texts: readonly string[]): Promise<GaussianMoments[]> {
    thread ??= new Worker(new URL('./moments-thread.js', import.meta.url))
    thread.postMessage(texts)
    const [moments] = await once(thread, 'message')
    return moments
  }
}

/** Computes and stores the moments of functions. */
export async function storeMoments(
  { kysely }: Pick<Database, 'kysely'>,
  thread: MomentsThread,
  functions: readonly UnmeasuredActivation[],
): Promise<void> {
  const moments = await thread.compute(functions.map(({ expression }) => expression))
  await upsertMoments(
    kysely,
    functions.map(({ id }, i) => ({ id, ...moments[i] })),
  )
}
