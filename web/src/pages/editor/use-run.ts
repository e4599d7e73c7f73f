import { useRef, useState } from 'preact/hooks'
import { type QueryRequest, runQuery } from './run-query.js'

export interface RunState {
  readonly text: string
  /** What happened, in a few words. */
  readonly about: string
  readonly isRunning: boolean
}

/** Runs one query at a time. A new one ends the one before. */
export function useRun(): {
  state: RunState
  run(request: QueryRequest): Promise<void>
  stop(): void
  fail(problem: string): void
} {
  const [state, setState] = useState<RunState>({ text: '', about: '', isRunning: false })
  const current = useRef<AbortController | null>(null)
  const stop = () => current.current?.abort()
  const run = async (request: QueryRequest) => {
    stop()
    const controller = new AbortController()
    current.current = controller
    const started = performance.now()
    let [text, events, about] = ['', 0, 'Running']
    const show = (isRunning: boolean) => {
      if (current.current === controller) setState({ text, about, isRunning })
    }
    show(true)
    try {
      for await (const answer of runQuery(request, controller.signal)) {
        events += 1
        text = answer.text
        const left = answer.remaining === null ? '' : `, ${answer.remaining} units left`
        const took = `${Math.round(performance.now() - started)} ms`
        about = request.isSubscription ? `Event ${events}, after ${took}` : `Status ${answer.status}, ${took}${left}`
        show(true)
      }
    } catch {
      about = controller.signal.aborted ? 'Stopped' : 'The service does not answer'
    }
    show(false)
  }
  return { state, run, stop, fail: (about) => setState({ text: '', about, isRunning: false }) }
}
