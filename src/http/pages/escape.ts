const ENTITIES: Readonly<Record<string, string>> = {
  '&': '&amp;',
  '<': '&lt;',
  '>': '&gt;',
  '"': '&quot;',
  "'": '&#39;',
}

/** A text as content or attribute of HTML or XML. Characters that XML forbids are left out. */
export function escapeMarkup(text: string): string {
  return stripControls(text).replace(/[&<>"']/g, (character) => ENTITIES[character])
}

/** A value as the content of a `script` element that is data: no text in it can end the element. */
export function toScriptData(value: object): string {
  return JSON.stringify(value).replaceAll('<', '\\u003c')
}

function stripControls(text: string): string {
  return text.replace(/\p{Cc}/gu, (character) => (/[\t\n\r]/.test(character) ? character : ''))
}
