import { Arg, FieldResolver, Float, Int, Resolver, Root } from 'type-graphql'
import { getValidInteger } from '../../services/validate-input.js'
import { FeatureVector } from './feature-vector.type.js'

@Resolver(() => FeatureVector)
export class FeatureVectorResolver {
  @FieldResolver(() => [Float], {
    nullable: 'items',
    description:
      'The numbers from `offset` on, at most `limit` of them; by default all. A number that is not finite is null.',
  })
  values(
    @Root() { bytes, length }: FeatureVector,
    @Arg('offset', () => Int, {
      nullable: true,
      defaultValue: 0,
      description: 'Number of values to skip at the start, from 0.',
    })
    offset: number,
    @Arg('limit', () => Int, {
      nullable: true,
      description: 'Maximum number of values to return, from 0. Default: all up to the end.',
    })
    limit?: number | null,
  ): (number | null)[] {
    const start = Math.min(getValidInteger('offset', offset, 0, MAX_INT), length)
    const size = limit == null ? length : getValidInteger('limit', limit, 0, MAX_INT)
    const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength)
    return Array.from({ length: Math.min(size, length - start) }, (_, index) => {
      const value = view.getFloat32(4 * (start + index), true)
      return Number.isFinite(value) ? value : null
    })
  }

  @FieldResolver(() => String, {
    description: 'The whole vector in base64: 4 bytes per number, little-endian float32.',
  })
  base64(@Root() { bytes }: FeatureVector): string {
    return Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength).toString('base64')
  }
}

const MAX_INT = 2 ** 31 - 1
