import { createServer } from 'node:net'

/** Throws an error of one line if nothing can listen on this port of this host. */
export function checkPort(host: string, port: number): Promise<void> {
  return new Promise((done, fail) => {
    const server = createServer()
    server.once('error', (error: NodeJS.ErrnoException) => fail(new Error(describe(error, host, port))))
    server.listen(port, host, () => server.close(() => done()))
  })
}

function describe(error: NodeJS.ErrnoException, host: string, port: number): string {
  if (error.code === 'EADDRINUSE') return `the port ${port} of ${host} is in use; set PORT to another one`
  if (error.code === 'EACCES') return `the port ${port} of ${host} needs more rights; set PORT to another one`
  return `nothing can listen on port ${port} of ${host} (${error.code}); check HOST and PORT`
}
