import { sql } from 'kysely'
import { MOMENTS_VERSION } from '../../activations/gaussian-moments.js'
import { type ActivationProperties, PROPERTIES_VERSION } from '../../activations/properties/compute-properties.js'

/** What an export says of a function besides its results. Its properties are null if those of this version are not stored. */
export interface ExportedFunction extends Omit<ActivationProperties, 'sampled'> {
  readonly activation: number
  /** The identity of the function, 64 hexadecimal digits. */
  readonly activationId: string
  /** The representative. */
  readonly representative: string
  readonly depth: number
  readonly isFinite: boolean
  readonly isConstant: boolean
  readonly hasMoments: boolean
  readonly gaussianMean: number | null
  readonly gaussianStandardDeviation: number | null
  /** False if the properties of this version are not stored. */
  readonly hasProperties: boolean
}

/** The columns of an activation `a`, its moments `m` and its properties `p`, each of the version of this release. */
export const FUNCTION_COLUMNS = [
  sql<string>`encode(a.identity, 'hex')`.as('activationId'),
  sql<string>`a.expression`.as('representative'),
  sql<number>`a.depth`.as('depth'),
  sql<boolean>`a.is_finite`.as('isFinite'),
  sql<boolean>`a.is_constant`.as('isConstant'),
  sql<boolean>`m.activation_id is not null`.as('hasMoments'),
  sql<number | null>`m.mean`.as('gaussianMean'),
  sql<number | null>`m.standard_deviation`.as('gaussianStandardDeviation'),
  sql<boolean>`p.activation_id is not null`.as('hasProperties'),
  sql<boolean>`p.is_even`.as('isEven'),
  sql<boolean>`p.is_odd`.as('isOdd'),
  sql<boolean>`p.is_monotone`.as('isMonotone'),
  sql<boolean>`p.is_bounded`.as('isBounded'),
  sql<boolean>`p.is_smooth`.as('isSmooth'),
  sql<number | null>`p.value_at_zero`.as('valueAtZero'),
  sql<number | null>`p.derivative_at_zero`.as('derivativeAtZero'),
  sql<number | null>`p.left_slope`.as('leftSlope'),
  sql<number | null>`p.right_slope`.as('rightSlope'),
  sql<number>`p.turning_points`.as('turningPoints'),
] as const

/** The versions that the joins of `m` and `p` ask for. */
export const VERSION_OF = { moments: sql.lit(MOMENTS_VERSION), properties: sql.lit(PROPERTIES_VERSION) }
