import { lostStreams } from '../api/connection.js'

/** Says so while the service is away, because what a page shows may be old then. */
export function ConnectionNotice() {
  return (
    <div class="connection" role="status">
      {lostStreams.value > 0 && (
        <p>The service does not answer, so what you see may be old. New results come when it is back.</p>
      )}
    </div>
  )
}
