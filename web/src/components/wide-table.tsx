import type { ComponentChildren } from 'preact'

/** The head of a column of numbers, which stand to the right. */
export interface NumericColumn {
  readonly numeric: string
}

interface WideTableProps {
  /** The id of its title, or a name for a table without one. */
  readonly title: { readonly id: string } | { readonly label: string }
  readonly columns: readonly (ComponentChildren | NumericColumn)[]
  /** Classes of the place around the table, and of the table. */
  readonly kind?: string
  readonly tableKind?: string
  /** The rows. */
  readonly children: ComponentChildren
}

/** A table that scrolls if it is wider than a phone. */
export function WideTable({ title, columns, kind = '', tableKind = '', children }: WideTableProps) {
  const name = 'id' in title ? { 'aria-labelledby': title.id } : { 'aria-label': title.label }
  return (
    // biome-ignore lint/a11y/noNoninteractiveTabindex: it scrolls also with the keyboard.
    <section class={`wide-table ${kind}`.trim()} tabIndex={0} {...name}>
      <table class={`plain ${tableKind}`.trim()}>
        <thead>
          <tr>
            {columns.map((column, index) =>
              isNumeric(column) ? (
                <th key={index} scope="col" class="number">
                  {column.numeric}
                </th>
              ) : (
                <th key={index} scope="col">
                  {column}
                </th>
              ),
            )}
          </tr>
        </thead>
        <tbody>{children}</tbody>
      </table>
    </section>
  )
}

function isNumeric(column: ComponentChildren | NumericColumn): column is NumericColumn {
  return typeof column === 'object' && column !== null && 'numeric' in column
}
