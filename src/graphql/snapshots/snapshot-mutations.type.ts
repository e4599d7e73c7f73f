import { Field, InputType, ObjectType } from 'type-graphql'
import { IDEMPOTENCY_KEY } from '../repeated-descriptions.js'
import { Snapshot } from './snapshot.type.js'

@InputType({ description: 'A snapshot to make of the present state of a dataset.' })
export class CreateSnapshotInput {
  @Field(() => String, { description: 'The name of the dataset.' })
  dataset!: string

  @Field(() => String, {
    description: `A name that the dataset never used for a snapshot, of 1 to 64 lower-case letters, digits, dots and hyphens, such as
\`paper-2026\`.`,
  })
  name!: string

  @Field(() => String, {
    nullable: true,
    description: `${IDEMPOTENCY_KEY} The second request returns the same snapshot.`,
  })
  idempotencyKey?: string | null
}

@InputType({ description: 'A snapshot to delete.' })
export class DeleteSnapshotInput {
  @Field(() => String, { description: 'The name of the dataset.' })
  dataset!: string

  @Field(() => String, { description: 'The name of the snapshot.' })
  name!: string

  @Field(() => String, {
    description: 'Why it is deleted, in at most 500 characters. Whoever follows a citation reads this text.',
  })
  reason!: string
}

@ObjectType({ simpleResolvers: true, description: 'The result of `createSnapshot`.' })
export class CreateSnapshotPayload {
  @Field(() => Snapshot, { description: 'The new snapshot.' })
  snapshot!: unknown
}

@ObjectType({ simpleResolvers: true, description: 'The result of `deleteSnapshot`.' })
export class DeleteSnapshotPayload {
  @Field(() => Snapshot, { description: 'The deleted snapshot: its name, checksum, dates and the reason.' })
  snapshot!: unknown
}
