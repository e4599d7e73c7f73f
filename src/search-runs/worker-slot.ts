import { randomBytes } from 'node:crypto'
import { existsSync, mkdirSync, readdirSync, rmSync } from 'node:fs'
import { hostname } from 'node:os'
import { join } from 'node:path'
import { lockFolder } from '../start/folder-lock.js'
import { createJson, readJson, replaceJson } from './whole-file.js'

/** The evaluation that a worker has, on disk before anything else happens to it. */
export interface HeldEvaluation {
  readonly suggestionId: string
  readonly expression: string
  /** The program that evaluates it, as `identifyProcess` says; null before its start. */
  readonly process: string | null
  /** Input of `reportEvaluation` with its idempotency key, once there is a result. */
  readonly report?: Readonly<Record<string, unknown>>
}

/** A worker of this machine. A command that starts again after a kill gets the same workers with their evaluations. */
export interface WorkerSlot {
  /** Its name for the service. */
  readonly name: string
  /** Counts the workers of this machine, from 0. */
  readonly index: number
  readHeld(): HeldEvaluation | null
  hold(held: HeldEvaluation): void
  clear(): void
  /** Lets other commands have it. */
  release(): void
}

/**
 * Takes `count` workers that no other command has. More come back if an earlier command left evaluations with further
 * workers. `folder` may be shared by several machines.
 */
export function takeSlots(folder: string, count: number): WorkerSlot[] {
  const host =
    hostname()
      .replace(/[^\w-]/g, '-')
      .slice(0, 60) || 'host'
  const workers = join(folder, 'workers')
  mkdirSync(workers, { recursive: true })
  const left = readdirSync(workers)
    .filter((name) => existsSync(join(workers, name, HELD)))
    .map((name) => (name.startsWith(`${host}-`) ? Number(name.slice(host.length + 1)) : Number.NaN))
    .filter((index) => Number.isInteger(index))
  const slots: WorkerSlot[] = []
  for (let index = 0; slots.length < count || index <= Math.max(-1, ...left); index++) {
    if (slots.length >= count && !left.includes(index)) continue
    const slot = takeSlot(join(workers, `${host}-${index}`), host, index)
    if (slot) slots.push(slot)
  }
  return slots
}

const HELD = 'held.json'

/** Null if another command has the worker. */
function takeSlot(folder: string, host: string, index: number): WorkerSlot | null {
  let release: () => void
  try {
    release = lockFolder(folder, 'the worker folder')
  } catch (error) {
    if (existsSync(join(folder, 'lock'))) return null
    throw error
  }
  const named = join(folder, 'worker.json')
  createJson(named, { name: `${host}-${randomBytes(4).toString('hex')}-${index}` })
  const held = join(folder, HELD)
  return {
    name: readJson<{ name: string }>(named)?.name as string,
    index,
    readHeld: () => readJson(held),
    hold: (evaluation) => replaceJson(held, evaluation),
    clear: () => rmSync(held, { force: true }),
    release,
  }
}
