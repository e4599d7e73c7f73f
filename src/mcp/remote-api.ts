import type { Answer, ReadText, SendToApi } from './api.js'

const ANSWER_SECONDS = 60

/** The API of a service at an address, such as `https://bench.example`. `key` is a key of the service, if there is one. */
export function openRemoteApi(address: string, key?: string): { send: SendToApi; readText: ReadText } {
  if (!URL.canParse(address) || !/^https?:$/.test(new URL(address).protocol)) {
    throw new Error(`url: expected an address such as http://127.0.0.1:4000, got ${JSON.stringify(address)}`)
  }
  const base = address.replace(/\/+$/, '')
  return {
    async send(request) {
      const response = await reach(`${base}/graphql`, {
        method: 'POST',
        headers: {
          ...(key !== undefined && { authorization: `Bearer ${key}` }),
          ...{ accept: 'application/json', 'content-type': 'application/json' },
        },
        body: JSON.stringify(request),
      })
      const text = await response.text()
      try {
        return JSON.parse(text) as Answer
      } catch {
        throw new Error(`${base}: expected an answer of the API, got status ${response.status}`)
      }
    },
    async readText(path) {
      const response = await reach(base + path, {})
      if (!response.ok) throw new Error(`${base}${path}: expected a text, got status ${response.status}`)
      return response.text()
    },
  }
}

async function reach(url: string, init: RequestInit): Promise<Response> {
  try {
    return await fetch(url, { ...init, signal: AbortSignal.timeout(ANSWER_SECONDS * 1000) })
  } catch (error) {
    const { cause, message } = error as Error & { cause?: Error }
    throw new Error(`${url} cannot be reached: ${cause?.message ?? message}`)
  }
}
