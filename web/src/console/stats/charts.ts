/** From numbers to charts: what is drawn, and the same as a table with links. No drawing here. */
import {date, number} from '@/shared/format'
import {allOf} from '@/shared/query'
import {t} from '@/shared/words'
import type {ChartTable} from '@/ui/ChartView.vue'
import type {Line} from './load'
import {listOf, type Bucket, type Stage, type Step} from './state'

export interface Chart { id: string; title: string; option: Record<string, unknown>; table: ChartTable; height: number; csv?: {by: string; measure: string; q: string} }

const SHOWN = 15
const TALL = 420, LOW = 190
/** As high as its lines need. */
const high = (n: number): number => (n > 8 ? TALL : 260)
const GRID = {left: 8, right: 28, top: 32, bottom: 8, outerBoundsMode: 'same', outerBoundsContain: 'axisLabel'}
const mean = (v: number | null | undefined): string => (v === null || v === undefined ? '–' : number(v, 1))
const count = (v: number | null | undefined): number => v ?? 0

function stepName(b: Bucket, step: Step): string {
  if (step === 'month') return b.key.slice(0, 7)
  return step === 'day' || b.from === b.to ? b.from.slice(5) : `${b.from.slice(5)}–${b.to.slice(5)}`
}

export function trendChart(filed: Bucket[], ended: Bucket[], step: Step, base: string): Chart {
  return {
    id: 'trend', title: t('stats.trend'), height: 220,
    option: {
      grid: GRID, tooltip: {trigger: 'axis'}, legend: {top: 0, data: [t('stats.filed'), t('stats.ended')]},
      xAxis: {type: 'category', data: filed.map((b) => stepName(b, step))}, yAxis: {type: 'value', minInterval: 1},
      series: [
        {name: t('stats.filed'), type: 'line', data: filed.map((b) => b.n), symbol: 'circle', symbolSize: 5},
        {name: t('stats.ended'), type: 'line', data: ended.map((b) => b.n), symbol: 'circle', symbolSize: 5, lineStyle: {type: 'dashed'}},
      ],
    },
    table: {
      columns: [t('stats.step.' + step), t('stats.filed'), t('stats.ended')],
      rows: filed.map((b, i) => ({
        cells: [b.from === b.to ? date(b.from + 'T12:00:00Z') : `${b.from} – ${b.to}`, b.n, ended[i]?.n ?? 0],
        links: [undefined, listOf(allOf(base, `filed:${b.from}..${b.to}`)), listOf(allOf(base, `ended:${b.from}..${b.to}`))],
      })),
    },
  }
}

const TERM_MAX = 1500 // characters; the server takes queries of 2000
/** The query of exactly the cases behind a line. What has no area of the counted level may well have a larger one: then it
 * is all that lies in none of the others. out: null where that is too long to be asked. */
function queryOf(l: Line, field: string, all: Line[], q: string): string | null {
  if (l.key !== '' || field !== 'area') return allOf(q, `${field}:${l.key === '' ? 'none' : l.key}`)
  const others = all.flatMap((x) => (x.key === '' ? [] : [x.key])).join(',')
  return others.length > TERM_MAX ? null : allOf(q, others && `-area:${others}`)
}

/** Counts of one dimension with how many are open, were late and how long they took. in: values = count, open, late, mean_hours. */
export function groupChart(id: string, field: string, lines: Line[], q: string, name: (l: Line) => string = (l) => l.label): Chart {
  const sorted = [...lines].sort((a, b) => count(b.values[0]) - count(a.values[0])), top = sorted.slice(0, SHOWN)
  const of = (l: Line, more = ''): string | undefined => {
    const query = queryOf(l, field, lines, q)
    return query === null ? undefined : listOf(allOf(query, more))
  }
  const label = (l: Line): string => (l.key === '' ? t('stats.none') : name(l))
  return {
    id, title: t('stats.by.' + id), height: high(top.length), csv: {by: id, measure: 'count', q},
    option: {
      grid: GRID, tooltip: {trigger: 'axis', axisPointer: {type: 'shadow'}}, legend: {top: 0, data: [t('stats.over'), t('stats.open')]},
      xAxis: {type: 'value', minInterval: 1}, yAxis: {type: 'category', inverse: true, data: top.map(label), axisLabel: {width: 150, overflow: 'truncate'}},
      series: [
        {name: t('stats.over'), type: 'bar', stack: 'all', data: top.map((l) => count(l.values[0]) - count(l.values[1]))},
        {name: t('stats.open'), type: 'bar', stack: 'all', data: top.map((l) => count(l.values[1]))},
      ],
    },
    table: {
      columns: [t('stats.col.' + id), t('stats.filed'), t('stats.open'), t('stats.late'), t('stats.hours')],
      rows: sorted.map((l) => ({
        cells: [label(l), count(l.values[0]), count(l.values[1]), count(l.values[2]), mean(l.values[3])],
        links: [undefined, of(l), of(l, 'status:open'), of(l, 'status:late')], to: of(l, 'status:ended'),
      })),
    },
  }
}

/** The share that was late, of those who have enough cases for a share to mean something. */
export function lateChart(lines: Line[], q: string): Chart {
  const MIN = 5
  const share = (l: Line): number => count(l.values[2]) / Math.max(1, count(l.values[0]))
  const some = lines.filter((l) => l.key !== '' && count(l.values[0]) >= MIN).sort((a, b) => share(b) - share(a)), top = some.slice(0, SHOWN)
  return {
    id: 'late', title: t('stats.late_share'), height: high(top.length),
    option: {
      grid: GRID, tooltip: {trigger: 'axis', axisPointer: {type: 'shadow'}},
      xAxis: {type: 'value', min: 0, axisLabel: {formatter: '{value}%'}}, yAxis: {type: 'category', inverse: true, data: top.map((l) => l.label), axisLabel: {width: 150, overflow: 'truncate'}},
      series: [{name: t('stats.late_share'), type: 'bar', data: top.map((l) => Math.round(share(l) * 1000) / 10)}],
    },
    table: {
      columns: [t('stats.col.unit'), t('stats.filed'), t('stats.hours'), t('stats.late'), t('stats.share')],
      rows: some.map((l) => ({
        cells: [l.label, count(l.values[0]), mean(l.values[3]), count(l.values[2]), `${number(share(l) * 100, 1)}%`],
        links: [undefined, listOf(allOf(q, `lead:${l.key}`)), undefined, listOf(allOf(q, `lead:${l.key}`, 'status:late'))],
      })),
    },
  }
}

export function channelChart(lines: Line[], q: string): Chart {
  const name = (l: Line): string => (l.key === '' ? t('stats.none') : l.label)
  const sorted = [...lines].sort((a, b) => count(b.values[0]) - count(a.values[0]))
  return {
    id: 'channel', title: t('stats.by.channel'), height: LOW, csv: {by: 'channel', measure: 'count', q},
    option: {tooltip: {trigger: 'item'}, series: [{type: 'pie', radius: ['35%', '65%'], label: {overflow: 'none'}, data: sorted.map((l) => ({name: name(l), value: count(l.values[0])}))}]},
    table: {
      columns: [t('stats.col.channel'), t('stats.filed')],
      rows: sorted.map((l) => ({cells: [name(l), count(l.values[0])], to: listOf(allOf(q, `channel:${l.key === '' ? 'none' : l.key}`))})),
    },
  }
}

const STAGE = '#3579c4' // one colour, paler with each step
export function funnelChart(stages: Stage[], q: string): Chart {
  return {
    id: 'funnel', title: t('stats.funnel'), height: TALL,
    option: {
      tooltip: {trigger: 'item'},
      series: [{type: 'funnel', sort: 'none', left: '5%', width: '60%', top: 10, bottom: 10, minSize: '4%', gap: 2, label: {position: 'right', formatter: '{b} {c}'}, data: stages.map((s, i) => ({name: s.label, value: s.reached, itemStyle: {color: STAGE, opacity: 1 - 0.6 * i / Math.max(1, stages.length - 1)}}))}],
    },
    table: {
      columns: [t('stats.stage'), t('stats.reached'), t('stats.here')],
      rows: stages.map((s) => ({cells: [s.label, s.reached, s.here], to: listOf(allOf(q, `state:${s.code}`))})),
    },
  }
}

export function ratingChart(lines: Line[], q: string): Chart {
  const by = new Map(lines.map((l) => [l.key, count(l.values[0])])), stars = ['5', '4', '3', '2', '1'].filter(() => lines.some((l) => l.key !== ''))
  return {
    id: 'rating', title: t('stats.rating'), height: LOW, csv: {by: 'rating', measure: 'count', q},
    option: {
      grid: GRID, tooltip: {trigger: 'axis', axisPointer: {type: 'shadow'}}, xAxis: {type: 'value', minInterval: 1},
      yAxis: {type: 'category', inverse: true, data: stars.map((s) => t('stats.rating.' + s))}, series: [{name: t('stats.rated'), type: 'bar', data: stars.map((s) => by.get(s) ?? 0)}],
    },
    table: {columns: [t('stats.rating'), t('stats.rated')], rows: stars.map((s) => ({cells: [t('stats.rating.' + s), by.get(s) ?? 0], to: listOf(allOf(q, `rating:${s}`))}))},
  }
}
