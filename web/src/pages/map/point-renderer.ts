/** Which part of the map is drawn: a place is multiplied by `scale`, then moved by `x` and `y`. */
export interface Camera {
  readonly scale: number
  readonly x: number
  readonly y: number
}

export interface PointRenderer {
  /** Takes points in the order in which they are drawn: x and y, and four bytes of a colour, of each. */
  setPoints(places: Float32Array, colours: Uint8Array): void
  draw(camera: Camera): void
  destroy(): void
}

const VERTEX = `
attribute vec2 place;
attribute vec4 colour;
uniform vec2 scale;
uniform vec2 shift;
uniform float size;
varying vec4 shade;
void main() {
  gl_Position = vec4(place * scale + shift, 0.0, 1.0);
  gl_PointSize = size;
  shade = colour;
}`
const FRAGMENT = `
precision mediump float;
varying vec4 shade;
void main() {
  float edge = 1.0 - smoothstep(0.4, 0.5, length(gl_PointCoord - 0.5));
  gl_FragColor = vec4(shade.rgb, 1.0) * shade.a * edge;
}`
/** Diameter of a point in CSS pixels: few points are large, many are small. */
const SIZES = { largest: 7, smallest: 2, area: 20_000 }

/**
 * Draws points by WebGL; null if the browser has none. It builds no code from texts, so the policy of the pages allows it:
 * regl, on which most libraries of plots rest, needs `unsafe-eval`.
 */
export function createPointRenderer(canvas: HTMLCanvasElement): PointRenderer | null {
  const gl = canvas.getContext('webgl', { antialias: false, premultipliedAlpha: true })
  if (gl === null) return null
  const program = link(gl)
  const [places, colours] = [gl.createBuffer(), gl.createBuffer()]
  let count = 0
  gl.useProgram(program)
  gl.enable(gl.BLEND)
  gl.blendFunc(gl.ONE, gl.ONE_MINUS_SRC_ALPHA)
  gl.clearColor(0, 0, 0, 0)
  const attach = (name: string, buffer: WebGLBuffer | null, parts: number, type: number) => {
    const location = gl.getAttribLocation(program, name)
    gl.bindBuffer(gl.ARRAY_BUFFER, buffer)
    gl.enableVertexAttribArray(location)
    gl.vertexAttribPointer(location, parts, type, type === gl.UNSIGNED_BYTE, 0, 0)
  }
  attach('place', places, 2, gl.FLOAT)
  attach('colour', colours, 4, gl.UNSIGNED_BYTE)
  const uniform = (name: string) => gl.getUniformLocation(program, name)
  const [scaleOf, shiftOf, sizeOf] = ['scale', 'shift', 'size'].map(uniform)
  return {
    setPoints(given, shades) {
      count = given.length / 2
      gl.bindBuffer(gl.ARRAY_BUFFER, places)
      gl.bufferData(gl.ARRAY_BUFFER, given, gl.STATIC_DRAW)
      gl.bindBuffer(gl.ARRAY_BUFFER, colours)
      gl.bufferData(gl.ARRAY_BUFFER, shades, gl.STATIC_DRAW)
    },
    draw({ scale, x, y }) {
      const { width, height } = canvas
      const unit = Math.min(width, height)
      gl.viewport(0, 0, width, height)
      gl.clear(gl.COLOR_BUFFER_BIT)
      gl.uniform2f(scaleOf, (scale * unit) / width, (scale * unit) / height)
      gl.uniform2f(shiftOf, (x * unit) / width, (y * unit) / height)
      const pixel = width / Math.max(1, canvas.clientWidth)
      const size = Math.max(SIZES.smallest, Math.min(SIZES.largest, Math.sqrt((SIZES.area * scale) / (count + 1))))
      gl.uniform1f(sizeOf, size * pixel)
      gl.drawArrays(gl.POINTS, 0, count)
    },
    destroy: () => gl.getExtension('WEBGL_lose_context')?.loseContext(),
  }
}

function link(gl: WebGLRenderingContext): WebGLProgram {
  const program = gl.createProgram() as WebGLProgram
  for (const [type, text] of [
    [gl.VERTEX_SHADER, VERTEX],
    [gl.FRAGMENT_SHADER, FRAGMENT],
  ] as const) {
    const shader = gl.createShader(type) as WebGLShader
    gl.shaderSource(shader, text)
    gl.compileShader(shader)
    gl.attachShader(program, shader)
  }
  gl.linkProgram(program)
  return program
}
