// What every peer does for bench/reads.ts: tells its port, and tells what processor time it used between two messages.
import process from 'node:process'

/** Tells the parent process the port, and answers its messages. */
export function reportTo(parent, port) {
  let start = process.cpuUsage()
  parent.on('message', (message) => {
    if (message === 'end') process.exit()
    if (message === 'start') {
      start = process.cpuUsage()
      return
    }
    const { user, system } = process.cpuUsage(start)
    parent.send({ milliseconds: (user + system) / 1000, megabytes: process.memoryUsage.rss() / 2 ** 20 })
  })
  parent.send({ port })
}

/** The questions that need more than SQL use the same functions as the service, so only the way to them differs. */
export async function openService(url) {
  const [{ openDatabase }, { neighbours }, { describeActivation }, { findStatistics }, { listGroups }] =
    await Promise.all([
      import('../../build/src/db/connection/client.js'),
      import('../../build/src/services/neighbours/neighbours.js'),
      import('../../build/src/services/activations/describe-activation.js'),
      import('../../build/src/db/evaluations/cached-statistics.js'),
      import('../../build/src/db/evaluations/list-statistics.js'),
    ])
  const database = openDatabase(url, { maxConnections: 20 })
  const options = { metric: 'VALIDATION_ACCURACY', conditions: {} }
  return {
    pool: database.pool,
    neighbours: (expression, first) => {
      const { identityHex, outputs } = describeActivation(expression)
      return neighbours(database, { identityHex, outputs, space: 'OUTPUTS', first })
    },
    statistics: async (datasetId, bins) =>
      (await findStatistics(database.kysely, [datasetId], { ...options, bins }))[0],
    groups: async (datasetId, by) => (await listGroups(database.kysely, [datasetId], { ...options, by }))[0],
  }
}
