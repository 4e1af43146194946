/** What the situation map shows, as the address says it, and the queries that follow from it. Pure. */
import {allOf, without} from '@/shared/query'
import type {Row} from '@/shared/types'
import {urgency} from '@/shared/format'
import type {MapPoint} from '@/ui/map'

export const COLOURS = ['none', 'count', 'open', 'overdue', 'late', 'today', 'mean_hours', 'mean_rating', 'own'] as const
export type Colour = (typeof COLOURS)[number]
export type TimeField = 'none' | 'filed' | 'ended'

export interface MapState {
  q: string; level: string; inside: string; colour: Colour; own: string
  /** base: '' = the city's own. */
  time: TimeField; from: string; to: string; day: string; base: string; areas: boolean; cases: boolean
}

export const START: MapState = {
  q: 'status:open', level: '', inside: '', colour: 'count', own: '', time: 'none', from: '', to: '', day: '', base: '', areas: true, cases: true,
}

const DAY = /^\d{4}-\d{2}-\d{2}$/
const oneOf = <T extends string>(v: string | undefined, all: readonly T[], otherwise: T): T => (all.includes(v as T) ? v as T : otherwise)

/** Reads the address; what it does not say, or says wrongly, is as at the start. */
export function readState(query: Record<string, unknown>): MapState {
  const text = (k: string): string | undefined => (typeof query[k] === 'string' ? query[k] as string : undefined)
  const day = (k: string): string => (DAY.test(text(k) ?? '') ? text(k) as string : '')
  return {
    q: text('q') ?? START.q, level: text('level') ?? '', inside: text('inside') ?? '', colour: oneOf(text('colour'), COLOURS, START.colour),
    own: text('own') ?? '', time: oneOf(text('time'), ['none', 'filed', 'ended'], 'none'), from: day('from'), to: day('to'), day: day('day'),
    base: text('base') ?? START.base, areas: text('areas') !== '0', cases: text('cases') !== '0',
  }
}

/** Only what differs from the start, so that addresses stay short. */
export function writeState(s: MapState): Record<string, string> {
  const out: Record<string, string> = {}
  for (const [k, v] of Object.entries(s)) {
    if (v !== START[k as keyof MapState]) out[k] = v === false ? '0' : String(v)
  }
  return out
}

/** Which cases are shown. */
export function casesQuery(s: MapState): string {
  const time = s.time !== 'none' && (s.from || s.to) ? `${s.time}:${s.from}..${s.to}` : ''
  return allOf(s.q, s.inside && `area:${s.inside}`, time)
}

/** Which cases there were at any time of the day: filed before its end and not ended before its start. */
export function replayQuery(s: MapState): string {
  return allOf(without(without(s.q, 'status'), 'filed'), s.inside && `area:${s.inside}`, `filed:..${s.day}`, `ended:none or ended:>=${s.day}`)
}

/** What colours the areas; null = nothing. */
export function colourRequest(s: MapState): {q: string; measure: string} | null {
  if (s.colour === 'none' || (s.colour === 'own' && !s.own.trim())) return null
  if (s.colour === 'own') return {q: allOf(s.own, s.inside && `area:${s.inside}`), measure: 'count'}
  if (s.colour === 'today') return {q: allOf(casesQuery(s), 'filed:today'), measure: 'count'}
  return {q: casesQuery(s), measure: s.colour}
}

export const pointOf = (r: Row, at: number): MapPoint | null =>
  (r.lon === undefined || r.lat === undefined ? null : {id: r.number, lon: r.lon, lat: r.lat, tone: urgency(r.due, r.filed, r.ended, at)})

/** The cases that were under way at an instant, as points. */
export function pointsAt(rows: Iterable<Row>, ms: number): MapPoint[] {
  const points: MapPoint[] = []
  for (const r of rows) {
    if (!r.filed || Date.parse(r.filed) > ms || (r.ended && Date.parse(r.ended) <= ms)) continue
    const p = pointOf({...r, ended: null}, ms)
    if (p) points.push(p)
  }
  return points
}

/** What each step of the colours stands for. in: largest value; whole = counts, which have no fractions. */
export function scaleRanges(max: number, whole: boolean): {step: number; from: number; to: number}[] {
  if (max <= 0) return []
  const bound = (step: number): number => ((step - 1) / 4.999) ** 2 * max
  const out: {step: number; from: number; to: number}[] = []
  for (let step = 1; step <= 5; step++) {
    const from = whole ? Math.max(1, Math.ceil(bound(step) - 1e-9)) : bound(step)
    const to = step === 5 ? max : whole ? Math.ceil(bound(step + 1) - 1e-9) - 1 : bound(step + 1)
    if (to >= from) out.push({step, from, to})
  }
  return out
}

/** Whether a place lies in the window. */
export const inBox = (r: Row, box: readonly [number, number, number, number]): boolean =>
  r.lon !== undefined && r.lat !== undefined && r.lon >= box[0] && r.lon <= box[2] && r.lat >= box[1] && r.lat <= box[3]
