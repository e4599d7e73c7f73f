/** What makes each member of an object from the same source. */
type Factories = Readonly<Record<string, (source: never) => unknown>>

/** What all of these factories can read from. */
type SourceOf<Made extends Factories> = [Made[keyof Made]] extends [(source: infer Source) => unknown] ? Source : never

/** The object that these factories make. */
export type MembersOf<Made extends Factories> = { readonly [Name in keyof Made]: ReturnType<Made[Name]> }

/**
 * Returns a function that makes objects whose members are made when they are first read, and then kept. A request knows dozens
 * of loaders and asks one or two: to make all of them took a fifth of the memory that a short query used.
 */
export function defineMembers<Made extends Factories>(factories: Made): (source: SourceOf<Made>) => MembersOf<Made> {
  type Source = SourceOf<Made>
  class Members {
    readonly #source: Source

    constructor(source: Source) {
      this.#source = source
    }

    make(create: (source: Source) => unknown): unknown {
      return create(this.#source)
    }
  }
  for (const [name, create] of Object.entries(factories)) {
    Object.defineProperty(Members.prototype, name, {
      get(this: Members) {
        const value = this.make(create as (source: Source) => unknown)
        Object.defineProperty(this, name, { value, enumerable: true })
        return value
      },
    })
  }
  return (source) => new Members(source) as unknown as MembersOf<Made>
}
