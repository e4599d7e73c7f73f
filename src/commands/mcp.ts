import process from 'node:process'
import { type Command, Option } from 'commander'
import { readVersion } from '../root.js'

interface McpCommandOptions {
  readonly url: string
  readonly key?: string
}

/** Adds `actbench mcp`, which connects an agent on this machine with a service anywhere. */
export function addMcpCommand(program: Command): void {
  program
    .command('mcp')
    .description(
      'serve the Model Context Protocol on standard input and output, for an agent; answers come from a service',
    )
    .addOption(new Option('--url <address>', 'of the service').env('ACTBENCH_URL').default('http://127.0.0.1:4000'))
    .addOption(new Option('--key <key>', 'for trainings and searches').env('ACTBENCH_KEY'))
    .action(serveMcp)
}

async function serveMcp({ url, key }: McpCommandOptions): Promise<void> {
  const { StdioServerTransport } = await import('@modelcontextprotocol/sdk/server/stdio.js')
  const { createMcpServer } = await import('../mcp/create-mcp-server.js')
  const { openRemoteApi } = await import('../mcp/remote-api.js')
  const server = createMcpServer({ version: readVersion(), ...openRemoteApi(url, key) })
  const closed = new Promise<void>((done) => {
    server.server.onclose = done
    process.stdin.once('end', done)
  })
  await server.connect(new StdioServerTransport())
  await closed
}
