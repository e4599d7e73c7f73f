import { setTimeout as sleep } from 'node:timers/promises'
import { type Attack, BODY, json, type Target } from './attack-tools.js'
import { DOCUMENT_ATTACKS } from './document-attacks.js'
import { EVASION_ATTACKS } from './evasion-attacks.js'
import { HOARDING_ATTACKS } from './hoarding-attacks.js'
import { IDENTITY_ATTACKS } from './identity-attacks.js'
import { PROTOCOL_ATTACKS } from './protocol-attacks.js'
import { REQUEST_ATTACKS } from './request-attacks.js'
import { SOCKET_ATTACKS } from './socket-attacks.js'

export const ATTACKS: readonly Attack[] = [
  ...REQUEST_ATTACKS,
  ...PROTOCOL_ATTACKS,
  ...DOCUMENT_ATTACKS,
  ...EVASION_ATTACKS,
  ...IDENTITY_ATTACKS,
  ...SOCKET_ATTACKS,
  ...HOARDING_ATTACKS,
]

/** Compares the times in which the server refuses keys that share nothing, or all except one character, with a valid key. */
export async function timeKeys(
  { address, secret }: Target,
  rounds: number,
): Promise<{ far: number; near: number; spread: number }> {
  const near = secret.slice(0, -1) + (secret.endsWith('A') ? 'B' : 'A')
  const far = `abk_${'0'.repeat(43)}`
  const times = { far: [] as number[], near: [] as number[] }
  for (let round = 0; round < 2 * rounds; round++) {
    const kind = round % 2 ? 'far' : 'near'
    const startedAt = performance.now()
    await fetch(`${address}/graphql`, {
      method: 'POST',
      body: BODY,
      headers: { ...json, authorization: `Bearer ${kind === 'far' ? far : near}` },
    }).then((response) => response.text())
    times[kind].push(performance.now() - startedAt)
  }
  const median = (values: number[]) => values.sort((a, b) => a - b)[values.length >> 1]
  const all = [...times.far, ...times.near]
  const middle = median([...all])
  const spread = median(all.map((value) => Math.abs(value - middle)))
  return { far: median(times.far), near: median(times.near), spread }
}

/** Runs all attacks one after the other. The server must still answer after each of them. */
export async function runAttacks(
  target: Target,
  tell: (attack: Attack, answer: string, isWell: boolean) => void = () => {},
): Promise<string[]> {
  const failures: string[] = []
  for (const attack of ATTACKS) {
    const answer = await attack.run(target).catch((error: Error) => `failed: ${error.message}`)
    await sleep(50)
    const alive = await fetch(`${target.address}/healthz`).then(
      ({ status }) => status === 200,
      () => false,
    )
    const isWell = attack.expected.test(answer) && alive
    if (!isWell) failures.push(`${attack.name}: ${answer}${alive ? '' : ' (and the server is gone)'}`)
    tell(attack, answer, isWell)
  }
  return failures
}
