import assert from 'node:assert/strict'
import { test } from 'node:test'
import { readAuthors } from '../../../src/http/dataset-metadata/authors.js'
import { findLicenceUrl } from '../../../src/http/dataset-metadata/licence.js'
import { changeExportsClosed } from '../../../src/services/datasets/exports-closed.js'
import { openTestApi } from '../../support/api.js'
import { createSyntheticDataset, listFunctions, storeFunctions } from '../../support/fixtures/learning-fixture.js'

const ORIGIN = 'https://bench.example'
const CITATION = '@article{a, title = {T}, author = {Bingham, Garrett and Risto Miikkulainen}, year = 2023}'

const api = await openTestApi(undefined, undefined, { trustedProxies: ['127.0.0.1'] })
const { database } = api
await createSyntheticDataset(database, { measured: await storeFunctions(database, listFunctions(3)) })
await database.prisma.dataset.update({
  where: { name: 'synthetic' },
  data: {
    license: 'CC BY-SA 4.0',
    citation: CITATION,
    sourceUrl: 'https://data.example/source.json',
    sourceChecksum: 'ab'.repeat(32),
    sourceBytes: 1234,
  },
})
const open = (url: string, accept = '*/*') =>
  api.app.http.inject({ url, headers: { accept, host: 'bench.example', 'x-forwarded-proto': 'https' } })
const read = async (file: string) => (await open(`/datasets/synthetic/${file}`)).json()

test('croissant.json has every file, the checksum of the source, and the columns that the files really have', async () => {
  const answer = await open('/datasets/synthetic/croissant.json')
  assert.match(String(answer.headers['content-type']), /^application\/ld\+json/)
  const croissant = answer.json()
  assert.deepEqual(
    [croissant['@type'], croissant.conformsTo, croissant.license, croissant.url],
    [
      'sc:Dataset',
      'http://mlcommons.org/croissant/1.0',
      'https://creativecommons.org/licenses/by-sa/4.0/',
      `${ORIGIN}/datasets/synthetic`,
    ],
  )
  assert.equal(croissant.isLiveDataset, true)
  const files = new Map<string, { contentUrl: string; sha256?: string }>(
    croissant.distribution.map((file: { '@id': string }) => [file['@id'], file]),
  )
  assert.equal(files.get('source')?.sha256, 'ab'.repeat(32))
  const ids = new Set([...files.keys(), ...croissant.recordSet.map((set: { '@id': string }) => set['@id'])])
  for (const { '@id': id, field } of croissant.recordSet) {
    for (const each of field) {
      assert.ok(each['@id'].startsWith(`${id}/`))
      assert.ok(!ids.has(each['@id']), `${each['@id']} twice`)
      ids.add(each['@id'])
      assert.ok(files.has(each.source.fileObject['@id']))
    }
  }
  const csv = await open(new URL(files.get('csv')?.contentUrl ?? '').pathname)
  const evaluations = croissant.recordSet.find((set: { '@id': string }) => set['@id'] === 'evaluations')
  assert.deepEqual(
    evaluations.field.map((each: { name: string }) => each.name),
    csv.body.split('\n', 1)[0].split(','),
  )
})

test('every file that a description lists can be read', async () => {
  const { distribution } = await read('schema-org.json')
  assert.ok(distribution.length >= 5)
  for (const { contentUrl, encodingFormat } of distribution) {
    const { pathname, origin } = new URL(contentUrl)
    const answer = await api.app.http.inject({ method: 'HEAD', url: pathname })
    assert.deepEqual([origin, answer.statusCode], [ORIGIN, 200], contentUrl)
    assert.ok(String(answer.headers['content-type']).startsWith(encodingFormat))
  }
})

test('datacite.json has what DataCite requires', async () => {
  const cite = await read('datacite.json')
  assert.deepEqual(cite.creators, [{ name: 'Garrett Bingham' }, { name: 'Risto Miikkulainen' }])
  assert.deepEqual(cite.titles, [{ title: 'Synthetic' }])
  assert.equal(cite.types.resourceTypeGeneral, 'Dataset')
  assert.equal(typeof cite.publicationYear, 'number')
  assert.ok(cite.publisher.name)
  assert.equal(cite.url, `${ORIGIN}/datasets/synthetic`)
})

test('the page of a dataset has links for programs in its head', async () => {
  const page = await open('/datasets/synthetic', 'text/html')
  const links = String(page.headers.link).split(', ')
  for (const relation of ['cite-as', 'type', 'license', 'describedby', 'item']) {
    assert.ok(
      links.some((link) => link.includes(`; rel="${relation}"`)),
      relation,
    )
  }
  for (const [, target] of String(page.headers.link).matchAll(
    /<(https:\/\/bench\.example[^>]*)>; rel="describedby"/g,
  )) {
    assert.equal((await open(new URL(target).pathname)).statusCode, 200, target)
  }
})

test('an unknown dataset has no descriptions, and closed exports are not listed', async () => {
  for (const name of ['nothing', 'UPPER', 'a%00b', 'x'.repeat(90)]) {
    const answer = await open(`/datasets/${name}/croissant.json`)
    assert.deepEqual([answer.statusCode, answer.json().errors[0].extensions.code], [404, 'NOT_FOUND'], name)
  }
  await createSyntheticDataset(database, { name: 'closed', measured: [] })
  await changeExportsClosed(database, 'closed', true)
  const croissant = (await open('/datasets/closed/croissant.json')).json()
  assert.deepEqual([croissant.distribution, croissant.recordSet], [[], []])
})

test('licences have addresses, and references have authors', () => {
  for (const [licence, url] of [
    ['CC BY 4.0', 'https://creativecommons.org/licenses/by/4.0/'],
    ['CC-BY-NC-SA-3.0', 'https://creativecommons.org/licenses/by-nc-sa/3.0/'],
    ['Apache-2.0', 'https://www.apache.org/licenses/LICENSE-2.0'],
    ['https://example.org/terms', 'https://example.org/terms'],
    ['javascript:alert(1)', null],
    ['Academic Public License (non-commercial)', null],
    [null, null],
  ] as const) {
    assert.equal(findLicenceUrl(licence), url)
  }
  assert.deepEqual(readAuthors(CITATION), ['Garrett Bingham', 'Risto Miikkulainen'])
  assert.deepEqual(readAuthors('a text'), [])
  assert.deepEqual(readAuthors(null), [])
})
