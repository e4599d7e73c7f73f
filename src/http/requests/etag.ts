import { createHash } from 'node:crypto'

/** An ETag of 160 bits for everything that an answer depends on. */
export function makeEtag(...parts: readonly unknown[]): string {
  const hash = createHash('sha256')
  for (const part of parts) hash.update(typeof part === 'string' ? part : JSON.stringify(part)).update('\n')
  return `"${hash.digest('base64url').slice(0, 27)}"`
}

/**
 * Whether an If-None-Match header lists this ETag, so that 304 is the answer. Tags are compared weakly, because whoever
 * compresses an answer on its way makes its tag a weak one.
 */
export function isListed(ifNoneMatch: string | undefined, etag: string): boolean {
  const tags = ifNoneMatch?.split(',').map((tag) => toStrong(tag.trim())) ?? []
  return tags.includes(toStrong(etag)) || tags.includes('*')
}

/** The same tag for another encoding of the same answer. */
export function toWeak(etag: string): string {
  return etag.startsWith('W/') ? etag : `W/${etag}`
}

function toStrong(etag: string): string {
  return etag.replace(/^W\//, '')
}
