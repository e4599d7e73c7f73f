import { z } from 'zod'

/** Where and how traces are sent, from the variables that OpenTelemetry defines. */
export interface TracingConfig {
  /** The complete URL, such as http://collector:4318/v1/traces. */
  readonly endpoint: string
  /** Headers for the receiver, such as a token. */
  readonly headers: Readonly<Record<string, string>>
  readonly serviceName: string
  /** More attributes of this service, such as deployment.environment.name. */
  readonly resource: Readonly<Record<string, string>>
  readonly sampler: (typeof SAMPLERS)[number]
  /** For the samplers by ratio. */
  readonly samplerRatio: number
}

const SAMPLERS = [
  'always_on',
  'always_off',
  'traceidratio',
  'parentbased_always_on',
  'parentbased_always_off',
  'parentbased_traceidratio',
] as const

/** The variables, with the names and meanings of OpenTelemetry. Others of its variables have no effect. */
export const TRACING_SETTINGS = {
  OTEL_EXPORTER_OTLP_ENDPOINT: z.string().refine(isHttpUrl, 'a URL such as http://collector:4318').optional(),
  OTEL_EXPORTER_OTLP_TRACES_ENDPOINT: z
    .string()
    .refine(isHttpUrl, 'a URL such as http://collector:4318/v1/traces')
    .optional(),
  OTEL_EXPORTER_OTLP_HEADERS: pairs('pairs such as name=value, separated by commas'),
  OTEL_RESOURCE_ATTRIBUTES: pairs('pairs such as deployment.environment.name=test, separated by commas'),
  OTEL_SERVICE_NAME: z.string().default('actbench'),
  OTEL_TRACES_SAMPLER: z.enum(SAMPLERS, `one of ${SAMPLERS.join(', ')}`).default('parentbased_always_on'),
  OTEL_TRACES_SAMPLER_ARG: z
    .string()
    .refine((text) => Number(text) >= 0 && Number(text) <= 1, 'a number from 0 to 1')
    .transform(Number)
    .default(1),
  OTEL_SDK_DISABLED: z.string().default('false'),
}

type Values = Readonly<z.output<z.ZodObject<typeof TRACING_SETTINGS>>>

/** Null unless the environment names a receiver. */
export function readTracing(values: Values): TracingConfig | null {
  const base = values.OTEL_EXPORTER_OTLP_ENDPOINT
  const endpoint = values.OTEL_EXPORTER_OTLP_TRACES_ENDPOINT ?? (base && `${base.replace(/\/+$/, '')}/v1/traces`)
  if (!endpoint || values.OTEL_SDK_DISABLED.toLowerCase() === 'true') return null
  return Object.freeze({
    endpoint,
    headers: values.OTEL_EXPORTER_OTLP_HEADERS,
    serviceName: values.OTEL_SERVICE_NAME,
    resource: values.OTEL_RESOURCE_ATTRIBUTES,
    sampler: values.OTEL_TRACES_SAMPLER,
    samplerRatio: values.OTEL_TRACES_SAMPLER_ARG,
  })
}

function isHttpUrl(text: string): boolean {
  return /^https?:\/\//.test(text) && URL.canParse(text)
}

/** Names and values are percent-encoded, as OpenTelemetry says. */
function pairs(expected: string) {
  return z
    .string()
    .default('')
    .refine((text) => splitPairs(text).every(([name, value]) => name !== '' && value !== undefined), expected)
    .transform((text) => Object.fromEntries(splitPairs(text).map(([name, value = '']) => [name, value])))
}

function splitPairs(text: string): [string, string | undefined][] {
  return text
    .split(',')
    .filter((pair) => pair.trim() !== '')
    .map((pair) => {
      const at = pair.indexOf('=')
      return at < 0 ? [pair.trim(), undefined] : [decode(pair.slice(0, at)), decode(pair.slice(at + 1))]
    })
}

function decode(text: string): string {
  try {
    return decodeURIComponent(text.trim())
  } catch {
    return text.trim()
  }
}
