import fs from 'node:fs'
import path from 'node:path'
import {describe, expect, it} from 'vitest'
import {setZone} from '@/shared/format'
import {allOf, numbersQuery, without} from '@/shared/query'
import type {Row} from '@/shared/types'
import {groupPoints, type Placed} from '@/ui/cluster'
import {dayBefore, dayOf, daysAgo, dayStart} from '@/console/map/days'
import {casesQuery, colourRequest, pointsAt, readState, replayQuery, scaleRanges, START, writeState} from '@/console/map/state'
import * as stats from '@/console/stats/state'
import {actionsFrom, fold, procedureDiagram, taskDiagram, type Diagram} from '@/console/directory/diagram'
import {curve, layout, spread, textWidth} from '@/console/directory/layout'
import {areaTree, filterTree, splitWords} from '@/console/directory/tree'
import type {Procedure, ProcedureState} from '@/console/procedures'
import {alertsOf, keepHour, type Pulse} from '@/wall/alerts'
import {readSettings} from '@/wall/settings'
import {tokenIn} from '@/wall/token'

setZone([[0, 480]])

/** A small generator, so that the cases are the same each time. */
function random(seed: number): () => number {
  return () => {
    seed = (seed * 1_103_515_245 + 12_345) & 0x7fffffff
    return seed / 0x7fffffff
  }
}

describe('query', () => {
  it.each([
    [['status:open', ''], 'status:open'], [['status:open', 'area:1'], 'status:open area:1'], [['a or b', 'area:1'], '(a or b) area:1'],
    [['a or b'], 'a or b'], [[null, '', undefined], ''], [['floor:1', 'x'], 'floor:1 x'],
  ])('all of %j is %s', (parts, expected) => expect(allOf(...parts)).toBe(expected))
  it.each([
    ['status:open area:1', 'area:1'], ['status:open', ''], ['(status:open or status:closed) x', '(status:open or status:closed) x'],
    ['"status:open 井盖" status:late', '"status:open 井盖"'], ['-flag:late status:open', '-flag:late'],
  ])('%s without status is %s', (q, expected) => expect(without(q, 'status')).toBe(expected))
  it('names at most 200 numbers', () => expect(numbersQuery(Array.from({length: 300}, (_, i) => 'N' + i)).split(',')).toHaveLength(200))
})

describe('groups of points', () => {
  const next = random(7)
  const cloud: Placed[] = Array.from({length: 20_000}, (_, i) => ({id: String(i), x: next() * 40_000, y: next() * 30_000, tone: i % 97 === 0 ? 'late' : 'fine'}))
  it('hold every point exactly once', () => {
    const groups = groupPoints(cloud, 900), ids = groups.flatMap((g) => g.members.map((m) => m.id))
    expect(ids).toHaveLength(cloud.length)
    expect(new Set(ids).size).toBe(cloud.length)
  })
  it('lie in the middle of their members and take the most urgent tone', () => {
    for (const g of groupPoints(cloud, 900)) {
      expect(g.x).toBeCloseTo(g.members.reduce((s, m) => s + m.x, 0) / g.members.length, 5)
      expect(g.tone).toBe(g.members.some((m) => m.tone === 'late') ? 'late' : 'fine')
    }
  })
  it('are fewer when the distance is larger, and points far apart stay alone', () => {
    expect(groupPoints(cloud, 2000).length).toBeLessThan(groupPoints(cloud, 500).length)
    expect(groupPoints([{id: 'a', x: 0, y: 0, tone: 'none'}, {id: 'b', x: 100, y: 0, tone: 'none'}], 42)).toHaveLength(2)
  })
  it('a crowd on the border of cells is one group', () => {
    expect(groupPoints([{id: 'a', x: 41.9, y: 0, tone: 'none'}, {id: 'b', x: 42.1, y: 0, tone: 'soon'}], 42)).toHaveLength(1)
  })
  it('takes milliseconds for 20,000', () => {
    const start = performance.now()
    groupPoints(cloud, 900)
    expect(performance.now() - start).toBeLessThan(200)
  })
})

describe('days of the city', () => {
  const late = Date.parse('2026-11-24T17:30:00Z') // 01:30 of the 25th in Shanghai
  it('are those of its zone', () => {
    expect(dayOf(late)).toBe('2026-11-25')
    expect(dayBefore(25, late)).toBe('2026-10-31')
    expect(daysAgo('2026-11-20', late)).toBe(5)
    expect(dayStart('2026-11-25')).toBe(Date.parse('2026-11-24T16:00:00Z'))
  })
  it('begin right where summer time begins', () => {
    setZone([[0, -300], [Date.parse('2026-03-08T07:00:00Z'), -240]])
    expect(dayStart('2026-03-08')).toBe(Date.parse('2026-03-08T05:00:00Z'))
    expect(dayStart('2026-03-09')).toBe(Date.parse('2026-03-09T04:00:00Z'))
    setZone([[0, 480]])
  })
})

describe('state of the map', () => {
  it('comes back from the address as it was', () => {
    const s = {...START, q: 'status:overdue', colour: 'late' as const, time: 'filed' as const, from: '2026-01-01', to: '2026-01-31', areas: false, inside: '320413001'}
    expect(readState(writeState(s))).toEqual(s)
    expect(writeState(START)).toEqual({})
  })
  it('wrong values fall back', () => expect(readState({colour: 'red', time: 'x', from: 'yesterday', day: '1.1.', q: ['a']})).toEqual(START))
  it('makes queries', () => {
    const s = {...START, inside: '1', time: 'ended' as const, from: '2026-01-01', to: '2026-01-31'}
    expect(casesQuery(s)).toBe('status:open area:1 ended:2026-01-01..2026-01-31')
    expect(replayQuery({...START, q: 'status:open category:m*', day: '2026-01-05'})).toBe('category:m* filed:..2026-01-05 (ended:none or ended:>=2026-01-05)')
    expect(colourRequest({...START, colour: 'today'})).toEqual({q: 'status:open filed:today', measure: 'count'})
    expect(colourRequest({...START, colour: 'mean_hours'})).toEqual({q: 'status:open', measure: 'mean_hours'})
    expect(colourRequest({...START, colour: 'own', own: ' '})).toBeNull()
    expect(colourRequest({...START, colour: 'own', own: 'a or b', inside: '1'})).toEqual({q: '(a or b) area:1', measure: 'count'})
  })
  it('replays a day', () => {
    const row = (number: string, filed: string, ended: string | null): Row => ({number, filed, ended, due: null, lon: 1, lat: 2}) as unknown as Row
    const rows = [row('a', '2026-01-05T01:00:00Z', null), row('b', '2026-01-05T03:00:00Z', '2026-01-05T04:00:00Z'), {...row('c', '2026-01-05T00:00:00Z', null), lon: undefined}]
    const at = (hour: number): string[] => pointsAt(rows as Row[], Date.parse(`2026-01-05T0${hour}:30:00Z`)).map((p) => p.id)
    expect([at(0), at(1), at(3), at(4)]).toEqual([[], ['a'], ['a', 'b'], ['a']])
  })
  it.each([[1], [3], [7], [40], [1000]])('every count up to %d is in exactly one step of the legend', (max) => {
    const ranges = scaleRanges(max, true)
    for (let v = 1; v <= max; v++) {
      const step = Math.min(5, 1 + Math.floor(Math.sqrt(v / max) * 4.999))
      const hits = ranges.filter((r) => v >= r.from && v <= r.to)
      expect({v, steps: hits.map((r) => r.step)}).toEqual({v, steps: [step]})
    }
  })
})

describe('state of the statistics', () => {
  const now = Date.parse('2026-11-24T04:00:00Z')
  it('knows its days', () => {
    expect(stats.daysOf(stats.START, now)).toEqual({from: '2026-10-26', to: '2026-11-24'})
    expect(stats.daysOf({...stats.START, period: 'year'}, now)).toEqual({from: '2026-01-01', to: '2026-11-24'})
    expect(stats.daysOf({...stats.START, period: 'own', from: '2026-02-01', to: '2026-01-01'}, now)).toEqual({from: '2026-01-01', to: '2026-02-01'})
  })
  it('sums days to steps without gaps', () => {
    const days = new Map([['2026-01-01', 2], ['2026-01-05', 3], ['2026-01-31', 1], ['2026-02-01', 4]])
    const sum = (b: stats.Bucket[]): number => b.reduce((s, x) => s + x.n, 0)
    for (const step of stats.STEPS) expect(sum(stats.buckets(days, '2026-01-01', '2026-02-01', step))).toBe(10)
    expect(stats.buckets(days, '2026-01-01', '2026-02-01', 'month').map((b) => [b.key, b.from, b.to, b.n])).toEqual([['2026-01-01', '2026-01-01', '2026-01-31', 6], ['2026-02-01', '2026-02-01', '2026-02-01', 4]])
    expect(stats.buckets(days, '2026-01-01', '2026-01-10', 'week').map((b) => b.from)).toEqual(['2026-01-01', '2026-01-05'])
    expect(stats.buckets(days, '2026-01-01', '2026-01-10', 'day')).toHaveLength(10)
  })
  it('the funnel counts who is here or further on', () => {
    const state = (code: string, end: string | null = null, pauses = false): {code: string; label: string; end: string | null; pauses: boolean} => ({code, label: code, end, pauses})
    const way = stats.funnel([state('filed'), state('handling'), state('waiting', null, true), state('closed', 'closed'), state('refused', 'refused')], new Map([['filed', 2], ['handling', 3], ['closed', 5], ['refused', 9], ['waiting', 1]]))
    expect(way.map((s) => [s.code, s.here, s.reached])).toEqual([['filed', 2, 10], ['handling', 3, 8], ['closed', 5, 5]])
  })
})

describe('layered layout', () => {
  it('spread keeps order and distance and moves as little as it can', () => {
    expect(spread([0, 0, 0], [1, 1, 1], [10, 10])).toEqual([-10, 0, 10])
    expect(spread([0, 100], [1, 1], [10])).toEqual([0, 100])
    expect(spread([5, 0], [3, 1], [0])).toEqual([3.75, 3.75])
  })
  const box = (id: string): {id: string; w: number; h: number} => ({id, w: 100, h: 40})
  const arrow = (from: string, to: string): {from: string; to: string; w: number; h: number} => ({from, to, w: 60, h: 17})
  const overlaps = (a: {x: number; y: number; w: number; h: number}, b: {x: number; y: number; w: number; h: number}): boolean =>
    Math.abs(a.x - b.x) < (a.w + b.w) / 2 - 0.01 && Math.abs(a.y - b.y) < (a.h + b.h) / 2 - 0.01

  it('random machines: nothing overlaps, everything is inside, arrows begin and end at their boxes', () => {
    const next = random(11)
    for (let round = 0; round < 60; round++) {
      const n = 2 + Math.floor(next() * 14), ids = Array.from({length: n}, (_, i) => 's' + i), seen = new Set<string>()
      const arrows = Array.from({length: Math.floor(next() * n * 2)}, () => arrow(ids[Math.floor(next() * n)] as string, ids[Math.floor(next() * n)] as string))
        .filter((a) => a.from !== a.to && !seen.has(a.from + a.to) && seen.add(a.from + a.to))
      const p = layout(ids.map(box), arrows), things = [...p.boxes, ...p.arrows.map((a) => ({...a.label, w: a.w, h: a.h}))]
      expect(p.arrows).toHaveLength(arrows.length)
      things.forEach((a, i) => things.slice(i + 1).forEach((b) => expect(overlaps(a, b)).toBe(false)))
      for (const t of things) expect(t.x - t.w / 2 >= 0 && t.x + t.w / 2 <= p.width && t.y - t.h / 2 >= 0 && t.y + t.h / 2 <= p.height).toBe(true)
      for (const a of p.arrows) {
        for (const [at, id] of [[a.points[0], a.from], [a.points[a.points.length - 1], a.to]] as const) {
          const b = p.boxes.find((x) => x.id === id) as (typeof p.boxes)[number]
          expect(Math.abs((at as [number, number])[0] - b.x)).toBeLessThanOrEqual(b.w / 2)
          expect(Math.abs(Math.abs((at as [number, number])[1] - b.y) - b.h / 2)).toBeLessThan(0.01)
        }
      }
    }
  })
  it('the work goes down, arrows to earlier boxes go up', () => {
    const p = layout([box('a'), box('b'), box('c')], [arrow('a', 'b'), arrow('b', 'c'), arrow('c', 'a')])
    const y = (id: string): number => p.boxes.find((b) => b.id === id)?.y ?? 0
    expect(y('a') < y('b') && y('b') < y('c')).toBe(true)
    const back = p.arrows.find((a) => a.from === 'c')?.points as [number, number][]
    expect((back[0] as [number, number])[1]).toBeGreaterThan((back[back.length - 1] as [number, number])[1])
  })
  it('draws nothing of nothing', () => expect(layout([], []).boxes).toEqual([]))
  it('a curve starts where it starts', () => expect(curve([[0, 0], [0, 10], [20, 30]])).toBe('M0 0V10C0 20 20 20 20 30'))
  it('measures Chinese as squares', () => expect([textWidth('办理', 10), textWidth('ab', 10)]).toEqual([20, 12]))
})

describe('diagram of a procedure', () => {
  const state = (code: string, more: Partial<ProcedureState> = {}): ProcedureState => ({code, label: code, public: code, owner: 'centre', end: null, pauses: false, clock: null, x: 0, ...more})
  const action = (code: string, from: string[], to: string | null, more: object = {}): Procedure['actions'][number] => ({code, label: code, from, to, task: null, task_from: [], task_to: null, by: ['centre'], fields: [], quick: false, confirm: null, basis: null, ...more})
  const p: Procedure = {
    code: 'p', label: 'p', matter: 'm', person: 'n', basis: 'b', states: [state('filed'), state('work'), state('waiting', {pauses: true}), state('closed', {end: 'closed'}), state('gone', {end: 'withdrawn'})],
    tasks: [{code: 'check', label: 'check', states: [state('asked'), state('ok', {end: 'closed'})]}], joins: [{from: 'work', to: 'closed'}],
    actions: [action('send', ['filed'], 'work'), action('quick', ['filed'], 'work'), action('ask', ['work'], 'waiting'), action('answer', ['waiting'], 'back'), action('withdraw', ['*'], 'gone'),
      action('note', ['*'], null), action('reopen', ['closed'], 'work'), action('pass', [], null, {task: 'check', task_from: ['asked'], task_to: 'ok'})],
  }
  const words = {join: 'auto', back: (a: string) => 'back ' + a, anywhere: (a: string) => 'any ' + a, clock: (): string => ''}
  const d = procedureDiagram(p, words)
  const arrows = (x: Diagram): string[] => x.arrows.map((a) => `${a.from}>${a.to} ${a.words.join('+')}`)
  it('joins actions between the same states, and says what has no arrow in the box', () => {
    expect(arrows(d)).toEqual(['filed>work send / quick', 'work>waiting ask', 'closed>work reopen', 'work>closed auto'])
    expect(d.states.find((s) => s.id === 'gone')?.lines).toEqual(['any withdraw'])
    expect(d.states.find((s) => s.id === 'waiting')?.lines).toEqual(['back answer'])
    expect(d.arrows.filter((a) => a.isUp).map((a) => a.from)).toEqual(['closed'])
    expect(d.arrows.filter((a) => a.isJoin).map((a) => a.from)).toEqual(['work'])
  })
  it('folds long lines where words end', () => {
    expect(fold('back to where it was: Answer / Go on', 120).length).toBeGreaterThan(1)
    expect(fold('办理', 10)).toEqual(['办理'])
    expect(fold('a b c', 100)).toEqual(['a b c'])
  })
  it('draws tasks by themselves', () => expect(arrows(taskDiagram(p, 'check', words) as Diagram)).toEqual(['asked>ok pass']))
  it('lists what may be done; nothing from anywhere in an end', () => {
    expect(actionsFrom(p, 'filed').map((a) => a.code)).toEqual(['send', 'quick', 'withdraw', 'note'])
    expect(actionsFrom(p, 'closed').map((a) => a.code)).toEqual(['reopen'])
  })
})

describe('tree of areas', () => {
  const tree = areaTree([{code: '1', name: 'District', level: 'district', parent: null}, {code: '11', name: 'Town', level: 'town', parent: '1'}, {code: '111', name: 'Grid One', level: 'grid', parent: '11'}, {code: '9', name: 'Lost', level: 'grid', parent: '99'}], new Map([['11', 4]]))
  it('hangs areas under their parents', () => {
    expect(tree.map((a) => a.code)).toEqual(['1', '9'])
    expect(tree[0]?.children[0]).toMatchObject({code: '11', count: 4, children: [{code: '111'}]})
  })
  it('keeps the way to what matches', () => {
    expect(filterTree(tree, splitWords('grid  ONE'))).toMatchObject([{code: '1', children: [{code: '11', children: [{code: '111'}]}]}])
    expect(filterTree(tree, ['town'])[0]?.children[0]?.children).toEqual([])
    expect(filterTree(tree, ['nowhere'])).toEqual([])
  })
})

describe('wall', () => {
  it('takes a token from the part after #', () => {
    expect(tokenIn('#token=abcdefgh12')).toBe('abcdefgh12')
    expect(tokenIn('#token=short')).toBeNull()
    expect(tokenIn('#token=<script>alert(1)</script>')).toBeNull()
    expect(tokenIn('')).toBeNull()
  })
  it('comparison is off unless switched on', () => {
    expect(readSettings('')).toEqual({q: '', compare: false, base: '', seconds: 15})
    expect(readSettings('?compare=on&seconds=1&q=area:1')).toMatchObject({compare: true, seconds: 3, q: 'area:1'})
    expect(readSettings('?compare=1&seconds=x')).toMatchObject({compare: false, seconds: 15})
  })
  const pulse = (at: number, overdue: number, filedHour = 0, filedWeek = 168): Pulse => ({at, overdue, filedHour, filedWeek})
  it('raises its voice by the rules', () => {
    expect(alertsOf([])).toEqual([])
    expect(alertsOf([pulse(0, 10), pulse(1, 14)])).toEqual([])
    expect(alertsOf([pulse(0, 10), pulse(1, 15)])).toEqual([{key: 'wall.alert_overdue', n: 15, before: 10}])
    expect(alertsOf([pulse(0, 100), pulse(1, 110)])).toEqual([])
    expect(alertsOf([pulse(0, 0, 19)])).toEqual([])
    expect(alertsOf([pulse(0, 0, 20)])).toEqual([{key: 'wall.alert_filed', n: 20, before: 1}])
  })
  it('forgets what is older than an hour', () => expect(keepHour([pulse(0, 1), pulse(3_600_000, 2)], 3_700_000)).toHaveLength(1))
})

describe('words made of a key and a code', () => {
  const SRC = path.resolve(__dirname, '../../src')
  const words = (lang: string): Record<string, string> => Object.assign({}, ...['shared', 'console', 'insight', 'wall'].map((f) => JSON.parse(fs.readFileSync(path.join(SRC, 'words', lang, f + '.json'), 'utf8')) as Record<string, string>)) as Record<string, string>
  const LISTS: Record<string, string[]> = {
    'sit.colour.': ['none', 'count', 'open', 'overdue', 'late', 'today', 'mean_hours', 'mean_rating', 'own'], 'sit.time.': ['none', 'filed', 'ended'], 'sit.tone.': ['late', 'soon', 'fine', 'none'],
    'sit.tab.': ['areas', 'cases', 'moves'], 'sit.q.': ['status_open', 'status_overdue', 'status_soon', 'filed_today', 'ended_today', 'flag_supervised'],
    'stats.period.': ['7d', '30d', '90d', 'year', 'own'], 'stats.step.': ['day', 'week', 'month'], 'stats.by.': ['area', 'unit', 'category', 'channel'], 'stats.col.': ['area', 'unit', 'category', 'channel'], 'stats.rating.': ['1', '2', '3', '4', '5'],
    'stats.': ['filed', 'closed', 'open', 'overdue', 'share', 'hours', 'rating'],
    'dir.tab.': ['areas', 'units', 'duties', 'procedures', 'categories'], 'dir.lead.': ['areas', 'units', 'duties', 'procedures', 'categories'], 'dir.duty.': ['lead', 'assist', 'standby', 'taken_back'],
    'post.': ['centre', 'supervisor', 'unit', 'lead', 'grid', 'office', 'reporter', 'timer', 'import', 'investigator'],
    'audit.show.': ['all', 'read', 'erased', 'staff', 'city', 'acts', 'clock'], 'audit.kind.': ['filed', 'acted', 'ticked', 'moved', 'read', 'erased', 'noted', 'staff', 'city'],
    'wall.figure.': ['filed', 'ended', 'open', 'soon', 'overdue', 'rating'], 'wall.alert_': ['overdue', 'filed'],
  }
  it.each(['zh', 'en'])('exist in %s', (lang) => {
    const known = words(lang)
    expect(Object.entries(LISTS).flatMap(([prefix, codes]) => codes.map((c) => prefix + c)).filter((k) => !known[k])).toEqual([])
  })
})
