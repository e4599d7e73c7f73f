import { Field, Int, ObjectType } from 'type-graphql'
import { DateTime } from '../date-time.scalar.js'
import { Node } from '../relay/node.type.js'
import { Measured } from './measured.type.js'

@ObjectType({ implements: Node, simpleResolvers: true, description: 'One training from scratch with one seed.' })
export class Run extends Measured {
  @Field(() => Int, { nullable: true, description: 'Its seed; null where it is not known.' })
  seed!: number | null

  @Field(() => String, {
    nullable: true,
    description: 'How it was computed, such as tfjs-node-gpu or tfjs-wasm; null for imported runs.',
  })
  backend!: string | null

  @Field(() => String, { nullable: true, description: 'The processor or graphics card; null where it is not known.' })
  device!: string | null

  @Field(() => String, { description: 'The version of the dataset, and with it of the recipe, that it belongs to.' })
  datasetVersion!: string

  @Field(() => String, { nullable: true, description: 'The version of the software that trained.' })
  softwareVersion!: string | null

  @Field(() => DateTime, { description: 'When it was recorded here.' })
  createdAt!: Date
}
