import { isIPv6 } from 'node:net'
import type { Viewer } from '../../services/access/viewer.js'

/** Whose budget a request is charged to: a key's, else that of the address it came from. */
export function nameClient(viewer: Viewer | null, ip: string | undefined): string {
  return viewer ? `key:${viewer.apiKeyId}` : `address:${nameAddress(ip)}`
}

/** An address as limits count it: an IPv4 address; of IPv6 the first 64 bits, for a subscriber has the rest to choose from. */
export function nameAddress(ip: string | undefined): string {
  // A client that has gone before its request was looked at.
  if (!ip) return 'unknown'
  const mapped = /^::ffff:(\d+\.\d+\.\d+\.\d+)$/i.exec(ip)?.[1]
  if (mapped) return mapped
  const address = ip.split('%')[0]
  if (!isIPv6(address)) return ip
  const [head, tail] = address.split('::')
  const before = head === '' ? [] : head.split(':')
  const after = tail ? tail.split(':') : []
  const zeros = tail === undefined ? 0 : 8 - before.length - after.length
  const groups = [...before, ...Array.from({ length: zeros }, () => '0'), ...after].slice(0, 4)
  return `${groups.map((group) => Number.parseInt(group, 16).toString(16)).join(':')}::/64`
}
