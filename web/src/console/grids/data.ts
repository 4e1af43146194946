/** What the pages about grids show, and the chart of what was asked of them. Pure. */
import {t} from '@/shared/words'
import type {Named} from '@/shared/types'
import type {ChartTable} from '@/ui/ChartView.vue'

export interface Share { points: number; due: number; done: number; share: number | null }
export interface Part extends Share { grid: Named }
export interface Coverage { from: string; to: string; items: Part[]; total: Share }
export interface Meter { meter: string; unit: Named | null; day: string; n: number; a_day: number }
export interface Posted { grid: Named; parent: Named | null; kind: string; kind_label: string; boundary: string; posted_at: string; supervision_phone: string; contacts: {post: string; name: string; phone: string}[] }
export interface GridSheet extends Posted {
  duties: {item: string; name: string; basis: string; until: string}[]
  points: {name: string; lon: number; lat: number; every_hours: number; stop: number; route: string}[]
  open: {procedure: string; name: string; n: number}[]
  staffed: boolean
  at: string
}

/** Nothing was due: no share. */
export const percent = (share: number | null): string => (share === null ? '–' : Math.round(share * 100) + '%')

/** Fields typed, by day and by the unit that asked. */
export function meterChart(all: Meter[]): {option: Record<string, unknown>; table: ChartTable} {
  const typed = all.filter((m) => m.meter === 'typed'), days = [...new Set(all.map((m) => m.day))].sort()
  const units = [...new Map(typed.map((m) => [m.unit?.code ?? '', m.unit?.name ?? ''])).entries()]
  const at = (unit: string, day: string): number => typed.filter((m) => m.unit?.code === unit && m.day === day).reduce((n, m) => n + m.n, 0)
  const sorted = [...all].sort((a, b) => (a.day < b.day ? 1 : a.day > b.day ? -1 : 0))
  return {
    option: {
      legend: {}, grid: {left: 48, right: 16, top: 36, bottom: 28}, tooltip: {trigger: 'axis'}, xAxis: {type: 'category', data: days}, yAxis: {type: 'value', minInterval: 1},
      series: units.map(([code, name]) => ({name, type: 'bar', stack: 'typed', data: days.map((d) => at(code, d))})),
    },
    table: {
      columns: [t('grids.day'), t('grids.unit'), t('grids.what'), t('grids.fields'), t('grids.a_day')],
      rows: sorted.map((m) => ({cells: [m.day, m.unit?.name ?? '', t(m.meter === 'typed' ? 'grids.typed' : 'grids.asked'), m.n, m.a_day > 0 ? m.a_day : '–']})),
    },
  }
}
