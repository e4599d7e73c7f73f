import { Worker } from 'node:worker_threads'
import type { FileMetaData, SchemaTree } from 'hyparquet'
import { MalformedFileError } from '../malformed-file.js'

/** The cells of one column, in parts as they are stored. */
export type Chunks = readonly ArrayLike<unknown>[]

/** What the thread is asked. */
export type DecoderRequest =
  | { readonly kind: 'describe' }
  | { readonly kind: 'group'; readonly index: number; readonly columns: readonly string[] }

/** What the thread answers: the result, or what is wrong with the file or with the disk. */
export type DecoderAnswer =
  | { readonly kind: 'done'; readonly result: unknown }
  | { readonly kind: 'malformed'; readonly byteOffset: number; readonly problem: string }
  | { readonly kind: 'damage'; readonly message: string }
  | { readonly kind: 'failed'; readonly message: string; readonly code: string | undefined }

export interface ParquetDescription {
  /** Of the file, in bytes. */
  readonly size: number
  readonly metadata: FileMetaData
  readonly schema: SchemaTree
}

/** Reads the parts of a Parquet file in a thread. */
export interface ParquetDecoder {
  describe(): Promise<ParquetDescription>
  /** The cells of these columns of a row group; `bytes` is their size without compression. */
  readGroup(index: number, columns: readonly string[], bytes: number): Promise<ReadonlyMap<string, Chunks>>
  close(): Promise<void>
}

export interface DecoderLimits {
  /** For which a part may be decoded, whatever its size. */
  readonly seconds: number
  /** Above this many bytes a second more time is given. */
  readonly bytesPerSecond: number
  /** Memory of the thread. */
  readonly megabytes: number
}

/** A hundredth of the usual speed. A row group of 256 MB of short texts takes about 2 GB while it is read. */
export const DECODER_LIMITS: DecoderLimits = { seconds: 60, bytesPerSecond: 2 ** 20, megabytes: 4096 }

/**
 * Starts a thread that decodes the file. A damaged length can make the decoder of Parquet repeat a page for ever, or ask for
 * all memory; the thread is ended then, and the file is refused. All functions throw `MalformedFileError` that names the
 * part of the file, or the error of the disk.
 */
export function openDecoder(path: string, limits: DecoderLimits): ParquetDecoder {
  const thread = new Worker(new URL('./decoding-thread.js', import.meta.url), {
    workerData: path,
    resourceLimits: { maxOldGenerationSizeMb: limits.megabytes },
  })
  // What ends the thread between two requests is reported by the next one.
  let ended: Error | null = null
  thread.on('error', (error) => {
    ended = error
  })
  const ask = async (request: DecoderRequest, where: string, bytes: number) => {
    if (ended) throw explainEnd(ended, where)
    const seconds = limits.seconds + bytes / limits.bytesPerSecond
    const answer = await receive(thread, request, seconds).catch((error) => {
      throw explainEnd(error, where)
    })
    if (answer.kind === 'done') return answer.result
    if (answer.kind === 'malformed') throw new MalformedFileError(answer.byteOffset, answer.problem)
    if (answer.kind === 'damage') throw refuse(where, answer.message)
    throw Object.assign(new Error(answer.message), { code: answer.code })
  }
  return {
    describe: async () => (await ask({ kind: 'describe' }, 'the description of its columns', 0)) as ParquetDescription,
    readGroup: async (index, columns, bytes) =>
      (await ask({ kind: 'group', index, columns }, `row group ${index + 1}`, bytes)) as ReadonlyMap<string, Chunks>,
    async close() {
      await thread.terminate()
    },
  }
}

function receive(thread: Worker, request: DecoderRequest, seconds: number): Promise<DecoderAnswer> {
  return new Promise((done, fail) => {
    const timer = setTimeout(() => settle(() => fail(new Error(`it was not read within ${seconds} s`))), seconds * 1000)
    const onMessage = (answer: DecoderAnswer) => settle(() => done(answer))
    const onError = (error: Error) => settle(() => fail(error))
    const settle = (end: () => void) => {
      clearTimeout(timer)
      thread.off('message', onMessage)
      thread.off('error', onError)
      end()
    }
    thread.on('message', onMessage)
    thread.on('error', onError)
    thread.postMessage(request)
  })
}

function explainEnd(error: NodeJS.ErrnoException, where: string): MalformedFileError {
  return refuse(where, error.code === 'ERR_WORKER_OUT_OF_MEMORY' ? 'its cells need too much memory' : error.message)
}

function refuse(where: string, problem: string): MalformedFileError {
  return new MalformedFileError(0, `${where}: expected intact Parquet, got damage: ${problem}`)
}
