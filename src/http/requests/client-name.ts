import { isIP, isIPv4 } from 'node:net'
import ipaddr from 'ipaddr.js'
import { LRUCache } from 'lru-cache'
import type { Viewer } from '../../services/access/viewer.js'

/** Whose budget a request is charged to: the key, or the address of a request without one. */
export function nameClient(viewer: Viewer | null, ip: string | undefined): string {
  return viewer ? `key:${viewer.apiKeyId}` : `address:${nameAddress(ip)}`
}

/** An address as limits count it. An IPv6 address counts by its first 64 bits, because a subscriber may choose the rest. */
export function nameAddress(ip: string | undefined): string {
  // The client was gone before its request was read.
  if (!ip) return 'unknown'
  const known = names.get(ip)
  if (known !== undefined) return known
  const name = readAddress(ip)
  names.set(ip, name)
  return name
}

/** Each request asks for the name of its address several times. */
const names = new LRUCache<string, string>({ max: 1000 })

function readAddress(ip: string): string {
  if (isIPv4(ip) || isIP(ip) === 0) return ip
  const address = ipaddr.process(ip)
  if (!(address instanceof ipaddr.IPv6)) return address.toString()
  const network = address.parts.slice(0, 4).map((part) => part.toString(16))
  return `${network.join(':')}::/64`
}
