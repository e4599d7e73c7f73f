/** The text that `actbench start` prints when everything runs. `adminKey` is null if the key existed before. */
export function formatWelcome(options: {
  readonly address: string
  readonly seconds: number
  readonly adminKey: string | null
  readonly place: string
  readonly workers: number
}): string {
  const { address, seconds, adminKey, place, workers } = options
  const key = adminKey
    ? [
        '',
        `  Admin key    ${adminKey}`,
        '               shown this once; mutations need it: Authorization: Bearer <key>',
      ]
    : []
  return [
    '',
    `actbench is ready after ${seconds.toFixed(1)} s, with ${workers} worker${workers === 1 ? '' : 's'}`,
    '',
    `  Pages        ${address}/ in a browser`,
    `  API          ${address}/graphql`,
    `  Editor       ${address}/graphql in a browser`,
    `  Data         ${place}`,
    ...key,
    '',
    '  Ask it:',
    `    curl -s ${address}/graphql -H 'content-type: application/json' \\`,
    `      -d '{"query": "${QUERY.replaceAll('"', '\\"')}"}'`,
    '',
    'Ctrl-C stops it.',
    '',
  ].join('\n')
}

const QUERY =
  '{ dataset(name: "fashion-cnn") { leaderboard(first: 5) { nodes { rank expression validationAccuracy } } } }'
