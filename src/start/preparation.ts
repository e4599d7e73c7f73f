import type { ChildProcess } from 'node:child_process'
import process from 'node:process'
import type { Config } from '../config.js'
import { forkCommand, withoutDebugger } from './child-command.js'

/** What the supervisor asks of its preparing process. */
export type PreparationRequest =
  | { readonly kind: 'prepare'; readonly databaseUrl: string; readonly isEmbedded: boolean }
  | { readonly kind: 'adminKey' }
  | { readonly kind: 'finish' }

/** What the preparing process answers. `said` may come any number of times before `prepared`. */
export type PreparationAnswer =
  | { readonly kind: 'config'; readonly config: Config }
  | { readonly kind: 'said'; readonly line: string }
  | { readonly kind: 'prepared' }
  | { readonly kind: 'adminKey'; readonly secret: string | null }
  | { readonly kind: 'finished' }
  | { readonly kind: 'failed'; readonly reason: string }

/**
 * A child process that reads the settings and prepares the database, and then ends. The supervisor runs for months and
 * only watches other processes. It would keep the memory of Prisma, the migrations and the import: 130 MB.
 */
export interface Preparation {
  /** The settings of the environment. */
  readonly config: Config
  /** Migrates the database and imports the shipped data. `say` gets a line for each step. */
  prepare(databaseUrl: string, say: (line: string) => void): Promise<void>
  /** Creates the first key with the scope ADMIN and returns its secret; null if there is such a key. */
  createAdminKey(): Promise<string | null>
  /** Does what need not be done before the service answers: the snapshots of the shipped data. */
  finish(say: (line: string) => void): Promise<void>
  close(): Promise<void>
}

/** Starts the process and waits for the settings. It ends when this process ends. Throws an error of one line. */
export async function openPreparation(): Promise<Preparation> {
  const child = forkCommand(['prepare'], {}, withoutDebugger(process.execArgv))
  const exited = new Promise<string>((done) => {
    child.once('error', (error) => done(error.message))
    child.once('exit', (code, signal) => done(signal ?? `exit status ${code}`))
  })
  const close = async () => {
    if (child.connected) child.disconnect()
    await exited
  }
  const ask = async <Kind extends PreparationAnswer['kind']>(
    kind: Kind,
    request: PreparationRequest | null = null,
    say: (line: string) => void = () => {},
  ) => {
    const answer = await Promise.race([receive(child, request, say), exited])
    if (typeof answer === 'string') throw new Error(`the preparation of the database ended (${answer})`)
    if (answer.kind === 'failed') throw new Error(answer.reason)
    if (answer.kind !== kind) throw new Error(`the preparation of the database: expected ${kind}, got ${answer.kind}`)
    return answer as Extract<PreparationAnswer, { kind: Kind }>
  }
  try {
    const { config } = await ask('config')
    return {
      config,
      async prepare(databaseUrl, say) {
        const isEmbedded = config.databaseUrl === null
        await ask('prepared', { kind: 'prepare', databaseUrl, isEmbedded }, say)
      },
      async createAdminKey() {
        return (await ask('adminKey', { kind: 'adminKey' })).secret
      },
      async finish(say) {
        await ask('finished', { kind: 'finish' }, say)
      },
      close,
    }
  } catch (error) {
    await close()
    throw error
  }
}

/** Sends a request, passes on what the child says, and returns its answer. */
function receive(
  child: ChildProcess,
  request: PreparationRequest | null,
  say: (line: string) => void,
): Promise<PreparationAnswer> {
  return new Promise((done) => {
    const listen = (message: PreparationAnswer) => {
      if (message.kind === 'said') return say(message.line)
      child.off('message', listen)
      done(message)
    }
    child.on('message', listen)
    if (request) child.send(request, () => {})
  })
}
