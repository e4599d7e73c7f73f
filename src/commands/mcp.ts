import process from 'node:process'
import type { Command } from 'commander'
import { readVersion } from '../root.js'
import { asksService, readAddress } from './remote-options.js'

/** Adds `actbench mcp`, which connects an agent on this machine with a service anywhere. */
export function addMcpCommand(program: Command): void {
  const command = program
    .command('mcp')
    .description(
      'serve the Model Context Protocol on standard input and output, for an agent; answers come from a service',
    )
  asksService(command).action(() => serveMcp(command))
}

async function serveMcp(command: Command): Promise<void> {
  const { StdioServerTransport } = await import('@modelcontextprotocol/sdk/server/stdio.js')
  const { createMcpServer } = await import('../mcp/create-mcp-server.js')
  const { openRemoteApi } = await import('../api-client/remote-api.js')
  const { url, key } = readAddress(command)
  const server = createMcpServer({ version: readVersion(), ...openRemoteApi(url, key) })
  const closed = new Promise<void>((done) => {
    server.server.onclose = done
    process.stdin.once('end', done)
  })
  await server.connect(new StdioServerTransport())
  await closed
}
