import type { ToolAnnotations } from '@modelcontextprotocol/sdk/types.js'
import { z } from 'zod'
import type { SendToApi } from '../api-client/api.js'

/** A tool for agents: an operation of the API with arguments that a language model can write. */
export interface Tool<Shape extends z.ZodRawShape = z.ZodRawShape> {
  readonly name: string
  readonly title: string
  readonly description: string
  readonly input: Shape
  readonly annotations: ToolAnnotations
  /** What the agent gets, as JSON. Throws ApiError. */
  run(send: SendToApi, input: z.infer<z.ZodObject<Shape>>, signal: AbortSignal): Promise<Record<string, unknown>>
}

/** Keeps the types of the arguments. */
export function defineTool<Shape extends z.ZodRawShape>(tool: Tool<Shape>): Tool {
  return tool as unknown as Tool
}

export const READS: ToolAnnotations = { readOnlyHint: true, openWorldHint: false }
export const WRITES: ToolAnnotations = { readOnlyHint: false, destructiveHint: false, openWorldHint: false }

export const EXPRESSION = z
  .string()
  .describe('A function of x in any spelling, such as relu(x), x*sigmoid(x), max(x,tanh(x)) or SiLU(x)')
export const DATASET = z.string().describe('The name of a dataset, such as mini-cnn; list_datasets has all')
export const METRIC = z
  .enum([
    ...['VALIDATION_ACCURACY', 'TEST_ACCURACY', 'TRAIN_ACCURACY'],
    ...['VALIDATION_LOSS', 'TEST_LOSS', 'TRAIN_LOSS', 'RUNTIME'],
  ] as const)
  .default('VALIDATION_ACCURACY')
