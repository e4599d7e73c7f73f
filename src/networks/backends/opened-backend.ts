/** A backend that was started, before it is checked. */
export interface OpenedBackend {
  name: 'tfjs-wasm' | 'tfjs-node' | 'tfjs-node-gpu' | 'tfjs-webgpu'
  /** The processor or graphics card, in words. */
  device: string
  /** Package and version, such as `@tensorflow/tfjs-backend-wasm 4.22.0`. */
  softwareVersion: string
}
