import { InvalidArgumentError } from 'commander'

/** Returns a parser of an option that is a whole number from `min` to `max`. */
export function wholeNumber(min: number, max: number): (text: string) => number {
  return (text) => {
    const value = Number(text)
    if (!/^\d+$/.test(text) || value < min || value > max) {
      throw new InvalidArgumentError(`expected a whole number from ${min} to ${max}`)
    }
    return value
  }
}

/** Returns a parser of an option that is a number from `min` to `max`. */
export function realNumber(min: number, max: number): (text: string) => number {
  return (text) => {
    const value = Number(text)
    if (text.trim() === '' || !(value >= min && value <= max)) {
      throw new InvalidArgumentError(`expected a number from ${min} to ${max}`)
    }
    return value
  }
}

/** Parses an option that is a list of whole numbers, such as `0,1,2` or `0-4`. */
export function wholeNumbers(text: string): number[] {
  const numbers = text.split(',').flatMap((part) => {
    const [, from, to] = /^(\d{1,9})(?:-(\d{1,9}))?$/.exec(part.trim()) ?? []
    if (from === undefined || Number(to ?? from) < Number(from) || Number(to ?? from) - Number(from) > 10_000) {
      throw new InvalidArgumentError('expected whole numbers such as 0,1,2 or 0-4')
    }
    return Array.from({ length: Number(to ?? from) - Number(from) + 1 }, (_, i) => Number(from) + i)
  })
  return [...new Set(numbers)]
}
