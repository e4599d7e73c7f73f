import process from 'node:process'
import { type ProductProcess, startProductProcess } from './product-process.js'

/** A server of the product in its own process. */
export interface ServerProcess extends ProductProcess<string> {
  readonly address: string
}

/** Starts `actbench server` and waits until it listens. The caller must end the process. */
export async function startServerProcess(
  databaseUrl: string,
  environment: Readonly<Record<string, string>> = {},
): Promise<ServerProcess> {
  const server = await startProductProcess<string>('src/cli.js', ['server'], {
    env: { PATH: process.env.PATH, HOME: process.env.HOME, PORT: '0', DATABASE_URL: databaseUrl, ...environment },
  })
  return { ...server, address: server.message }
}
