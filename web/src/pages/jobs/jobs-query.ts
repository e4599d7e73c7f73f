import { graphql, type ResultOf } from '../../api/graphql.js'

/** What changes with every epoch. */
export const WORKERS = graphql(`
  query Workers {
    service {
      workers {
        id
        host
        backend
        device
        datasets
        startedAt
        lastSeenAt
        memoryBytes
        imagesPerSecond
        task
        taskSince
        currentJob { id expression seed progress startedAt dataset { name title } }
      }
    }
  }
`)

/** Costs about 700 units. Why a job waits and its place cost 10 units for each. */
export const JOBS = graphql(`
  query Jobs($dataset: String) {
    running: trainingJobs(dataset: $dataset, state: RUNNING, first: 40) {
      totalCount
      nodes { id expression seed progress imagesPerSecond expectedEndAt startedAt attempts device dataset { name title } }
    }
    queued: trainingJobs(dataset: $dataset, state: QUEUED, last: 30) {
      totalCount
      nodes { id expression seed createdAt queuePosition waitingFor dataset { name title } }
    }
    succeeded: trainingJobs(dataset: $dataset, state: SUCCEEDED, first: 100) {
      totalCount
      nodes { startedAt finishedAt }
    }
    failed: trainingJobs(dataset: $dataset, state: FAILED, first: 10) {
      totalCount
      nodes { id expression seed finishedAt failure dataset { name title } }
    }
    datasets(first: 50) { nodes { name title } }
  }
`)

export const CANCEL = graphql(`
  mutation Cancel($id: ID!) {
    cancelTraining(id: $id) { job { id state expression seed } }
  }
`)

export type ListedWorker = ResultOf<typeof WORKERS>['service']['workers'][number]
type Jobs = ResultOf<typeof JOBS>
export type RunningJob = Jobs['running']['nodes'][number]
export type QueuedJob = Jobs['queued']['nodes'][number]
export type FailedJob = Jobs['failed']['nodes'][number]
