import type { DocumentNode, OperationDefinitionNode } from 'graphql'
import type { KeptAnswers } from './kept-answers.js'
import type { OperationRequest } from './operation-request.js'
import type { OperationSteps } from './operation-steps.js'
import type { AskedOver, HeaderWriter, UnsentAnswer } from './response-headers.js'

/** What is known of an operation when its answer is there. */
interface Answered {
  readonly document: DocumentNode | undefined
  readonly parsed: OperationDefinitionNode | undefined
  readonly errors: readonly unknown[] | undefined
}

export type AnswerFinisher = ReturnType<typeof createAnswerFinisher>

/** Takes the last steps of an operation over HTTP. They may change the answer. */
export function createAnswerFinisher(
  steps: OperationSteps,
  writeHeaders: HeaderWriter,
  keptAnswers: Pick<KeptAnswers, 'declare'>,
) {
  return (
    operation: OperationRequest,
    { document, parsed, errors }: Answered,
    over: AskedOver,
    response: UnsentAnswer,
  ): void => {
    const { body } = response
    if (body.kind !== 'single') return
    operation.name = parsed?.name?.value
    operation.type = parsed?.operation ?? 'none'
    if (errors) body.singleResult.errors = steps.describeErrors(operation, errors)
    steps.refund(operation, body.singleResult)
    const tooLarge = steps.refuseLargeAnswer(operation, body.singleResult)
    if (tooLarge) body.singleResult = { errors: steps.describeErrors(operation, [tooLarge]) }
    writeHeaders(operation, document, over, response)
    if (document && body.singleResult.data && !body.singleResult.errors) keptAnswers.declare(operation, document)
    steps.settle(operation)
    steps.record(operation, String(body.singleResult.errors?.[0]?.extensions?.code ?? 'OK'))
  }
}
