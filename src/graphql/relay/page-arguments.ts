import { ArgsType, Field, Int } from 'type-graphql'
import type { Window } from '../../db/loaders.js'
import { getValidInteger, refuseInput } from '../../services/validate-input.js'
import { type CursorKind, parseCursor } from './cursor.js'
import { DEFAULT_PAGE_SIZE, MAX_PAGE_SIZE } from './page-sizes.js'

/** The arguments of a list that is paged forwards. */
@ArgsType()
export class ForwardArguments {
  @Field(() => Int, { nullable: true, description: 'So many from the start, or from the cursor `after`. Default: 20.' })
  first?: number | null

  @Field(() => String, { nullable: true, description: 'Only what comes after this cursor.' })
  after?: string | null
}

/** The arguments of a list that is paged in both directions. */
@ArgsType()
export class PageArguments extends ForwardArguments {
  @Field(() => Int, { nullable: true, description: 'So many from the end, or before the cursor `before`.' })
  last?: number | null

  @Field(() => String, { nullable: true, description: 'Only what comes before this cursor.' })
  before?: string | null
}

/**
 * What part of a list is asked for; throws BAD_USER_INPUT that names the argument for `first` or `last` that is null or
 * out of 1 to `maxSize`, for both at once, and for a cursor of another list.
 */
export function readWindow(args: PageArguments, kind: CursorKind, maxSize: number = MAX_PAGE_SIZE): Window {
  const { first, last } = args
  if (first === null) refuseInput('first', `a whole number from 1 to ${maxSize}`, null)
  if (last === null) refuseInput('last', `a whole number from 1 to ${maxSize}`, null)
  if (first !== undefined && last !== undefined) refuseInput('last', 'either first or last', 'both')
  const isBackward = last !== undefined
  return {
    size: getValidInteger(isBackward ? 'last' : 'first', last ?? first ?? DEFAULT_PAGE_SIZE, 1, maxSize),
    isBackward,
    after: args.after == null ? null : parseCursor(kind, args.after, 'after'),
    before: args.before == null ? null : parseCursor(kind, args.before, 'before'),
  }
}
