import { Field, Float, Int, ObjectType } from 'type-graphql'
import { DateTime } from '../date-time.scalar.js'
import { createConnectionType } from '../relay/connection.js'
import { Node } from '../relay/node.type.js'

@ObjectType({
  implements: Node,
  simpleResolvers: true,
  description: `The evaluations and runs of a dataset as they were at one moment. A snapshot never changes, so people can cite it. Its
files are at \`/export/<dataset>@<name>.jsonl\`, \`.csv\` and \`.parquet\`. If an administrator deletes it, its name, checksum, dates and the
reason stay.`,
})
export class Snapshot extends Node {
  @Field(() => String, {
    description: 'The name, unique in the dataset and never used again, such as `v2`, `3` or `paper-2026`.',
  })
  name!: string

  @Field(() => String, { description: 'The version of the dataset when the snapshot was made.' })
  datasetVersion!: string

  @Field(() => DateTime, { description: 'The moment that it shows.' })
  createdAt!: Date

  @Field(() => Int, { description: 'Number of evaluations in the snapshot.' })
  evaluationCount!: number

  @Field(() => Int, { description: 'Number of runs in the snapshot.' })
  runCount!: number

  @Field(() => String, {
    description:
      'The SHA-256 of its JSON Lines export in hexadecimal digits. The export gives the same bytes for ever.',
  })
  checksum!: string

  @Field(() => Float, { description: 'The size of its JSON Lines export, in bytes, without compression.' })
  size!: number

  @Field(() => Boolean, {
    description:
      'Whether the service made it for a version of the dataset that ships with the product. It then has nothing that was trained here, and the same checksum in every service.',
  })
  isShipped!: boolean

  @Field(() => String, {
    nullable: true,
    description:
      'The name of the snapshot before it, which `added`, `removed` and `changed` refer to; null for the first one.',
  })
  previousName!: string | null

  @Field(() => Int, {
    nullable: true,
    description: 'Number of evaluations that the previous snapshot did not have; null for the first snapshot.',
  })
  added!: number | null

  @Field(() => Int, {
    nullable: true,
    description: 'Number of evaluations that only the previous snapshot has; null for the first snapshot.',
  })
  removed!: number | null

  @Field(() => Int, {
    nullable: true,
    description:
      'Number of evaluations whose metrics or runs differ from the previous snapshot; null for the first snapshot.',
  })
  changed!: number | null

  @Field(() => DateTime, { nullable: true, description: 'The time of its deletion; null for almost all snapshots.' })
  deletedAt!: Date | null

  @Field(() => String, { nullable: true, description: 'Why it was deleted; null if it was not.' })
  deletionReason!: string | null
}

@ObjectType({ simpleResolvers: true, description: 'A row of the leaderboard of a snapshot.' })
export class SnapshotRow {
  @Field(() => Int, {
    nullable: true,
    description:
      'The rank by the metric of the leaderboard, from 1; equal values share a rank. Null without a value of the metric.',
  })
  rank!: number | null

  @Field(() => String, { description: 'The expression that was evaluated.' })
  expression!: string

  @Field(() => Float, {
    nullable: true,
    description: 'The value of the metric of the leaderboard; null if it is missing.',
  })
  value!: number | null

  @Field(() => Float, {
    nullable: true,
    description: 'The validation accuracy in the snapshot; null if it is missing.',
  })
  validationAccuracy!: number | null

  @Field(() => Float, { nullable: true, description: 'The test accuracy in the snapshot; null if it is missing.' })
  testAccuracy!: number | null

  @Field(() => Int, { description: 'Number of runs that the evaluation had in the snapshot.' })
  runCount!: number
}

export const SnapshotConnection = createConnectionType(() => Snapshot, 'Snapshot', 'snapshots')
export const SnapshotRowConnection = createConnectionType(() => SnapshotRow, 'SnapshotRow', 'rows of a snapshot')
