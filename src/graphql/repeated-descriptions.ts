// Descriptions of fields that several inputs have.

export const IDEMPOTENCY_KEY = `A text of up to 200 characters that makes a retry safe. If the same API key sends it again
within a day, nothing is changed. With another input or mutation the error is CONFLICT.`

export const METADATA = `A JSON object of at most 8 kB that the service stores and returns, such as
{"learningRate": 0.1}. Everybody can read it.`
