import { reshape, type Tensor3D, type Tensor4D, transpose } from '@tensorflow/tfjs-core'

/** Groups pixels by their position in their patch of size × size: (size² · batch) × patches × channels. */
export function unfold(x: Tensor4D, size: number): Tensor3D {
  const [batch, height, width, channels] = x.shape
  const [rows, columns] = [height / size, width / size]
  // First patch rows and the pixel rows within them, then the same for columns: two transpositions of few axes.
  const byRow = transpose(reshape(x, [batch, rows, size, width * channels]), [0, 2, 1, 3])
  const byColumn = transpose(reshape(byRow, [batch * size * rows, columns, size, channels]), [0, 2, 1, 3])
  const pixels = reshape(byColumn, [batch * size, rows, size, columns * channels])
  return reshape(transpose(pixels, [0, 2, 1, 3]), [batch * size * size, rows * columns, channels])
}

/** The inverse of `unfold`. */
export function fold(tokens: Tensor3D, size: number, height: number, width: number): Tensor4D {
  const channels = tokens.shape[2]
  const batch = tokens.shape[0] / (size * size)
  const [rows, columns] = [height / size, width / size]
  const pixels = transpose(reshape(tokens, [batch * size, size, rows, columns * channels]), [0, 2, 1, 3])
  const byColumn = reshape(pixels, [batch * size * rows, size, columns, channels])
  const byRow = reshape(transpose(byColumn, [0, 2, 1, 3]), [batch, size, rows, width * channels])
  return reshape(transpose(byRow, [0, 2, 1, 3]), [batch, height, width, channels])
}
