import type { TestApi } from '../api.js'
import { openTestApi } from '../api.js'
import { createSyntheticDataset, listFunctions, storeFunctions } from '../fixtures/learning-fixture.js'
import { openVisitor, type Visitor } from './visitor.js'

export interface PageFixture {
  readonly api: TestApi
  readonly visitor: Visitor
  readonly origin: string
}

/**
 * Opens a service with a dataset, `synthetic`, of some functions, and a browser that visits it. With spectra, all functions
 * but the last two have one.
 */
export async function openPages(functions: number, { withSpectra = false } = {}): Promise<PageFixture> {
  const api = await openTestApi()
  const measured = await storeFunctions(api.database, listFunctions(functions))
  await createSyntheticDataset(api.database, { measured, spectra: withSpectra ? measured.slice(0, -2) : undefined })
  const origin = await api.app.http.listen({ port: 0, host: '127.0.0.1' })
  return { api, origin, visitor: await openVisitor(origin) }
}
