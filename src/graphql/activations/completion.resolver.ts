import { Arg, Int, Query, Resolver } from 'type-graphql'
import { completeText } from '../../activations/completion/complete.js'
import { Completion } from './completion.type.js'

@Resolver()
export class CompletionResolver {
  @Query(() => Completion, {
    description: `Completes an expression that is being typed, for input fields: names of operators and of frameworks with their
parentheses, arguments, operators after a complete part, and corrections. No text is an error.`,
  })
  completeExpression(
    @Arg('text', () => String, { description: 'The text of the input field, such as `tanh(sig`.' }) text: string,
    @Arg('position', () => Int, {
      nullable: true,
      description:
        'The position of the cursor, in UTF-16 code units from the start of the text, as JavaScript counts. Without it, or beyond the text: the end.',
    })
    position: number | null | undefined,
  ): Completion {
    return completeText(text, position ?? text.length)
  }
}
