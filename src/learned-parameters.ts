import { z } from 'zod'

/** What a training learnt of one parameter of an activation function. */
export interface LearnedParameter {
  /** Null if the expression gives it no name. */
  readonly name: string | null
  readonly initialValue: number
  /** For each activation of the network, in the order of the forward pass: one number, or one for each channel. */
  readonly values: readonly (readonly number[])[]
}

/** The parameters of a function in the order of the expression, as files and the database have them. */
export const LEARNED_PARAMETERS = z
  .array(
    z.object({ name: z.string().nullable(), initialValue: z.number(), values: z.array(z.array(z.number()).min(1)) }),
  )
  .min(1)
