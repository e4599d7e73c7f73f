import { ArgsType, Field, Int } from 'type-graphql'
import type { Window } from '../../db/loaders.js'
import { getValidInteger, refuseInput } from '../../services/validate-input.js'
import { type CursorKind, parseCursor } from './cursor.js'
import { DEFAULT_PAGE_SIZE, MAX_PAGE_SIZE } from './page-sizes.js'

/** The arguments of a list, which clients can page through in both directions. */
@ArgsType()
export class PageArguments {
  @Field(() => Int, {
    nullable: true,
    description:
      'Number of rows to return from the start of the list, or after the cursor `after`. Default: 20; most lists allow 1 to 200.',
  })
  first?: number

  @Field(() => String, { nullable: true, description: 'Return only rows after this cursor.' })
  after?: string

  @Field(() => Int, {
    nullable: true,
    description:
      'Number of rows to return from the end of the list, or before the cursor `before`. Not together with `first`.',
  })
  last?: number

  @Field(() => String, { nullable: true, description: 'Return only rows before this cursor.' })
  before?: string
}

/**
 * The requested part of a list. Throws BAD_USER_INPUT with the name of the argument if `first` or `last` is outside 1 to
 * `maxSize`, if both are given, or if a cursor belongs to another list.
 */
export function readWindow(args: PageArguments, kind: CursorKind, maxSize: number = MAX_PAGE_SIZE): Window {
  const { first, last } = args
  if (first !== undefined && last !== undefined) refuseInput('last', 'either first or last', 'both')
  const isBackward = last !== undefined
  return {
    size: getValidInteger(isBackward ? 'last' : 'first', last ?? first ?? DEFAULT_PAGE_SIZE, 1, maxSize),
    isBackward,
    after: args.after === undefined ? null : parseCursor(kind, args.after, 'after'),
    before: args.before === undefined ? null : parseCursor(kind, args.before, 'before'),
  }
}
