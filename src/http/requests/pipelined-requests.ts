import type { IncomingMessage } from 'node:http'
import type { Socket } from 'node:net'
import type { FastifyInstance } from 'fastify'
import { nameAddress } from './client-name.js'
import type { MemoryQuota } from './memory-quota.js'

/** While so many requests of a connection wait, no more bytes are read from it. Bytes that were read before may hold more. */
const MAX_READ_AHEAD = 16
/** The memory of a request without a body while it waits, approximately. */
const WAITING_BYTES = 4096

interface Waiting {
  readonly request: IncomingMessage
  readonly start: () => void
}

/** The requests of one connection. */
interface Pipeline {
  current: IncomingMessage | null
  /** A request was refused. Its answer closes the connection, so the requests after it are not answered. */
  isRefused: boolean
  readonly waiting: Waiting[]
  /** Give back the memory of the requests that wait. */
  readonly releases: Set<() => void>
}

/** The requests of each connection, which are answered one after the other. */
export interface PipelinedRequests {
  /** Call it before any other hook is added. */
  addTo(app: FastifyInstance, quota: MemoryQuota): void
  /** Refuses what cannot be read as a request, after the answers to the requests before it. */
  refuseAfterAnswers(socket: Socket, refuse: () => void): void
}

/**
 * A client may send many requests without waiting for the answers (pipelining). All of them at the same time would use up
 * the places of this client in the queue, so some would be refused.
 */
export function createPipelinedRequests(): PipelinedRequests {
  const pipelines = new WeakMap<Socket, Pipeline>()

  function open(socket: Socket): Pipeline {
    const pipeline: Pipeline = { current: null, isRefused: false, waiting: [], releases: new Set() }
    pipelines.set(socket, pipeline)
    socket.once('close', () => {
      for (const release of pipeline.releases) release()
    })
    return pipeline
  }

  function startNext(socket: Socket, pipeline: Pipeline): void {
    pipeline.current = null
    // The connection ends, so nobody would get an answer.
    if (socket.destroyed || !socket.writable) return
    const next = pipeline.waiting.shift()
    if (pipeline.waiting.length < MAX_READ_AHEAD) socket.resume()
    next?.start()
  }

  return {
    addTo(app, quota) {
      app.addHook('onRequest', (request, reply, next) => {
        const { socket } = request.raw
        const pipeline = pipelines.get(socket) ?? open(socket)
        const begin = (error?: Error) => {
          pipeline.current = request.raw
          reply.raw.once('close', () => startNext(socket, pipeline))
          next(error)
        }
        if (!pipeline.current) return begin()
        if (pipeline.isRefused) return
        const wait = (start: () => void) => pipeline.waiting.push({ request: request.raw, start })
        const address = nameAddress(request.ip)
        try {
          quota.requireRoom(address, WAITING_BYTES)
        } catch (error) {
          pipeline.isRefused = true
          reply.header('connection', 'close')
          return void wait(() => begin(error as Error))
        }
        const release = quota.reserve(address, WAITING_BYTES)
        pipeline.releases.add(release)
        wait(() => {
          pipeline.releases.delete(release)
          release()
          begin()
        })
        if (pipeline.waiting.length >= MAX_READ_AHEAD) socket.pause()
      })
    },

    refuseAfterAnswers(socket, refuse) {
      const pipeline = pipelines.get(socket)
      // A request that did not arrive completely gets no other answer.
      if (!pipeline?.current?.complete) return refuse()
      if (pipeline.waiting.at(-1)?.request.complete === false) pipeline.waiting.pop()
      pipeline.waiting.push({ request: pipeline.current, start: refuse })
    },
  }
}
