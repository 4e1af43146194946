/** What the wall shows, read again and again, so that it heals by itself whatever happened in between. */
import {ref, shallowRef} from 'vue'
import {get, Problem} from '@/shared/api'
import {city} from '@/shared/city'
import {allOf} from '@/shared/query'
import {learnRows} from '@/shared/rows'
import type {CaseList, Row, Stats} from '@/shared/types'
import {alertsOf, keepHour, type Alert, type Pulse} from './alerts'

export interface Figures { filedToday: number; endedToday: number; open: number; overdue: number; soon: number; rating: number | null }
export interface Bar { code: string; name: string; value: number }
export interface Line { code: string; name: string; filed: number; onTime: number; hours: number | null }

export const figures = shallowRef<Figures | null>(null), top = shallowRef<Bar[]>([]), compared = shallowRef<Line[]>([])
export const dueSoon = shallowRef<Row[]>([]), openCases = shallowRef<Row[]>([]), alerts = shallowRef<Alert[]>([])
/** When all of it was last read, and whether the token was refused. */
export const readAt = ref(0), refused = ref(false)
let pulses: Pulse[] = []

/** Reports unless the address says otherwise: rounds of patrols are not matters that somebody waits for. */
export function baseQuery(asked: string): string {
  if (asked) return asked
  return city.value?.categories.some((k) => k.procedure === 'report') ? 'procedure:report' : ''
}

const one = async (q: string, measure = 'count'): Promise<number | null> => {
  const row = (await get<Stats>('/stats', {q, measure})).rows[0]
  return row ? Number(row[0]) : null
}

async function readFigures(base: string): Promise<Figures> {
  const [filedToday, endedToday, open, overdue, soon, rating] = await Promise.all([
    one(allOf(base, 'filed:today')), one(allOf(base, 'ended:today')), one(allOf(base, 'status:open')), one(allOf(base, 'status:overdue')),
    one(allOf(base, 'status:soon')), one(allOf(base, 'ended:<30d'), 'mean_rating'),
  ])
  return {filedToday: filedToday ?? 0, endedToday: endedToday ?? 0, open: open ?? 0, overdue: overdue ?? 0, soon: soon ?? 0, rating: rating || null}
}

async function readTop(base: string): Promise<Bar[]> {
  const s = await get<Stats>('/stats', {q: allOf(base, 'filed:<7d'), by: 'category'})
  return s.rows.map((r, i) => ({code: String(r[0]), name: s.labels[i]?.[0] ?? String(r[0]), value: Number(r[1])}))
    .filter((b) => b.code !== '').sort((a, b) => b.value - a.value).slice(0, 6)
}

/** Areas in the order of the package: nobody is first or last. */
async function readCompared(base: string, level: string): Promise<Line[]> {
  const q = allOf(base, 'filed:<30d'), by = 'area:' + level
  const [count, late, hours] = await Promise.all(['count', 'late', 'mean_hours'].map((measure) => get<Stats>('/stats', {q, by, measure})))
  const value = (s: Stats | undefined, code: string): number | null => {
    const row = s?.rows.find((r) => r[0] === code)
    return row ? Number(row[1]) : null
  }
  return (count?.rows ?? []).flatMap((r, i) => {
    const code = String(r[0]), filed = Number(r[1])
    return code === '' || filed === 0 ? [] : [{code, name: count?.labels[i]?.[0] ?? code, filed, onTime: 1 - (value(late, code) ?? 0) / filed, hours: value(hours, code)}]
  }).sort((a, b) => (a.code < b.code ? -1 : 1))
}

const rowsOf = async (q: string, sort: string, limit: number): Promise<Row[]> => {
  const rows = (await get<CaseList>('/cases', {q, sort, limit})).items
  learnRows(rows)
  return rows
}

/** Reads everything once. errors: none; the time of the last success says how old it is. */
export async function readAll(asked: string, level: string | null): Promise<void> {
  const base = baseQuery(asked)
  try {
    const [f, bars, soon, open, hour, week, lines] = await Promise.all([
      readFigures(base), readTop(base), rowsOf(allOf(base, 'status:soon'), 'due', 8), rowsOf(allOf(base, 'status:open'), 'filed', 500),
      one(allOf(base, 'filed:<1h')), one(allOf(base, 'filed:<7d')), level ? readCompared(base, level) : Promise.resolve([]),
    ])
    figures.value = f
    top.value = bars
    dueSoon.value = soon
    openCases.value = open
    compared.value = lines
    pulses = [...keepHour(pulses, Date.now()), {at: Date.now(), overdue: f.overdue, filedHour: hour ?? 0, filedWeek: week ?? 0}]
    alerts.value = alertsOf(pulses)
    readAt.value = Date.now()
    refused.value = false
  } catch (e) {
    if (e instanceof Problem && (e.status === 401 || e.status === 403)) refused.value = true
  }
}
