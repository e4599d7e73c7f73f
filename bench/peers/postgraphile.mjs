// The tables as PostGraphile 5 serves them by itself, without anything written for them.
import { createServer } from 'node:http'
import process from 'node:process'
import { postgraphile } from 'postgraphile'
import { makePgService } from 'postgraphile/adaptors/pg'
import { grafserv } from 'postgraphile/grafserv/node'
import { PostGraphileAmberPreset } from 'postgraphile/presets/amber'
import { reportTo } from './measured.mjs'

// PostGraphile 5.1 wants Node 22, of which it uses only this.
Promise.withResolvers ??= () => {
  const made = {}
  made.promise = new Promise((resolve, reject) => Object.assign(made, { resolve, reject }))
  return made
}

const instance = postgraphile({
  extends: [PostGraphileAmberPreset],
  pgServices: [makePgService({ connectionString: process.argv[2], schemas: ['public'], pubsub: false })],
  grafserv: { watch: false, graphiql: false },
  grafast: { explain: false },
})
const server = createServer()
const served = instance.createServ(grafserv)
await served.addTo(server)
await served.ready?.()
server.listen(0, '127.0.0.1', () => reportTo(process, server.address().port))
