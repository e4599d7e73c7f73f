// Renders the Markdown that the documents use: headings, paragraphs, lists, tables, code, quotes, links, pictures, emphasis.
// HTML in a document is shown as text. scripts/check.mjs checks the documents with a complete parser.
import { renderInline } from './inline.mjs'

const FENCE = /^( *)(`{3,})\s*([\w-]*)\s*$/
const ITEM = /^( *)([-*]|\d{1,9}[.)])( +)(?=\S)/
const DIVIDER = /^\s*\|?\s*:?-+:?\s*(?:\|\s*:?-+:?\s*)*\|?\s*$/

/**
 * The HTML of a text and its headings. `toLink` gives the address of a target, or null if the document has no such page:
 * then the label stays as text.
 */
export function renderMarkdown(text, toLink) {
  const headings = []
  const seen = new Map()
  const inline = (part) => renderInline(part, toLink)
  const anchorOf = (title) => {
    const slug = title
      .toLowerCase()
      .replace(/[^\p{L}\p{N}\s_-]/gu, '')
      .trim()
      .replace(/\s/g, '-')
    const count = seen.get(slug) ?? 0
    seen.set(slug, count + 1)
    return count === 0 ? slug : `${slug}-${count}`
  }
  const html = renderBlocks(text.replace(/\r/g, '').split('\n'), true)
  return { html, headings }

  function renderBlocks(lines, isLoose) {
    const out = []
    for (let at = 0; at < lines.length; ) {
      const line = lines[at]
      const fence = FENCE.exec(line)
      const heading = /^(#{1,6}) +(.*?)(?: +#+)?\s*$/.exec(line)
      let end = at + 1
      if (line.trim() === '') {
        at = end
        continue
      }
      if (fence) {
        while (end < lines.length && lines[end].trim() !== fence[2]) end += 1
        const code = lines.slice(at + 1, end).map((each) => each.replace(new RegExp(`^ {0,${fence[1].length}}`), ''))
        out.push(`<pre tabindex="0"><code>${escapeHtml(code.join('\n'))}\n</code></pre>`)
        at = end + 1
        continue
      }
      if (heading) {
        const title = inline(heading[2])
        const plain = title.replace(/<[^>]*>/g, '')
        const id = anchorOf(unescapeHtml(plain))
        headings.push({ level: heading[1].length, title: plain, id })
        out.push(`<h${heading[1].length} id="${escapeHtml(id)}">${title}</h${heading[1].length}>`)
      } else if (/^ {0,3}([-*_])( *\1){2,} *$/.test(line)) {
        out.push('<hr>')
      } else if (/^ {0,3}>/.test(line)) {
        while (end < lines.length && /^ {0,3}>/.test(lines[end])) end += 1
        const inner = lines.slice(at, end).map((each) => each.replace(/^ {0,3}> ?/, ''))
        out.push(`<blockquote>${renderBlocks(inner, true)}</blockquote>`)
      } else if (/^\s*<!--/.test(line)) {
        while (end <= lines.length && !lines[end - 1].includes('-->')) end += 1
      } else if (ITEM.test(line)) {
        end = endOfList(lines, at)
        out.push(renderList(lines.slice(at, end)))
      } else if (line.includes('|') && DIVIDER.test(lines[at + 1] ?? '') && lines[at + 1].includes('-')) {
        end = at + 2
        while (end < lines.length && lines[end].includes('|')) end += 1
        out.push(renderTable(lines.slice(at, end)))
      } else {
        while (end < lines.length && !startsBlock(lines[end])) end += 1
        const part = inline(
          lines
            .slice(at, end)
            .map((each) => each.trim())
            .join('\n'),
        )
        out.push(isLoose ? `<p>${part}</p>` : part)
      }
      at = end
    }
    return out.join('\n')
  }

  function renderList(lines) {
    const [, base, marker] = ITEM.exec(lines[0])
    const isOrdered = /\d/.test(marker)
    const items = []
    for (const line of lines) {
      const match = ITEM.exec(line)
      if (match && match[1].length <= base.length + 1 && !items.at(-1)?.isFenced) {
        items.push({ width: match[0].length, lines: [line.slice(match[0].length)], isFenced: false })
        continue
      }
      const item = items.at(-1)
      if (FENCE.test(line)) item.isFenced = !item.isFenced
      item.lines.push(line.replace(new RegExp(`^ {0,${item.width}}`), ''))
    }
    const isLoose = items.some(
      (item, index) => hasBlankLine(item.lines) || (index < items.length - 1 && item.lines.at(-1) === ''),
    )
    const inside = items.map((item) => `<li>${renderBlocks(item.lines, isLoose)}</li>`).join('\n')
    const first = Number.parseInt(marker, 10)
    const start = isOrdered && first !== 1 ? ` start="${first}"` : ''
    return isOrdered ? `<ol${start}>\n${inside}\n</ol>` : `<ul>\n${inside}\n</ul>`
  }

  function renderTable([head, divider, ...rows]) {
    const alignments = splitRow(divider).map((cell) => (cell.endsWith(':') ? ' class="number"' : ''))
    const toRow = (line, tag) =>
      `<tr>${splitRow(line)
        .slice(0, alignments.length)
        .map((cell, index) => `<${tag}${alignments[index]}>${inline(cell)}</${tag}>`)
        .join('')}</tr>`
    const body = rows.map((row) => toRow(row, 'td')).join('\n')
    const table = `<table>\n<thead>${toRow(head, 'th')}</thead>\n<tbody>\n${body}\n</tbody>\n</table>`
    return `<div class="table" tabindex="0" role="group" aria-label="Table">${table}</div>`
  }
}

function startsBlock(line) {
  return line.trim() === '' || FENCE.test(line) || /^#{1,6} /.test(line) || /^ {0,3}>/.test(line) || ITEM.test(line)
}

/** The line after a list: a line that is not indented ends it, except the next item and the rest of a paragraph. */
function endOfList(lines, start) {
  const base = ITEM.exec(lines[start])[1].length
  let end = start + 1
  let isFenced = false
  for (; end < lines.length; end++) {
    const line = lines[end]
    const isText = !isFenced && line.trim() !== ''
    const isInside = line.startsWith(' '.repeat(base + 2)) || (ITEM.exec(line)?.[1].length ?? -1) >= base
    if (isText && !isInside && (lines[end - 1].trim() === '' || startsBlock(line))) break
    if (FENCE.test(line)) isFenced = !isFenced
  }
  while (lines[end - 1].trim() === '') end -= 1
  return end
}

/** Whether a blank line is between two blocks of an item, and not inside one of them. */
function hasBlankLine(lines) {
  let isFenced = false
  return lines.some((line, index) => {
    if (FENCE.test(line)) isFenced = !isFenced
    const next = lines.slice(index + 1).find((each) => each.trim() !== '')
    const isBetween = line.trim() === '' && !isFenced && next !== undefined
    return isBetween && !next.startsWith(' ') && !ITEM.test(next)
  })
}

function splitRow(line) {
  const cells = line
    .trim()
    .replace(/^\||\|$/g, '')
    .split(/(?<!\\)\|/)
  return cells.map((cell) => cell.trim().replaceAll('\\|', '|'))
}

/** A text as content or attribute of HTML. */
export function escapeHtml(text) {
  return text.replaceAll('&', '&amp;').replaceAll('<', '&lt;').replaceAll('>', '&gt;').replaceAll('"', '&quot;')
}

function unescapeHtml(text) {
  return text.replaceAll('&lt;', '<').replaceAll('&gt;', '>').replaceAll('&quot;', '"').replaceAll('&amp;', '&')
}
