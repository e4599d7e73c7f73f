import { readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { PROJECT_ROOT } from '../root.js'

const FOLDER = join(PROJECT_ROOT, 'operations')

/** The documents of `operations/` by the name of their operation, such as `TrainActivation`. */
export const OPERATIONS: ReadonlyMap<string, string> = readOperations()

function readOperations(): Map<string, string> {
  const files = readdirSync(FOLDER).filter((file) => file.endsWith('.graphql'))
  return new Map(
    files.sort().map((file) => {
      const document = readFileSync(join(FOLDER, file), 'utf8')
      const name = /^(?:query|mutation) (\w+)/m.exec(document)?.[1]
      if (!name) throw new Error(`operations/${file}: expected a named operation`)
      return [name, document]
    }),
  )
}
