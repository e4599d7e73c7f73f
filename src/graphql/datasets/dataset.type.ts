import { Field, Float, Int, ObjectType } from 'type-graphql'
import { DateTime } from '../date-time.scalar.js'
import { DatasetOrigin } from '../enums.js'
import { createConnectionType } from '../relay/connection.js'
import { Node } from '../relay/node.type.js'

@ObjectType({
  implements: Node,
  simpleResolvers: true,
  description: `A benchmark dataset: activation functions evaluated with one architecture on one
task, such as Act-Bench-CNN.`,
})
export class Dataset extends Node {
  @Field(() => String, { description: 'Unique slug, such as act-bench-cnn.' })
  name!: string

  @Field(() => String, { description: 'Changes with the published data, or with the recipe that trains it.' })
  version!: string

  @Field(() => String, { description: 'Its name for people.' })
  title!: string

  @Field(() => String, { description: 'What was evaluated, and how.' })
  description!: string

  @Field(() => String, { description: 'The network, such as All-CNN-C.' })
  architecture!: string

  @Field(() => String, { description: 'What the network learns, such as CIFAR-10.' })
  task!: string

  @Field(() => DatasetOrigin, { description: 'Where its evaluations come from.' })
  origin!: string

  @Field(() => String, { nullable: true, description: 'The licence of the data.' })
  license!: string | null

  @Field(() => String, { nullable: true, description: 'What to cite where the data are used.' })
  citation!: string | null

  @Field(() => String, { nullable: true, description: 'Where the data came from.' })
  sourceUrl!: string | null

  @Field(() => String, { nullable: true, description: 'The SHA-256 of what was imported.' })
  sourceChecksum!: string | null

  @Field(() => Float, { nullable: true, description: 'The size of what was imported, in bytes of JSON.' })
  sourceBytes!: number | null

  @Field(() => Boolean, { description: 'Whether this service can train new activation functions for it.' })
  trainable!: boolean

  @Field(() => [String], {
    description: 'Schemas of the functions that searches explore by default; may be wider than what is evaluated.',
  })
  searchSpace!: string[]

  @Field(() => Int, {
    nullable: true,
    description: 'Number of values of a Fisher spectrum; null where the dataset has none.',
  })
  fisherSpectrumLength!: number | null

  @Field(() => DateTime, { description: 'When it was created here.' })
  createdAt!: Date

  @Field(() => DateTime, { description: 'When its description or its published data changed here.' })
  updatedAt!: Date
}

export const DatasetConnection = createConnectionType(() => Dataset, 'Dataset', 'datasets')
