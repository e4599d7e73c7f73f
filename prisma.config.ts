import process from 'node:process'
import { defineConfig } from 'prisma/config'

// Only `generate`, `validate` and `format` are run, and none of them uses the schema engine: naming any executable here
// keeps the Prisma CLI from downloading one.
process.env.PRISMA_SCHEMA_ENGINE_BINARY ??= process.execPath

export default defineConfig({ schema: 'prisma/schema.prisma', migrations: { path: 'prisma/migrations' } })
