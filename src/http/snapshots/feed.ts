import type { SnapshotRow } from '../../db/snapshots/find-snapshots.js'
import type { ChangedDay } from '../../db/snapshots/list-changed-days.js'
import { escapeMarkup } from '../pages/escape.js'

interface FeedEntry {
  readonly id: string
  readonly title: string
  readonly link: string
  readonly published: Date
  readonly updated: Date
  readonly text: string
}

export interface FeedSource {
  readonly dataset: { readonly name: string; readonly title: string; readonly createdAt: Date }
  readonly snapshots: readonly SnapshotRow[]
  readonly days: readonly ChangedDay[]
  /** The scheme, host and port of the service. */
  readonly origin: string
}

/** What changed in a dataset as an Atom feed (RFC 4287): its snapshots, and the days with new results, newest first. */
export function writeFeed({ dataset, snapshots, days, origin }: FeedSource): string {
  const page = `${origin}/datasets/${dataset.name}`
  const own = [
    ...snapshots.map((each) => toEntry(each, origin)),
    ...days.map((day) => toDayEntry(day, page, dataset.name, origin)),
  ]
  const entries = own.sort((a, b) => b.updated.getTime() - a.updated.getTime())
  const updated = entries[0]?.updated ?? dataset.createdAt
  return [
    '<?xml version="1.0" encoding="utf-8"?>',
    '<feed xmlns="http://www.w3.org/2005/Atom" xml:lang="en">',
    `  <id>${escapeMarkup(`${page}/changes.atom`)}</id>`,
    `  <title>${escapeMarkup(`Changes of ${dataset.title}`)}</title>`,
    `  <updated>${updated.toISOString()}</updated>`,
    '  <author><name>actbench</name></author>',
    '  <generator>actbench</generator>',
    `  <link rel="self" type="application/atom+xml" href="${escapeMarkup(`${page}/changes.atom`)}"/>`,
    `  <link rel="alternate" type="text/html" href="${escapeMarkup(page)}"/>`,
    ...entries.flatMap(writeEntry),
    '</feed>',
    '',
  ].join('\n')
}

function writeEntry({ id, title, link, published, updated, text }: FeedEntry): string[] {
  return [
    '  <entry>',
    `    <id>${escapeMarkup(id)}</id>`,
    `    <title>${escapeMarkup(title)}</title>`,
    `    <published>${published.toISOString()}</published>`,
    `    <updated>${updated.toISOString()}</updated>`,
    `    <link rel="alternate" href="${escapeMarkup(link)}"/>`,
    `    <content type="text">${escapeMarkup(text)}</content>`,
    '  </entry>',
  ]
}

function toEntry(snapshot: SnapshotRow, origin: string): FeedEntry {
  const { datasetName, name, createdAt, deletedAt, deletionReason, checksum, evaluationCount, runCount } = snapshot
  const { previousName, added, removed, changed } = snapshot
  const address = `${origin}/export/${datasetName}@${name}`
  const facts = `${evaluationCount} evaluations, ${runCount} runs, SHA-256 ${checksum}.`
  const news =
    previousName === null ? '' : ` Since ${previousName}: ${added} added, ${removed} removed, ${changed} changed.`
  const end = deletedAt === null ? '' : ` Deleted on ${deletedAt.toISOString()}: ${deletionReason}`
  return {
    ...{ id: address, link: `${address}.about.json`, published: createdAt, updated: deletedAt ?? createdAt },
    title: deletedAt === null ? `Snapshot ${name}` : `Snapshot ${name} was deleted`,
    text: facts + news + end,
  }
}

function toDayEntry({ day, last, runs, functions }: ChangedDay, page: string, name: string, origin: string): FeedEntry {
  return {
    ...{ id: `${origin}/datasets/${name}#${day}`, link: page, published: last, updated: last },
    title: `New results of ${day}`,
    text: `${runs} new ${runs === 1 ? 'run' : 'runs'} of ${functions} ${functions === 1 ? 'function' : 'functions'}.`,
  }
}
