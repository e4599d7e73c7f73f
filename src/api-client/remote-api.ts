import type { Answer, ApiRequest, ReadText, SendToApi } from './api.js'
import { NoAnswerError } from './no-answer-error.js'

const ANSWER_SECONDS = 120
/** A proxy says these when it does not get an answer from the service, or not now. */
const AWAY: ReadonlySet<number> = new Set([429, 502, 503, 504])

/** The API of a service at an address, such as `https://bench.example`. `key` is a key of the service, if there is one. */
export function openRemoteApi(address: string, key?: string): { send: SendToApi; readText: ReadText } {
  const base = toBase(address)
  // The error of fetch for a header would show the key.
  if (key !== undefined && !/^[\x21-\x7e]+$/.test(key)) {
    throw new Error(`key: expected visible ASCII characters without spaces, got ${key.length} other characters`)
  }
  return {
    send: async (request, signal) => toAnswer(await post(`${base}/graphql`, key, request, signal), base),
    async readText(path) {
      const response = await reach(base + path, {})
      if (!response.ok) throw new Error(`${base}${path}: expected a text, got status ${response.status}`)
      return response.text()
    },
  }
}

/** The address without the `/graphql` or the slashes that people copy with it. Throws if it is none. */
function toBase(address: string): string {
  const url = URL.canParse(address) ? new URL(address) : null
  if (!url || !/^https?:$/.test(url.protocol) || url.username !== '' || url.password !== '') {
    // An address with a password must not reach a log.
    const got = url && url.password !== '' ? 'one with a password' : JSON.stringify(address)
    const hint = /^[\w.-]+(?::\d+)?(?:\/|$)/.test(address) ? `; did you mean https://${address}?` : ''
    throw new Error(`url: expected an address such as http://127.0.0.1:4000, got ${got}${hint}`)
  }
  return `${url.origin}${url.pathname}`.replace(/\/+$/, '').replace(/\/graphql$/, '')
}

function post(url: string, key: string | undefined, request: ApiRequest, signal?: AbortSignal): Promise<Response> {
  return reach(url, {
    method: 'POST',
    headers: {
      ...(key !== undefined && { authorization: `Bearer ${key}` }),
      ...{ accept: 'application/json', 'content-type': 'application/json' },
    },
    body: JSON.stringify(request),
    // After most redirects, fetch would send GET, and without the key.
    redirect: 'manual',
    signal: signal ?? null,
  })
}

async function toAnswer(response: Response, base: string): Promise<Answer> {
  const { status, headers } = response
  const text = await readAll(response, base)
  try {
    const answer = JSON.parse(text)
    if (typeof answer === 'object' && answer !== null && ('data' in answer || 'errors' in answer)) return answer
  } catch {
    // The error below describes it.
  }
  const location = headers.get('location')
  if (location !== null && status >= 300 && status < 400) {
    throw new Error(
      `${base}: the service is at another address; expected its final address, got one that redirects to ${location}`,
    )
  }
  const message = `${base}: expected an answer of the API, got status ${status}`
  throw AWAY.has(status) ? new NoAnswerError(message, { isUnsent: false }) : new Error(message)
}

async function readAll(response: Response, base: string): Promise<string> {
  try {
    return await response.text()
  } catch (error) {
    throw toNoAnswer(base, error)
  }
}

async function reach(url: string, { signal, ...init }: RequestInit): Promise<Response> {
  const timeout = AbortSignal.timeout(ANSWER_SECONDS * 1000)
  try {
    return await fetch(url, { ...init, signal: signal ? AbortSignal.any([signal, timeout]) : timeout })
  } catch (error) {
    throw signal?.aborted ? signal.reason : toNoAnswer(url, error)
  }
}

function toNoAnswer(url: string, error: unknown): NoAnswerError {
  const { cause, message } = error as Error & { cause?: NodeJS.ErrnoException }
  const reason = cause?.message || cause?.code || message
  return new NoAnswerError(`${url} cannot be reached: ${reason}`, { isUnsent: UNSENT.has(cause?.code ?? '') })
}

/** With these, the request did not leave this machine. */
const UNSENT: ReadonlySet<string> = new Set(['ECONNREFUSED', 'ENOTFOUND', 'EAI_AGAIN', 'UND_ERR_CONNECT_TIMEOUT'])
