import { Field, Float, Int, ObjectType } from 'type-graphql'
import { DateTime } from '../date-time.scalar.js'
import { DatasetOrigin } from '../enums.js'
import { createConnectionType } from '../relay/connection.js'
import { Node } from '../relay/node.type.js'

@ObjectType({
  implements: Node,
  simpleResolvers: true,
  description: `A benchmark dataset: the evaluations of activation functions in one network on one task,
such as Act-Bench-CNN.`,
})
export class Dataset extends Node {
  @Field(() => String, {
    description: 'Unique name of lower-case letters, digits and hyphens, such as `act-bench-cnn`.',
  })
  name!: string

  @Field(() => String, {
    description: 'The version of the dataset. It changes with the published data, or with the recipe of the training.',
  })
  version!: string

  @Field(() => String, { description: 'A title for people, such as "Act-Bench-CNN".' })
  title!: string

  @Field(() => String, { description: 'A text that explains what was evaluated and how.' })
  description!: string

  @Field(() => String, { description: 'The network that was trained with each function, such as All-CNN-C.' })
  architecture!: string

  @Field(() => String, { description: 'The task that the network learns, such as CIFAR-10.' })
  task!: string

  @Field(() => DatasetOrigin, {
    description: 'The source of the evaluations: imported files, training by this service, or reports of clients.',
  })
  origin!: string

  @Field(() => String, { nullable: true, description: 'The licence of the data; null if it is not known.' })
  license!: string | null

  @Field(() => String, {
    nullable: true,
    description: 'The reference that users of the data are asked to cite; null if the dataset has none.',
  })
  citation!: string | null

  @Field(() => String, {
    nullable: true,
    description: 'The address of the source of the data; null if it is not known.',
  })
  sourceUrl!: string | null

  @Field(() => String, {
    nullable: true,
    description: 'The SHA-256 checksum of the imported file; null if the data were not imported from a file.',
  })
  sourceChecksum!: string | null

  @Field(() => Float, {
    nullable: true,
    description: 'The size of the imported JSON file, in bytes; null if the data were not imported from a file.',
  })
  sourceBytes!: number | null

  @Field(() => Boolean, { description: 'Whether this service can train new activation functions for it.' })
  trainable!: boolean

  @Field(() => [String], {
    description:
      'The schemas of the functions that searches explore by default, such as `binary(unary(x),unary(x))`. They can generate more functions than the dataset has evaluated.',
  })
  searchSpace!: string[]

  @Field(() => String, {
    nullable: true,
    description: `How each function is trained, in the words of the owner: optimiser, schedule, epochs, augmentation; null if
it is not known.`,
  })
  recipeDescription!: string | null

  @Field(() => Int, {
    nullable: true,
    description: 'Number of values in a Fisher spectrum of this dataset; null if the dataset has no spectra.',
  })
  fisherSpectrumLength!: number | null

  @Field(() => DateTime, { description: 'The time when the dataset was created in this service.' })
  createdAt!: Date

  @Field(() => DateTime, {
    description: 'The time when the description or the published data last changed in this service.',
  })
  updatedAt!: Date
}

export const DatasetConnection = createConnectionType(() => Dataset, 'Dataset', 'datasets')
