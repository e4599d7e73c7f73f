/** Largest number of characters of a text, including spaces. */
export const MAX_EXPRESSION_LENGTH = 4096
/** Largest number of operators inside each other: x and numbers have depth 0. */
export const MAX_EXPRESSION_DEPTH = 32
/** Largest number of operators, inputs and numbers. */
export const MAX_EXPRESSION_NODES = 512
/** Largest number of learnable parameters. */
export const MAX_PARAMETERS = 16
