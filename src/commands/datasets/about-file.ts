import { readFileSync } from 'node:fs'
import { z } from 'zod'
import type { DatasetDescription } from '../../services/imports/import-file.js'

/**
 * Reads the description of a dataset from a file, such as the `.about.json` of an export. Fields that the import finds out itself,
 * such as the version, is ignored. Throws an error that names the file and the field.
 */
export function readAboutFile(path: string): DatasetDescription {
  const parsed = ABOUT.safeParse(readJson(path))
  if (!parsed.success) {
    const [issue] = parsed.error.issues
    const keys = issue.code === 'unrecognized_keys' ? issue.keys : issue.path.map(String)
    const field = keys.slice(0, 3).join('.') || 'the file'
    const problem = issue.code === 'unrecognized_keys' ? `unknown; expected one of ${FIELDS.join(', ')}` : issue.message
    throw new Error(`${path}: ${field}: ${problem}`)
  }
  const { title, description, architecture, task, license, citation, sourceUrl, ...rest } = parsed.data
  const described = { title, description, architecture, task, license, citation, sourceUrl }
  const { searchSpace, recipeDescription } = rest
  const known = Object.entries({ ...described, searchSpace, recipeDescription })
  return Object.fromEntries(known.filter(([, value]) => value !== null && value !== undefined))
}

function readJson(path: string): unknown {
  const text = readFileSync(path, 'utf8')
  try {
    return JSON.parse(text)
  } catch (error) {
    throw new Error(`${path}: expected JSON, got ${(error as Error).message}`)
  }
}

const text = z.string().nullish()
const ignored = z.unknown().optional()
const DESCRIBED = { title: text, description: text, architecture: text, task: text, license: text, citation: text }
const ABOUT = z.strictObject({
  ...DESCRIBED,
  ...{ sourceUrl: text, searchSpace: z.array(z.string()).nullish(), recipeDescription: text },
  ...{ name: ignored, version: ignored, origin: ignored, sourceChecksum: ignored, sourceBytes: ignored },
})
const FIELDS = [...Object.keys(DESCRIBED), 'sourceUrl', 'searchSpace', 'recipeDescription']
