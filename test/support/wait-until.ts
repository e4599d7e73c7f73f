import { setTimeout as sleep } from 'node:timers/promises'

/** Waits until the condition returns a truthy value, and returns it. Throws if that takes longer than `seconds`. */
export async function waitUntil<T>(condition: () => T | Promise<T>, seconds = 300): Promise<NonNullable<T>> {
  const deadline = performance.now() + seconds * 1000
  for (;;) {
    const value = await condition()
    if (value) return value
    if (performance.now() > deadline) throw new Error(`condition: not met within ${seconds} s: ${condition}`)
    await sleep(20)
  }
}
