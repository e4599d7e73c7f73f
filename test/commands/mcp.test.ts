import assert from 'node:assert/strict'
import { join } from 'node:path'
import { test } from 'node:test'
import { Client } from '@modelcontextprotocol/sdk/client/index.js'
import { StdioClientTransport } from '@modelcontextprotocol/sdk/client/stdio.js'
import type { Transport } from '@modelcontextprotocol/sdk/shared/transport.js'
import { PROJECT_ROOT } from '../../src/root.js'
import { openClientFixture } from '../support/fixtures/client-fixture.js'

// biome-ignore lint/suspicious/noExplicitAny: the shape follows from the tool that the test calls.
type Found = any

async function openAgent(...args: string[]): Promise<Client> {
  const client = new Client({ name: 'test', version: '1' })
  const command = { command: process.execPath, args: [join(PROJECT_ROOT, 'build/src/cli.js'), 'mcp', ...args] }
  await client.connect(new StdioClientTransport({ ...command, stderr: 'pipe' }) as Transport)
  return client
}

test('an agent on this machine reads a service at another address, with its key', async (t) => {
  const { address, secret } = await openClientFixture(t)
  const client = await openAgent('--url', address, '--key', secret)
  t.after(() => client.close())
  const call = (name: string, given: Record<string, unknown>): Promise<Found> =>
    client.callTool({ name, arguments: given })
  const board = await call('leaderboard', { dataset: 'mine', count: 2 })
  assert.deepEqual(
    board.structuredContent.nodes.map(({ rank }: Found) => rank),
    [1, 2],
  )
  const { contents } = (await client.readResource({ uri: 'actbench://llms.txt' })) as Found
  assert.match(contents[0].text, /^# actbench/)
  const refused = await call('train', { dataset: 'mine', expression: 'relu(x)' })
  assert.match(refused.content[0].text, /^[A-Z_]+: /)
})

test('a service that is away, or no address, is an error that says so', async (t) => {
  const client = await openAgent('--url', 'http://127.0.0.1:9')
  t.after(() => client.close())
  const { isError, content } = (await client.callTool({ name: 'list_datasets', arguments: {} })) as Found
  assert.equal(isError, true)
  assert.match(content[0].text, /http:\/\/127\.0\.0\.1:9\/graphql cannot be reached/)
  await assert.rejects(openAgent('--url', 'nowhere'))
})
