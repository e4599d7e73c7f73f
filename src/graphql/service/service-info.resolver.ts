import { Ctx, FieldResolver, ID, Query, Resolver, Root } from 'type-graphql'
import { listAliases } from '../../activations/language/operator-aliases.js'
import { OPERATORS } from '../../activations/operators.js'
import type { TrainingJobRow, WorkerRow } from '../../db/loaders.js'
import { ERROR_CODES } from '../../errors.js'
import { listApiKeys } from '../../services/access/api-keys.js'
import type { Viewer as ViewerSource } from '../../services/access/viewer.js'
import type { Context } from '../context.js'
import { toGlobalId } from '../relay/global-id.js'
import { TrainingJob } from '../trainings/training-job.type.js'
import { ApiKey, Viewer } from './api-key.type.js'
import { Operator } from './operator.type.js'
import { RateLimit } from './rate-limit.type.js'
import { ServiceInfo, Worker } from './service-info.type.js'

const DESCRIBED_OPERATORS: readonly Operator[] = OPERATORS.map((operator) => ({
  ...operator,
  aliases: listAliases(operator.name),
}))

@Resolver(() => ServiceInfo)
export class ServiceInfoResolver {
  @Query(() => ServiceInfo, { description: 'Information about this service: its version, error codes and workers.' })
  service(@Ctx() { version }: Context): ServiceInfo {
    return { name: 'actbench', version, errorCodes: Object.keys(ERROR_CODES) }
  }

  @FieldResolver(() => [Worker], { description: 'The workers that sent a sign of life in the last minute.' })
  workers(@Ctx() { loaders }: Context): Promise<WorkerRow[]> {
    return loaders.workers()
  }

  @Query(() => [Operator], {
    description: 'All operators of the expression language: unary, binary, ternary, then n-ary.',
  })
  operators(): readonly Operator[] {
    return DESCRIBED_OPERATORS
  }

  @Query(() => Viewer, {
    nullable: true,
    description: 'The client that sent this request, identified by its API key. Null for requests without a key.',
  })
  viewer(@Ctx() { viewer }: Context): ViewerSource | null {
    return viewer
  }

  @Query(() => RateLimit, { description: 'The cost of this operation, and the budget that is left.' })
  rateLimit(@Ctx() { operation: { spending } }: Context): RateLimit {
    if (!spending) throw new Error('the operation was not priced')
    return spending
  }

  @Query(() => [ApiKey], {
    nullable: true,
    description: 'All API keys, oldest first, including revoked ones. Null without the scope ADMIN.',
  })
  async apiKeys(@Ctx() { viewer, database }: Context): Promise<object[] | null> {
    return viewer?.scopes.includes('ADMIN') ? listApiKeys(database) : null
  }
}

@Resolver(() => Worker)
export class WorkerResolver {
  @FieldResolver(() => ID, {
    description: 'The global id of this object. It never changes; treat it as an opaque text and pass it to `node`.',
  })
  id(@Root() { id }: WorkerRow): string {
    return toGlobalId('Worker', id)
  }

  @FieldResolver(() => String, {
    description:
      'The name of the machine on which the worker runs, for keys with the scope ADMIN. Others get a name that says nothing about the machine, such as `worker-3`. It stays the same while the worker runs.',
  })
  host(@Root() { id, host }: WorkerRow, @Ctx() { viewer }: Context): string {
    return viewer?.scopes.includes('ADMIN') ? host : `worker-${id}`
  }

  @FieldResolver(() => TrainingJob, {
    nullable: true,
    description: 'The training job that the worker runs; null while it is idle.',
  })
  currentJob(@Root() { id }: WorkerRow, @Ctx() { loaders }: Context): Promise<TrainingJobRow | null> {
    return loaders.currentJob.load(id)
  }
}

@Resolver(() => ApiKey)
export class ApiKeyResolver {
  @FieldResolver(() => ID, {
    description: 'The global id of this object. It never changes; treat it as an opaque text and pass it to `node`.',
  })
  id(@Root() { id }: { id: number }): string {
    return toGlobalId('ApiKey', id)
  }
}
