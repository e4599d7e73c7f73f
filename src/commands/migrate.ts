import process from 'node:process'
import type { Command } from 'commander'

/** Adds `actbench migrate`, which a cluster runs once before its servers and workers. */
export function addMigrateCommand(program: Command): void {
  program
    .command('migrate')
    .description('bring the database up to date: migrations, shipped data, and an admin key if there is none')
    .action(async () => {
      const { withDatabase } = await import('./with-database.js')
      await withDatabase(
        async (database, config) => {
          const { finishDatabase, prepareDatabase } = await import('../start/prepare-database.js')
          const { ensureAdminKey } = await import('../services/access/admin-key.js')
          const say = (line: string) => void process.stdout.write(`${line}\n`)
          await prepareDatabase(database, config, say)
          await finishDatabase(database, say)
          const { secret: adminKey } = await ensureAdminKey(database, config.adminKey)
          if (adminKey) process.stdout.write(`admin key, shown this once: ${adminKey}\n`)
          process.stdout.write('the database is up to date\n')
        },
        { needs: 'CREATED' },
      )
    })
}
