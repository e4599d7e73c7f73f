import { MalformedFileError } from './malformed-file.js'
import type { CellValue } from './table-cells.js'

/** Where a cell is: the words for a message, and the offset of its line. */
export interface CellPlace {
  readonly column: string
  readonly where: string
  readonly byteOffset: number
}

/** Reads accuracies of a table as fractions. Each column has fractions or percentages. */
export interface AccuracyUnits {
  /** The fraction that a cell says, and whether it is the first one that shows that its column has percentages. */
  read(value: CellValue, place: CellPlace): { readonly fraction: number; readonly isFirstPercentage: boolean }
}

/**
 * A column has percentages if its first value besides 0 is above 1, or if cells or its name have the sign %. Throws
 * `MalformedFileError` if a column has both, because then nobody knows what a value such as 0.9 means.
 */
export function createAccuracyUnits(): AccuracyUnits {
  const units = new Map<string, 'FRACTION' | 'PERCENT'>()
  return {
    read(value, place) {
      if (value.kind !== 'NUMBER' && value.kind !== 'PERCENT') return { fraction: Number.NaN, isFirstPercentage: false }
      const number = value.value
      const unit = units.get(place.column)
      if (value.kind === 'NUMBER' && (number === 0 || number < 0)) return { fraction: number, isFirstPercentage: false }
      const isPercentage = value.kind === 'PERCENT' || number > 1
      if (unit === undefined) units.set(place.column, isPercentage ? 'PERCENT' : 'FRACTION')
      if (number > 100) throw refuse(place, 'an accuracy from 0 to 1, or from 0 to 100 percent', value)
      if (unit === 'PERCENT' && !isPercentage && !place.column.includes('%')) {
        throw refuse(place, 'a percentage above 1, as on earlier lines', value)
      }
      const mustBePercentage = unit === undefined && place.column.includes('%')
      if (mustBePercentage && !isPercentage) {
        throw refuse(place, 'a percentage above 1 first, as the name of the column says', value)
      }
      if (unit === 'FRACTION' && isPercentage) {
        throw refuse(place, `a fraction from 0 to 1, as on earlier lines, such as ${toFraction(number)}`, value)
      }
      return {
        fraction: isPercentage || unit === 'PERCENT' ? toFraction(number) : number,
        isFirstPercentage: isPercentage && unit === undefined,
      }
    },
  }
}

function toFraction(percentage: number): number {
  return Number((percentage / 100).toPrecision(15))
}

function refuse(place: CellPlace, expected: string, value: Extract<CellValue, { value: number }>): MalformedFileError {
  const shown = value.kind === 'PERCENT' ? value.text : String(value.value)
  const hint = 'a column has fractions or percentages, not both'
  return new MalformedFileError(place.byteOffset, `${place.where}: expected ${expected}, got ${shown}; ${hint}`)
}
