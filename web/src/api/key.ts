import { signal } from '@preact/signals'

const STORAGE = 'actbench-key'

/** The API key of the visitor, or an empty text. It never gets into a cookie or an address. */
export const apiKey = signal(sessionStorage.getItem(STORAGE) ?? '')

/** Whether the key survives a reload of this tab. Otherwise only the memory of the page has it. */
export const isKeyStored = signal(apiKey.value !== '')

/** Uses a key from now on; an empty text forgets it. */
export function setKey(key: string, store: boolean): void {
  apiKey.value = key
  isKeyStored.value = store && key !== ''
  if (isKeyStored.value) sessionStorage.setItem(STORAGE, key)
  else sessionStorage.removeItem(STORAGE)
}
