/**
 * The price of a field, in units. A unit is the cost of a row with a few fields: 50 to 100 microseconds of the server's
 * processor time (bench/reads/operation-cost.ts measures it).
 */
export interface Price {
  /** Price of the field itself, charged once. */
  readonly own?: number
  /** Price of each row, in addition to its fields. @defaultValue 1 for the elements of a list, otherwise 0 */
  readonly row?: number
  /** Number of rows; the selection below the field is charged for each of them. */
  readonly rows?: Rows
  /** The field is charged with each row of the field above it, like `nodes` of a page. */
  readonly isEach?: boolean
  /** If this argument is given, the field is charged that many times instead of once per row. */
  readonly counted?: Counted
  /** An argument with a long text, such as a file. */
  readonly text?: TextPrice
}

export interface TextPrice {
  readonly argument: string
  /** Price of each character. */
  readonly character: number
  /** Number of characters of the text, before compression. */
  count(text: string): number
}

/** A number if no argument says how many rows come; otherwise the argument (a number or a list) and its maximum. */
export type Rows = number | (Counted & { readonly and?: Rows })

export interface Counted {
  readonly argument: string
  readonly most: number
}

/** The prices of an API. A field without an entry costs what its kind costs (see the constants below). */
export interface PriceList {
  /** `Type.field` -> price. */
  readonly fields: Readonly<Record<string, Price>>
  readonly pages: {
    readonly defaultSize: number
    readonly maxSize: number
    /** `Type.field` -> maximum size of a page that differs from `maxSize`. */
    readonly maxSizes: Readonly<Record<string, number>>
  }
  /** Arguments with texts that cost by the character; longer texts than `maxLength` are not read and cost nothing. */
  readonly texts: {
    readonly arguments: readonly string[]
    readonly maxLength: number
    /** Arguments that may have any text, because it never reaches the database. */
    readonly unstored: readonly string[]
  }
}

/** Price of every operation. */
export const OPERATION_PRICE = 1
/** Prices of fields without an entry: a leaf, an object, each row of a page. */
export const LEAF_PRICE = 0.04
export const OBJECT_PRICE = 1
/** Prices of the statements behind a page (in addition to its rows) and behind the length of its list. */
export const PAGE_PRICE = 2
export const TOTAL_COUNT_PRICE = 5

/** Price of each row that the argument `offset` of a page passes over, and the most that it may. */
export const PASSED_ROW_PRICE = 0.002
export const MOST_PASSED_ROWS = 5_000_000

/** Price of each character of an expression argument after the first `SHORT_EXPRESSION` characters. */
export const CHARACTER_PRICE = 0.2
export const SHORT_EXPRESSION = 50

/** Prices of fields of the introspection types without an entry: a leaf, an object. */
export const INTROSPECTION_LEAF_PRICE = 0.02
export const INTROSPECTION_OBJECT_PRICE = 0.1
