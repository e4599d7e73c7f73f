import { setTimeout as sleep } from 'node:timers/promises'

/** Waits until the condition gives something true and returns it; throws after a time that says that it hangs. */
export async function waitUntil<T>(condition: () => T | Promise<T>, seconds = 300): Promise<NonNullable<T>> {
  const deadline = performance.now() + seconds * 1000
  for (;;) {
    const value = await condition()
    if (value) return value
    if (performance.now() > deadline) throw new Error(`nothing came of it within ${seconds} s: ${condition}`)
    await sleep(20)
  }
}
