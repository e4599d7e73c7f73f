import { signal } from '@preact/signals'

/** Number of streams of live results that wait for the service to come back. */
export const lostStreams = signal(0)
