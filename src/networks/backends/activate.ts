import { setBackend } from '@tensorflow/tfjs-core'

/** Makes TensorFlow.js use the backend of this name; throws an error if it does not start. */
export async function activate(name: string): Promise<void> {
  if (!(await setBackend(name))) throw new Error(`TensorFlow.js could not start its backend ${name}`)
}
