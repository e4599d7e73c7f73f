import { getKernel, type KernelFunc, registerKernel, type TensorInfo, unregisterKernel } from '@tensorflow/tfjs-core'

/** Numbers that a shader gets at every run, in the order in which the program's `uniforms` declares them. */
export interface WebgpuUniform {
  type: 'int32' | 'uint32' | 'float32'
  data: number[]
}

/** The part of the backend's interface for custom programs that is used here. */
export interface WebgpuBackend {
  runWebGPUProgram(
    program: WebgpuProgram,
    inputs: TensorInfo[],
    dtype: 'float32',
    uniforms?: WebgpuUniform[],
  ): TensorInfo
  disposeData(dataId: TensorInfo['dataId']): boolean
}

/**
 * A shader as the backend takes it. The backend adds the code that reads inputs and writes outputs, and caches compiled
 * programs by `shaderKey`. So numbers that change from call to call belong in the uniforms, not in the text.
 */
export interface WebgpuProgram {
  shaderKey: string
  /** Names of the inputs in the text; the backend adds the code that reads them. */
  variableNames: string[]
  /** 4 if an input is read as an array of vec4; its length must then be a multiple of 4. */
  variableComponents?: (1 | 4)[]
  outputShape: number[]
  /** 4 if `setOutputAtIndex` takes a vec4; the length must then be a multiple of 4, and indices count vectors. */
  outputComponent?: 1 | 4
  /** Declarations of the program's own uniforms, such as `seed : u32,`. */
  uniforms?: string
  /** Which axes of the output the workgroups run over. If `main` takes an index, all of them are in `x`. */
  dispatchLayout: { x: number[]; y?: number[]; z?: number[] }
  dispatch: [number, number, number]
  workgroupSize: [number, number, number]
  /** Whether the number of outputs is a uniform called `size`. */
  size?: boolean
  getUserCode(): string
}

const WORKGROUP_SIZE = 128

/** A program with one thread per output: `main(index : i32)` writes output `index` if it is below `uniforms.size`. */
export function createElementProgram(
  program: Pick<
    WebgpuProgram,
    'shaderKey' | 'variableNames' | 'variableComponents' | 'outputShape' | 'outputComponent' | 'uniforms'
  >,
  code: string,
): WebgpuProgram {
  const size = program.outputShape.reduce((product, side) => product * side, 1) / (program.outputComponent ?? 1)
  return {
    ...program,
    dispatchLayout: { x: program.outputShape.map((_, axis) => axis) },
    dispatch: [Math.ceil(size / WORKGROUP_SIZE), 1, 1],
    workgroupSize: [WORKGROUP_SIZE, 1, 1],
    size: true,
    getUserCode: () => code,
  }
}

/** Registers a kernel of the webgpu backend. */
export function registerWebgpuKernel(kernelName: string, kernel: (call: never) => TensorInfo | TensorInfo[]): void {
  registerKernel({ kernelName, backendName: 'webgpu', kernelFunc: kernel as unknown as KernelFunc })
}

/** Overrides a kernel that the backend has. */
export function replaceWebgpuKernel(kernelName: string, kernel: (call: never) => TensorInfo | TensorInfo[]): void {
  if (getKernel(kernelName, 'webgpu')) unregisterKernel(kernelName, 'webgpu')
  registerWebgpuKernel(kernelName, kernel)
}
