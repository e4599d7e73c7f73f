/** A network as plain data: its layers in order. The last layer gives the logits, without a softmax. */
export interface NetworkDescription {
  readonly layers: readonly LayerDescription[]
}

/** One layer, with all its options. `layer-table.ts` says what each option means. */
export type LayerDescription =
  | Conv
  | Depthwise
  | Dense
  | BatchNorm
  | Plain<'layerNorm'>
  | Plain<'positions'>
  | Plain<'activation'>
  | Plain<'globalAverage'>
  | Plain<'flatten'>
  | Plain<'tokens'>
  | Dropout
  | Pool<'averagePool'>
  | Pool<'maxPool'>
  | PatchEmbedding
  | Attention
  | Transformer
  | Residual
  | PatchMixing

export type LayerType = LayerDescription['type']

/** Layers with weights, and blocks of layers, always have a name; it starts the names of their weights. */
interface Named<Type extends string> {
  readonly type: Type
  readonly name?: string
}

type Plain<Type extends string> = Named<Type>

export interface Depthwise extends Named<'depthwise'> {
  readonly kernelSize: number
  readonly strides: number
  readonly padding: 'same' | 'valid'
  readonly bias: boolean
}

export interface Conv extends Named<'conv'> {
  readonly filters: number
  readonly kernelSize: number
  readonly strides: number
  readonly padding: 'same' | 'valid'
  readonly bias: boolean
}

export interface Dense extends Named<'dense'> {
  readonly units: number
  readonly bias: boolean
}

export interface BatchNorm extends Named<'batchNorm'> {
  readonly initialScale: number
}

export interface Dropout extends Named<'dropout'> {
  readonly rate: number
}

export interface Pool<Type extends 'averagePool' | 'maxPool'> extends Named<Type> {
  readonly size: number
  /** Null: the size of a window. */
  readonly strides: number | null
}

export interface PatchEmbedding extends Named<'patchEmbedding'> {
  readonly size: number
  readonly width: number
}

/** Options of attention, as a layer or within a transformer block. */
export interface AttentionOptions {
  readonly attention: 'softmax' | 'separable'
  readonly heads: number
  /** Null: the width of the tokens. */
  readonly attentionWidth: number | null
  readonly activatesValues: boolean
}

export interface Attention extends Named<'attention'>, AttentionOptions {}

export interface Transformer extends Named<'transformer'>, AttentionOptions {
  readonly hiddenWidth: number
  readonly parallel: boolean
}

export interface Residual extends Named<'residual'> {
  readonly before: readonly LayerDescription[]
  readonly layers: readonly LayerDescription[]
  readonly shortcut: 'identity' | 'projection' | 'zeros'
}

export interface PatchMixing extends Named<'patchMixing'> {
  readonly size: number
  readonly layers: readonly LayerDescription[]
}
