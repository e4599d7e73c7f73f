/** A line of a chart, with a band around it if `low` and `high` are given. Points are in ascending order of x. */
export interface ChartLine {
  readonly name: string
  /** Draw a dot at each point instead of a line. The points may be in any order. */
  readonly isScattered?: boolean
  readonly points: readonly { readonly x: number; readonly y: number; readonly low?: number; readonly high?: number }[]
}

/** One panel of a chart. */
export interface ChartPanel {
  readonly title: string
  readonly xLabel: string
  readonly yLabel: string
  readonly lines: readonly ChartLine[]
  /** Use a logarithmic scale for x. */
  readonly isLogarithmic?: boolean
}

/** A chart of panels next to each other, as SVG. Colour-blind readers can tell the colours apart (Okabe & Ito). */
export function drawLineChart(panels: readonly ChartPanel[]): string {
  const width = PANEL_WIDTH * panels.length
  const rows = Math.max(...panels.map(({ lines }) => countLegendRows(placeLegend(lines))))
  const height = HEIGHT + LEGEND_ROW * Math.max(0, rows - RESERVED_LEGEND_ROWS)
  const body = panels.map((panel, index) => drawPanel(panel, index * PANEL_WIDTH)).join('\n')
  return [
    `<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 ${width} ${height}" width="${width}" height="${height}" font-family="sans-serif" font-size="12">`,
    `<title>${escapeText([...new Set(panels.map(({ title }) => title))].join('; '))}</title>`,
    `<rect width="${width}" height="${height}" fill="white"/>`,
    body,
    '</svg>',
    '',
  ].join('\n')
}

const PANEL_WIDTH = 460
const HEIGHT = 340
const MARGIN = { left: 60, right: 20, top: 34, bottom: 70 }
/** Height of a row of the legend, in pixels, and the rows that fit into HEIGHT. */
const LEGEND_ROW = 14
const RESERVED_LEGEND_ROWS = 2
const COLOURS = ['#0072b2', '#d55e00', '#009e73', '#cc79a7', '#e69f00', '#56b4e9', '#000000']

function drawPanel({ title, xLabel, yLabel, lines, isLogarithmic = false }: ChartPanel, offset: number): string {
  const points = lines.flatMap((line) => line.points)
  const scale = isLogarithmic ? Math.log10 : (value: number) => value
  const [x0, x1] = rangeOf(points.map(({ x }) => scale(x)))
  const [y0, y1] = rangeOf(points.flatMap(({ y, low = y, high = y }) => [y, low, high]))
  const left = offset + MARGIN.left
  const right = offset + PANEL_WIDTH - MARGIN.right
  const bottom = HEIGHT - MARGIN.bottom
  const toX = (x: number) => round(left + ((scale(x) - x0) / (x1 - x0)) * (right - left))
  const toY = (y: number) => round(bottom - ((y - y0) / (y1 - y0)) * (bottom - MARGIN.top))
  const xTicks = isLogarithmic ? [...new Set(points.map(({ x }) => x))] : listTicks(x0, x1)
  return [
    `<text x="${(left + right) / 2}" y="18" text-anchor="middle" font-weight="bold">${escapeText(title)}</text>`,
    ...listTicks(y0, y1).map(
      (y) =>
        `<path d="M${left} ${toY(y)}H${right}" stroke="#ddd"/><text x="${left - 6}" y="${toY(y) + 4}" text-anchor="end">${format(y)}</text>`,
    ),
    ...xTicks.map((x) => `<text x="${toX(x)}" y="${bottom + 16}" text-anchor="middle">${format(x)}</text>`),
    `<path d="M${left} ${MARGIN.top}V${bottom}H${right}" fill="none" stroke="black"/>`,
    `<text x="${(left + right) / 2}" y="${bottom + 34}" text-anchor="middle">${escapeText(xLabel)}</text>`,
    `<text transform="translate(${offset + 16} ${(MARGIN.top + bottom) / 2}) rotate(-90)" text-anchor="middle">${escapeText(yLabel)}</text>`,
    ...lines.flatMap((line, index) => drawLine(line, COLOURS[index % COLOURS.length], toX, toY)),
    ...placeLegend(lines).map(({ name, offset, row }, index) => {
      const x = left + offset
      const y = bottom + 50 + LEGEND_ROW * row
      return `<rect x="${x}" y="${y - 8}" width="10" height="8" fill="${COLOURS[index % COLOURS.length]}"/><text x="${x + 14}" y="${y}" font-size="10">${escapeText(name)}</text>`
    }),
  ].join('\n')
}

interface LegendLabel {
  readonly name: string
  /** Pixels from the left edge of the plot. */
  readonly offset: number
  readonly row: number
}

/** Places labels from left to right; a label that does not fit starts the next row. */
function placeLegend(lines: readonly ChartLine[]): LegendLabel[] {
  const available = PANEL_WIDTH - MARGIN.left - MARGIN.right
  let offset = 0
  let row = 0
  return lines.map(({ name }) => {
    const width = 14 + estimateTextWidth(name)
    if (offset > 0 && offset + width > available) {
      offset = 0
      row++
    }
    const label = { name, offset, row }
    offset += width + 12
    return label
  })
}

function countLegendRows(labels: readonly LegendLabel[]): number {
  return (labels.at(-1)?.row ?? 0) + 1
}

/** Pixels at font size 10, an upper bound for common sans-serif fonts: capitals are at most 0.8 em wide, W excepted. */
function estimateTextWidth(text: string): number {
  return [...text].reduce((sum, letter) => sum + (/[A-Z_@%]/.test(letter) ? 8 : 6), 0)
}

function drawLine(
  { points, isScattered }: ChartLine,
  colour: string,
  toX: (x: number) => number,
  toY: (y: number) => number,
) {
  if (points.length === 0) return []
  if (isScattered) {
    const dots = points.map(({ x, y }) => `M${toX(x)} ${toY(y)}h0`).join('')
    return [`<path d="${dots}" stroke="${colour}" stroke-width="4" stroke-linecap="round" opacity="0.5"/>`]
  }
  const path = points.map(({ x, y }) => `${toX(x)} ${toY(y)}`).join('L')
  const above = points.map(({ x, y, high = y }) => `${toX(x)} ${toY(high)}`)
  const below = points.map(({ x, y, low = y }) => `${toX(x)} ${toY(low)}`).reverse()
  return [
    `<path d="M${[...above, ...below].join('L')}Z" fill="${colour}" opacity="0.15"/>`,
    `<path d="M${path}" fill="none" stroke="${colour}" stroke-width="2"/>`,
  ]
}

function rangeOf(values: readonly number[]): [number, number] {
  const least = values.reduce((low, value) => Math.min(low, value), Number.POSITIVE_INFINITY)
  const greatest = values.reduce((high, value) => Math.max(high, value), Number.NEGATIVE_INFINITY)
  if (!Number.isFinite(least)) return [0, 1]
  return greatest > least ? [least, greatest] : [least - 0.5, greatest + 0.5]
}

/** About five round numbers in the range. */
function listTicks(low: number, high: number): number[] {
  const power = 10 ** Math.floor(Math.log10((high - low) / 4))
  const step = power * ([1, 2, 5, 10].find((factor) => (high - low) / (factor * power) <= 6) ?? 10)
  const first = Math.ceil(low / step - 1e-9)
  const last = Math.floor(high / step + 1e-9)
  return Array.from({ length: last - first + 1 }, (_, index) => (first + index) * step)
}

function format(value: number): string {
  return String(Number(value.toPrecision(4)))
}

function round(value: number): number {
  return Math.round(value * 10) / 10
}

function escapeText(text: string): string {
  return text.replaceAll('&', '&amp;').replaceAll('<', '&lt;')
}
