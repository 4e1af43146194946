/** What the page of findings asks for and shows. Pure. */
import {date, number} from '@/shared/format'
import {allOf} from '@/shared/query'
import {t} from '@/shared/words'
import type {Named} from '@/shared/types'
import type {Chart} from '../stats/charts'
import {listOf} from '../stats/state'

export interface Cluster {
  lon: number; lat: number; radius_km: number; areas: Named[]; from: string; to: string
  cases: number; expected: number; statistic: number; p: number | null; recurrence_days: number | null; q: string
}
export interface Scan { items: Cluster[]; from: string; to: string; cases: number; places: number; circles: number; replications: number; alive: boolean }
export interface Outlook { from: string; counts: number[]; history_days: number; history_least: number; mean?: number[]; low?: number[]; high?: number[] }
export interface Odd { key: string; name: string; on: string; count: number; expected: number; surprise: number; threshold: number; counts: number[]; q: string }
export interface Unusual { items: Odd[]; from: string; to: string; series: number; too_short: number; per_1000: number }

export interface Asked { category: string; days: number; window: number; radius: number; alive: boolean }
export const PERIODS = [30, 90, 180, 365], WINDOWS = [7, 14, 28], RADII = [1, 3, 5, 10]

export function readAsked(q: Record<string, unknown>): Asked {
  const of = (name: string, known: number[], usual: number): number => { const n = Number(q[name]); return known.includes(n) ? n : usual }
  return {category: typeof q.category === 'string' ? q.category : '', days: of('days', PERIODS, 90), window: of('window', WINDOWS, 14), radius: of('radius', RADII, 3), alive: q.alive !== '0'}
}
export const writeAsked = (a: Asked): Record<string, string> => ({
  ...(a.category ? {category: a.category} : {}), days: String(a.days), window: String(a.window), radius: String(a.radius), alive: a.alive ? '1' : '0',
})
export const queryOf = (a: Asked): string => (a.category ? 'category:' + a.category : '')
export const scanAsked = (a: Asked): Record<string, string | number> => ({q: queryOf(a), days: a.days, window: Math.min(a.window, Math.floor(a.days / 2)), radius: a.radius, alive: a.alive ? 1 : 0})

/** Three words that a leader can act on: a finding stands, is worth a look, or may be chance. */
export function weight(c: Cluster): 'sure' | 'look' | 'chance' {
  if (c.p === null) return 'chance'
  return c.p <= .01 ? 'sure' : c.p <= .1 ? 'look' : 'chance'
}
/** How many times as many as expected. */
export const times = (c: Cluster): string => number(c.cases / c.expected, c.cases / c.expected < 10 ? 1 : 0)

const dayAfter = (from: string, n: number): string => { const d = new Date(from + 'T12:00:00Z'); d.setUTCDate(d.getUTCDate() + n); return d.toISOString().slice(0, 10) }

/** Counts as a line, the coming week as a line with its interval. */
export function outlookChart(o: Outlook, q: string): Chart {
  const days = o.counts.map((_, i) => dayAfter(o.from, i)), coming = (o.mean ?? []).map((_, i) => dayAfter(o.from, o.counts.length + i))
  const blank = o.counts.map(() => null)
  return {
    id: 'outlook', title: t('find.outlook'), height: 260,
    option: {
      grid: {left: 8, right: 28, top: 32, bottom: 8, outerBoundsMode: 'same', outerBoundsContain: 'axisLabel'}, tooltip: {trigger: 'axis'},
      legend: {top: 0, data: o.mean ? [t('find.counted'), t('find.expected'), t('find.interval')] : [t('find.counted')]},
      xAxis: {type: 'category', data: [...days, ...coming].map((d) => d.slice(5))}, yAxis: {type: 'value', minInterval: 1},
      series: [
        {name: t('find.counted'), type: 'line', data: o.counts, symbol: 'none'},
        {name: t('find.expected'), type: 'line', data: [...blank, ...o.mean ?? []], symbol: 'circle', lineStyle: {type: 'dashed'}},
        {name: 'low', type: 'line', data: [...blank, ...o.low ?? []], stack: 'band', symbol: 'none', lineStyle: {opacity: 0}, tooltip: {show: false}},
        {name: t('find.interval'), type: 'line', data: [...blank, ...(o.high ?? []).map((h, i) => h - (o.low?.[i] ?? 0))], stack: 'band', symbol: 'none', lineStyle: {opacity: 0}, areaStyle: {opacity: .18}, tooltip: {show: false}},
      ],
    },
    table: {
      columns: [t('find.day'), t('find.counted'), t('find.expected'), t('find.interval')],
      rows: [
        ...coming.map((d, i) => ({cells: [date(d + 'T12:00:00Z'), '–', number(o.mean?.[i] ?? 0, 1), `${o.low?.[i]}–${o.high?.[i]}`]})),
        ...days.map((d, i) => ({cells: [date(d + 'T12:00:00Z'), o.counts[i] ?? 0, '–', '–'], links: [undefined, listOf(allOf(q, `filed:${d} -flag:private -about:conduct`))]})).reverse(),
      ],
    },
  }
}

/** Ninety days as a line in a box of 180 × 28. */
export function sparkline(counts: number[]): string {
  const top = Math.max(1, ...counts), step = 180 / Math.max(1, counts.length - 1)
  return counts.map((n, i) => `${i === 0 ? 'M' : 'L'}${(i * step).toFixed(1)} ${(26 - n / top * 24).toFixed(1)}`).join('')
}
