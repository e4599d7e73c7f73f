const SAFE_HEADERS = new Set(['accept', 'accept-language', 'content-language', 'range'])
const SAFE_TYPES = ['application/x-www-form-urlencoded', 'multipart/form-data', 'text/plain']
const READABLE_HEADERS = new Set(['cache-control', 'content-language', 'content-length', 'content-type', 'expires'])

/** What a page of another origin did, as the developer tools of a browser show it. */
export interface BrowserFetch {
  readonly fetch: typeof fetch
  /** The headers that each preflight asked for. */
  readonly preflights: string[][]
}

/**
 * `fetch` as a page of this origin has it in a browser. It sends a preflight before every request that is not simple,
 * throws if the answer does not allow the request, and hides the headers that the page may not read.
 */
export function createBrowserFetch(origin: string): BrowserFetch {
  const preflights: string[][] = []

  async function askFirst(url: string, method: string, unsafe: string[]): Promise<void> {
    preflights.push(unsafe)
    const { ok, headers } = await fetch(url, {
      method: 'OPTIONS',
      headers: {
        origin,
        'access-control-request-method': method,
        ...(unsafe.length > 0 && { 'access-control-request-headers': unsafe.join(',') }),
      },
    })
    if (!ok) throw new TypeError('preflight: expected a status of success')
    requireOrigin(headers, origin)
    const methods = listOf(headers, 'access-control-allow-methods')
    if (!['get', 'head', 'post', ...methods].includes(method.toLowerCase()))
      throw new TypeError(`${method}: not allowed`)
    const allowed = listOf(headers, 'access-control-allow-headers')
    for (const name of unsafe) {
      // The wildcard does not include `authorization`.
      const isAllowed = allowed.includes(name) || (allowed.includes('*') && name !== 'authorization')
      if (!isAllowed) throw new TypeError(`${name}: this header is not allowed`)
    }
  }

  const browserFetch: typeof fetch = async (input, init) => {
    const request = new Request(input, init)
    const unsafe = [...request.headers].filter(([name, value]) => !isSafe(name, value)).map(([name]) => name)
    if (unsafe.length > 0 || !['GET', 'HEAD', 'POST'].includes(request.method)) {
      await askFirst(request.url, request.method, unsafe.sort())
    }
    const body = request.method === 'GET' ? undefined : await request.text()
    const headers = { ...Object.fromEntries(request.headers), origin }
    const response = await fetch(request.url, { method: request.method, headers, body, signal: request.signal })
    requireOrigin(response.headers, origin)
    const exposed = listOf(response.headers, 'access-control-expose-headers')
    const shown = [...response.headers].filter(
      ([name]) => READABLE_HEADERS.has(name) || exposed.includes(name) || exposed.includes('*'),
    )
    const { status, statusText } = response
    return new Response(response.body, { status, statusText, headers: shown })
  }
  return { fetch: browserFetch, preflights }
}

function isSafe(name: string, value: string): boolean {
  if (name === 'content-type') return SAFE_TYPES.includes(value.split(';')[0].trim().toLowerCase())
  return SAFE_HEADERS.has(name)
}

function requireOrigin(headers: Headers, origin: string): void {
  const allowed = headers.get('access-control-allow-origin')
  if (allowed !== '*' && allowed !== origin) throw new TypeError(`${origin}: this origin is not allowed`)
}

function listOf(headers: Headers, name: string): string[] {
  return (headers.get(name) ?? '').split(',').map((each) => each.trim().toLowerCase())
}
