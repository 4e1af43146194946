/** Rows of the live feed carry codes only, because one text goes to readers of every language. Here they get the names
 * that this page has seen before; what it has not seen is asked for. */
import {category, unit} from './city'
import type {Named, Row} from './types'

/** A row as the feed sends it. */
export interface FeedRow {
  number: string; version: number; procedure: string; state: string; category: string; condition: string; area: string; unit: string
  channel: string; filed: string; happened: string | null; updated: string | null; ended: string | null; due: string | null
  flags: string[]; rating: number | null; lon: number | null; lat: number | null; supporters?: number; text?: string | null; address?: string | null
}

const states = new Map<string, string>(), areas = new Map<string, string>()

/** Remembers what states and areas are called. */
export function learnRows(rows: Row[]): void {
  for (const r of rows) {
    states.set(r.procedure + '/' + r.state, r.state_label)
    if (r.area) areas.set(r.area.code, r.area.name)
  }
}

/** Forgets the names, because the language changes. */
export function forgetNames(): void {
  states.clear()
  areas.clear()
}

/** What stands in place of a name until it is known: a code says nothing to a reader. */
const UNKNOWN = '…'
const named = (code: string | null, name: string | undefined): Named | null => (code ? {code, name: name ?? UNKNOWN} : null)

/** A row as lists have it. out: whether a name was missing, so that the row has to be asked for. */
export function rowOf(f: FeedRow): {row: Row; incomplete: boolean} {
  const label = states.get(f.procedure + '/' + f.state), area = f.area ? areas.get(f.area) : undefined
  const row: Row = {
    number: f.number, version: f.version, procedure: f.procedure, state: f.state, state_label: label ?? UNKNOWN,
    category: named(f.category, category(f.category)?.name), condition: f.condition || null, area: named(f.area, area), unit: named(f.unit, unit(f.unit)?.name),
    channel: f.channel || null, filed: f.filed, happened: f.happened, due: f.due, due_provisional: f.flags.includes('provisional'),
    missed: f.flags.includes('late'), ended: f.ended, text: f.text ?? null, address: f.address ?? null, supporters: f.supporters ?? 0,
  }
  if (f.flags.includes('exercise')) row.exercise = true
  if (f.lon !== null && f.lat !== null) Object.assign(row, {lon: f.lon, lat: f.lat})
  return {row, incomplete: label === undefined || (!!f.area && area === undefined)}
}
