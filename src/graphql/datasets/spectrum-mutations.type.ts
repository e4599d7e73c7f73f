import { Field, Int, ObjectType } from 'type-graphql'
import { Dataset } from './dataset.type.js'

@ObjectType({ simpleResolvers: true, description: 'The result of `addFisherSpectra`.' })
export class AddFisherSpectraPayload {
  @Field(() => Dataset, { description: 'The dataset, with the length of its spectra.' })
  dataset!: unknown

  @Field(() => Int, { description: 'Number of functions that had no spectrum before.' })
  added!: number

  @Field(() => Int, { description: 'Number of functions whose spectrum was replaced.' })
  replaced!: number

  @Field(() => Int, { description: 'Number of functions that had the same spectrum already.' })
  unchanged!: number
}

@ObjectType({ simpleResolvers: true, description: 'The result of `deleteFisherSpectra`.' })
export class DeleteFisherSpectraPayload {
  @Field(() => Dataset, { description: 'The dataset, which has no spectra any more.' })
  dataset!: unknown

  @Field(() => Int, { description: 'Number of deleted spectra.' })
  deleted!: number
}
