import { getValidOptionalText, getValidText } from '../validate-input.js'

/** The texts that describe a dataset, with their longest lengths in characters. The first four are required. */
const LONGEST = {
  title: 200,
  description: 10_000,
  architecture: 200,
  task: 200,
  license: 200,
  citation: 10_000,
  recipeDescription: 20_000,
} as const
const REQUIRED = ['title', 'description', 'architecture', 'task'] as const
const OPTIONAL = ['license', 'citation', 'recipeDescription'] as const

type RequiredTexts = { readonly [Name in (typeof REQUIRED)[number]]: string }
type OptionalTexts = { readonly [Name in (typeof OPTIONAL)[number]]?: string | null }

/** The texts of a new dataset. */
export type NewDatasetTexts = RequiredTexts & OptionalTexts
/** New texts of an existing dataset. Those that are missing or null stay; an empty optional text is removed. */
export type ChangedDatasetTexts = { readonly [Name in keyof RequiredTexts]?: string | null } & OptionalTexts

/** Returns the texts of a new dataset as they are stored; throws BAD_USER_INPUT, which names the text. */
export function getValidTexts(input: NewDatasetTexts): RequiredTexts & Required<OptionalTexts> {
  const required = REQUIRED.map((name) => [name, getValidText(name, input[name], LONGEST[name])])
  const optional = OPTIONAL.map((name) => [name, getValidOptionalText(name, input[name], LONGEST[name])])
  return Object.fromEntries([...required, ...optional])
}

/** Returns only the texts that change; throws BAD_USER_INPUT, which names the text. */
export function getValidChanges(input: ChangedDatasetTexts): Partial<RequiredTexts> & OptionalTexts {
  const given = [...REQUIRED, ...OPTIONAL].filter((name) => input[name] !== null && input[name] !== undefined)
  const isOptional = (name: string) => (OPTIONAL as readonly string[]).includes(name)
  return Object.fromEntries(
    given.map((name) => {
      const text = input[name] as string
      return [name, isOptional(name) && text.trim() === '' ? null : getValidText(name, text, LONGEST[name])]
    }),
  )
}
