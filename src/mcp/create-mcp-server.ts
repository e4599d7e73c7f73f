import { McpServer } from '@modelcontextprotocol/sdk/server/mcp.js'
import type { CallToolResult } from '@modelcontextprotocol/sdk/types.js'
import type { z } from 'zod'
import type { ReadText, SendToApi } from '../api-client/api.js'
import { ApiError } from '../api-client/api-error.js'
import { addResources } from './resources.js'
import type { Tool } from './tool.js'
import { READ_TOOLS } from './tools/read-tools.js'
import { SEARCH_TOOLS } from './tools/search-tools.js'
import { TRAINING_TOOLS } from './tools/training-tools.js'

export interface McpOptions {
  readonly version: string
  readonly send: SendToApi
  readonly readText: ReadText
}

export const TOOLS: readonly Tool[] = [...READ_TOOLS, ...SEARCH_TOOLS, ...TRAINING_TOOLS]

const INSTRUCTIONS = `actbench measures activation functions on fixed networks. A function is an expression of x, such as x*sigmoid(x).
Start with list_datasets. predict answers for functions that nobody trained; train measures them. Accuracies are shares from 0 to 1.
Runs are noisy: tell_apart says whether two functions differ. Look at rankInterval and tieGroup rather than at rank.
Reading needs no key. Errors begin with a code: RATE_LIMITED says when to try again.`

/**
 * A server of the Model Context Protocol over the GraphQL API of a service: its tools are the operations of `operations/`,
 * sent with the key of the client, so keys, scopes, prices and errors are those of the API. The caller connects a transport.
 */
export function createMcpServer({ version, send, readText }: McpOptions): McpServer {
  const server = new McpServer({ name: 'actbench', title: 'actbench', version }, { instructions: INSTRUCTIONS })
  for (const tool of TOOLS) {
    const { name, title, description, input, annotations } = tool
    server.registerTool(name, { title, description, inputSchema: input, annotations }, (given, { signal }) =>
      runTool(tool, send, given as z.infer<z.ZodObject>, signal),
    )
  }
  addResources(server, send, readText)
  return server
}

/** Errors of the API are results, so that the agent reads them and can act. */
async function runTool(
  tool: Tool,
  send: SendToApi,
  given: z.infer<z.ZodObject>,
  signal: AbortSignal,
): Promise<CallToolResult> {
  try {
    const found = await tool.run(send, given, signal)
    return { content: [{ type: 'text', text: JSON.stringify(found) }], structuredContent: found }
  } catch (error) {
    if (!(error instanceof ApiError)) throw error
    return { content: [{ type: 'text', text: error.message }], isError: true }
  }
}
