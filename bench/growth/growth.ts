import pg from 'pg'
import { openDatabase } from '../../src/db/connection/client.js'
import { applyMigrations } from '../../src/db/connection/migrate.js'
import { importSeed } from '../../src/services/shipped-data/import-seed.js'
import { openEmbeddedPostgres } from '../../src/start/embedded-postgres.js'
import { fillGrowth, SIZES } from './fill.js'

const postgres = await openEmbeddedPostgres(process.argv[2])
await applyMigrations(postgres.url)
const client = new pg.Client({ connectionString: postgres.url })
await client.connect()
console.log(postgres.url)
await fillGrowth(client, SIZES)
const database = openDatabase(postgres.url)
await importSeed(database)
await database.close()
console.log('filled')
await new Promise(() => {})
