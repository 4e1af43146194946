/** Loads the numbers of the statistics page. */
import {get, Problem} from '@/shared/api'
import type {Stats} from '@/shared/types'
import type {Bucket} from './state'

export interface Line { key: string; label: string; values: (number | null)[] }

/** Several measures of one dimension, joined by key. */
export async function lines(q: string, by: string, measures: string[], signal: AbortSignal): Promise<Line[]> {
  const all = await Promise.all(measures.map((measure) => get<Stats>('/stats', {q, by, measure}, signal)))
  const found = new Map<string, Line>()
  all.forEach((s, m) => s.rows.forEach((r, i) => {
    const key = String(r[0])
    let line = found.get(key)
    if (!line) found.set(key, line = {key, label: s.labels[i]?.[0] ?? key, values: measures.map(() => null)})
    line.values[m] = r[1] === null ? null : Number(r[1])
  }))
  return [...found.values()]
}

export async function total(q: string, measure: string, signal: AbortSignal): Promise<number | null> {
  const row = (await get<Stats>('/stats', {q, measure}, signal)).rows[0]
  return row ? Number(row[0]) : null
}

const asMap = (l: Line[]): Map<string, number> => new Map(l.map((x) => [x.key, x.values[0] ?? 0]))
export const filedByDay = async (q: string, signal: AbortSignal): Promise<Map<string, number>> => asMap(await lines(q, 'day', ['count'], signal))

/** How many ended in each step. A server of an earlier version knows no day of the end: then each step is asked for. */
export async function endedBySteps(q: string, base: (from: string, to: string) => string, steps: Bucket[], signal: AbortSignal): Promise<Bucket[]> {
  try {
    const days = asMap(await lines(q, 'ended_day', ['count'], signal))
    return steps.map((b) => ({...b, n: [...days].reduce((sum, [d, n]) => sum + (d >= b.from && d <= b.to ? n : 0), 0)}))
  } catch (e) {
    if (!(e instanceof Problem) || e.code !== 'bad_value') throw e
  }
  const out: Bucket[] = []
  for (const b of steps) out.push({...b, n: await total(base(b.from, b.to), 'count', signal) ?? 0})
  return out
}
