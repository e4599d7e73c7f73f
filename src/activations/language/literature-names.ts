import { identifiersOf, KNOWN_FUNCTIONS } from '../known-functions/known-functions.js'
import { type AliasRow, readAliases } from './alias.js'

/** The functions of the literature by the names that the language reads. Operators and known names come first. */
export const LITERATURE_NAMES = readAliases(
  KNOWN_FUNCTIONS.map((each): AliasRow => [identifiersOf(each).join(' '), 'x', each.expression]).filter(
    ([names]) => names !== '',
  ),
)
