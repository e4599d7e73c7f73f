// Renders what is inside a paragraph: code, pictures, links, emphasis.

const PARTS =
  /(`+)(?!`)([\s\S]*?[^`])\1(?!`)|(!?)\[((?:[^[\]]|\[[^\]]*\])*)\]\(<?([^()\s<>]*(?:\([^()\s]*\)[^()\s<>]*)*)>?(?:\s+"[^"]*")?\)|<(https?:\/\/[^\s<>]+)>|\*\*(?=\S)([\s\S]+?)\*\*|(?<![\w*])([*_])(?=\S)([^*_]+?)\8(?![\w*])|\\([!-/:-@[-`{-~])/g

export function renderInline(text, toLink) {
  let html = ''
  let at = 0
  for (const match of text.matchAll(PARTS)) {
    html += escapeText(text.slice(at, match.index)) + renderPart(match, toLink)
    at = match.index + match[0].length
  }
  return html + escapeText(text.slice(at))
}

function renderPart([whole, ticks, code, picture, label, target, address, strong, mark, emphasis, escaped], toLink) {
  if (ticks !== undefined) return `<code>${escapeText(code.replace(/\n/g, ' ').replace(/^ (.*) $/, '$1'))}</code>`
  if (label !== undefined) {
    const link = toLink(target)
    if (picture === '!')
      return link === null ? escapeText(label) : `<img src="${escapeText(link)}" alt="${escapeText(label)}">`
    const inside = renderInline(label, toLink)
    return link === null ? inside : `<a href="${escapeText(link)}">${inside}</a>`
  }
  if (address !== undefined) return `<a href="${escapeText(address)}">${escapeText(address)}</a>`
  if (strong !== undefined) return `<strong>${renderInline(strong, toLink)}</strong>`
  if (mark !== undefined) return `<em>${renderInline(emphasis, toLink)}</em>`
  return escaped === undefined ? escapeText(whole) : escapeText(escaped)
}

function escapeText(text) {
  return text.replaceAll('&', '&amp;').replaceAll('<', '&lt;').replaceAll('>', '&gt;').replaceAll('"', '&quot;')
}
