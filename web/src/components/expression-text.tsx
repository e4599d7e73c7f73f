/** An expression that breaks after commas and parentheses if it is too long for one line. */
export function ExpressionText({ text }: { text: string }) {
  const parts = text.split(/(?<=[,(])/)
  return <code>{parts.flatMap((part, index) => (index === 0 ? [part] : [<wbr key={index} />, part]))}</code>
}
