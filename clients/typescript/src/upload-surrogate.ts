import type { Client } from './client.js'
import { UploadSurrogateDocument, type UploadSurrogateMutation } from './generated/documents.js'

/** A prediction of one's own surrogate. */
export interface OwnPrediction {
  readonly expression: string
  /** The predicted validation accuracy, from 0 to 1. */
  readonly mean: number
  /** At least 0; null if it is not known. */
  readonly standardDeviation?: number | null
}

export interface UploadSurrogateSettings {
  /** For people, up to 200 characters. */
  readonly name: string
  /** Up to 50,000 predictions. */
  readonly predictions: Iterable<OwnPrediction>
}

/** The stored version, with its quality by the measurements before. */
export type UploadedSurrogate = NonNullable<UploadSurrogateMutation['uploadSurrogate']>['surrogate']

export async function uploadSurrogate(
  client: Client,
  dataset: string,
  { name, predictions }: UploadSurrogateSettings,
): Promise<UploadedSurrogate> {
  const lines = Array.from(predictions, ({ expression, mean, standardDeviation = null }) =>
    JSON.stringify({ expression, mean: toJson(mean), standardDeviation: toJson(standardDeviation) }),
  )
  const file = await pack(lines.join('\n'))
  const { uploadSurrogate: uploaded } = await client.query(UploadSurrogateDocument, { input: { dataset, name, file } })
  if (uploaded === null) throw new Error('uploadSurrogate: expected the stored surrogate, got null')
  return uploaded.surrogate
}

/** JSON has no NaN: as a text, the service refuses it with its row. */
function toJson(value: number | null): number | string | null {
  return value === null || Number.isFinite(value) ? value : String(value)
}

/** The text as gzip in base64. */
async function pack(text: string): Promise<string> {
  const stream = new Blob([text]).stream().pipeThrough(new CompressionStream('gzip'))
  const bytes = new Uint8Array(await new Response(stream).arrayBuffer())
  let binary = ''
  // A call has a limited number of arguments.
  for (let start = 0; start < bytes.length; start += 8192) {
    binary += String.fromCharCode(...bytes.subarray(start, start + 8192))
  }
  return btoa(binary)
}
