/** Which cases and days the statistics are about, as the address says it. Pure. */
import {clockNow} from '@/shared/clock'
import {allOf} from '@/shared/query'
import {dayBefore, dayOf} from '../map/days'

export const PERIODS = ['7d', '30d', '90d', 'year', 'own'] as const
export const STEPS = ['day', 'week', 'month'] as const
export type Period = (typeof PERIODS)[number]
export type Step = (typeof STEPS)[number]
export interface StatsState { q: string; procedure: string; period: Period; from: string; to: string; step: Step; level: string }
export const START: StatsState = {q: '', procedure: 'report', period: '30d', from: '', to: '', step: 'day', level: ''}

const oneOf = <T extends string>(v: unknown, all: readonly T[], otherwise: T): T => (all.includes(v as T) ? v as T : otherwise)
const day = (v: unknown): string => (typeof v === 'string' && /^\d{4}-\d{2}-\d{2}$/.test(v) ? v : '')
const text = (v: unknown, otherwise: string): string => (typeof v === 'string' ? v : otherwise)

export function readState(q: Record<string, unknown>): StatsState {
  return {
    q: text(q.q, ''), procedure: text(q.procedure, START.procedure), period: oneOf(q.period, PERIODS, START.period),
    from: day(q.from), to: day(q.to), step: oneOf(q.step, STEPS, START.step), level: text(q.level, ''),
  }
}
export function writeState(s: StatsState): Record<string, string> {
  return Object.fromEntries(Object.entries(s).filter(([k, v]) => v !== START[k as keyof StatsState]))
}

/** First and last day. */
export function daysOf(s: StatsState, now = clockNow()): {from: string; to: string} {
  const today = dayOf(now)
  if (s.period === 'own') {
    const a = s.from || dayBefore(29, now), b = s.to || today
    return a <= b ? {from: a, to: b} : {from: b, to: a}
  }
  if (s.period === 'year') return {from: today.slice(0, 4) + '-01-01', to: today}
  return {from: dayBefore(Number(s.period.slice(0, -1)) - 1, now), to: today}
}

export const baseQuery = (s: StatsState): string => allOf(s.q, s.procedure && `procedure:${s.procedure}`)
export const filedQuery = (s: StatsState, d = daysOf(s)): string => allOf(baseQuery(s), `filed:${d.from}..${d.to}`)
export const endedQuery = (s: StatsState, d = daysOf(s)): string => allOf(baseQuery(s), `ended:${d.from}..${d.to}`)
/** The list of cases behind a number. */
export const listOf = (q: string): string => '/cases?q=' + encodeURIComponent(q)

// --- time as steps ---

export interface Bucket { key: string; from: string; to: string; n: number }
const noon = (d: string): Date => new Date(d + 'T12:00:00Z')
const iso = (d: Date): string => d.toISOString().slice(0, 10)
const plus = (d: string, days: number): string => iso(new Date(noon(d).getTime() + days * 86_400_000))

/** The first day of the step that holds a day. */
export function stepOf(d: string, step: Step): string {
  if (step === 'day') return d
  if (step === 'month') return d.slice(0, 7) + '-01'
  return plus(d, -((noon(d).getUTCDay() + 6) % 7)) // weeks begin on Monday
}

/** Numbers by day as steps without gaps; the first and last are cut to the period. */
export function buckets(days: Map<string, number>, from: string, to: string, step: Step): Bucket[] {
  const out: Bucket[] = []
  for (let d = from; d <= to; d = plus(d, 1)) {
    const key = stepOf(d, step), last = out[out.length - 1]
    if (last?.key === key) {
      last.to = d
      last.n += days.get(d) ?? 0
    } else out.push({key, from: d, to: d, n: days.get(d) ?? 0})
  }
  return out
}

// --- the way of a case ---

export interface Stage { code: string; label: string; here: number; reached: number }
interface StageState { code: string; label: string; end: string | null; pauses: boolean }

/** How far cases have come: those that are in a stage, and those that are there or further on. States in which cases wait,
 * or that end them without an answer, are no stages. in: states in the order of the work. */
export function funnel(states: StageState[], counts: Map<string, number>): Stage[] {
  const way = states.filter((s) => !s.pauses && (!s.end || s.end === 'closed'))
  let reached = 0
  return way.map((s) => ({code: s.code, label: s.label, here: counts.get(s.code) ?? 0, reached: 0})).reverse().map((s) => {
    reached += s.here
    return {...s, reached}
  }).reverse()
}
