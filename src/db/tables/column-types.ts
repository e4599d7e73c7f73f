import type { ColumnType } from 'kysely'
import type { LearnedParameter } from '../../learned-parameters.js'

/** timestamptz. node-postgres reads a `Date`. */
export type Timestamptz = ColumnType<Date, Date | string, Date | string>

/** int8. node-postgres reads a string, because a number cannot hold every value. */
export type Int8 = ColumnType<string, string | number | bigint, string | number | bigint>

/** bytea. node-postgres reads a `Buffer`. */
export type Bytes = ColumnType<Buffer, Uint8Array, Uint8Array>

/**
 * A list of enum values. node-postgres reads its raw text, such as `{OUTPUTS,EMBEDDING}`, because it does not know the
 * type. This type has no use of its own, so a statement that selects the column without `enumValues` does not compile
 * where its result is used.
 */
export type EnumList<Value extends string> = ColumnType<RawEnumList<Value>, readonly Value[], readonly Value[]>

declare const VALUES: unique symbol
export interface RawEnumList<Value extends string> {
  readonly [VALUES]: Value
}

/** json. It is written as text, because node-postgres would write a list as an array. node-postgres reads a parsed value. */
export type JsonColumn = ColumnType<JsonObject, string, string>

/** json with the parameters of a function, written as text. */
export type LearnedParametersColumn = ColumnType<readonly LearnedParameter[], string, string>

/** A value of JSON, as Prisma types it. */
export type JsonValue = string | number | boolean | JsonObject | JsonValue[] | null
export type JsonObject = { [name in string]?: JsonValue }
