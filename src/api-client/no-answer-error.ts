/** The service gave no answer. It may have done the request nevertheless, unless `isUnsent`. */
export class NoAnswerError extends Error {
  readonly isUnsent: boolean

  constructor(message: string, { isUnsent }: { readonly isUnsent: boolean }) {
    super(message)
    this.isUnsent = isUnsent
  }
}
