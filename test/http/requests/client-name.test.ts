import assert from 'node:assert/strict'
import { test } from 'node:test'
import { nameAddress, nameClient } from '../../../src/http/requests/client-name.js'

test('a key has its own budget, and without a key the address has one', () => {
  assert.equal(nameClient({ apiKeyId: 7, name: 'k', scopes: [] }, '192.0.2.1'), 'key:7')
  assert.equal(nameClient(null, '192.0.2.1'), 'address:192.0.2.1')
})

test('an IPv4 address counts by itself, however it is written', () => {
  assert.equal(nameAddress('192.0.2.1'), '192.0.2.1')
  assert.equal(nameAddress('::ffff:192.0.2.1'), '192.0.2.1')
})

test('an IPv6 address counts by its first 64 bits, because its subscriber has 2^64 addresses', () => {
  const cases = {
    '2001:db8:1:2:3:4:5:6': '2001:db8:1:2::/64',
    '2001:0db8:0001:0002::ffff': '2001:db8:1:2::/64',
    '2001:db8::1': '2001:db8:0:0::/64',
    '::1': '0:0:0:0::/64',
    'fe80::1%eth0': 'fe80:0:0:0::/64',
    '2001:db8:1:2:3::': '2001:db8:1:2::/64',
  }
  for (const [ip, expected] of Object.entries(cases)) assert.equal(nameAddress(ip), expected)
})

test('a client that is already gone has a name too', () => {
  assert.equal(nameAddress(undefined), 'unknown')
})
