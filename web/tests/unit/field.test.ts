import 'fake-indexeddb/auto'
import {beforeEach, describe, expect, it} from 'vitest'
import {Problem} from '@/shared/api'
import type {Field} from '@/shared/types'
import {keep, kept, openStore, wipe, type Db, type Letter} from '@/field/data/db'
import {exclusively, lease} from '@/field/data/exclusive'
import {contentOf, drop, edit, flush, letters, mayEdit, photosOf, retry, write, type Draft, type Post} from '@/field/data/outbox'
import {roundOf, routesOf} from '@/field/data/patrol'
import {metres, route, wayLength} from '@/field/data/route'
import {endsAtOnce, firstSteps, foresee, frequent, ordered, since, steps, type Point, type Procedure, type WorkRow} from '@/field/data/work'

const NOTE: Field = {name: 'note', label: 'n', type: 'text', required: false, max: 100}
const MEDIA: Field = {name: 'media', label: 'm', type: 'media', required: false}
const ME = 'grid1'

/** A server as the real one is to the outbox: it knows keys and bodies, and takes an effect once. */
class Server implements Post {
  effects: {what: string; key: string; body: string}[] = []
  versions = new Map<string, number>()
  uploads: string[] = []
  calls = 0
  trouble: (call: number, what: string) => 'none' | 'before' | 'after' | Problem = () => 'none'

  private take(what: string, key: string, body: unknown, version?: number): {number: string; version: number} {
    const trouble = this.trouble(this.calls++, what), text = JSON.stringify(body)
    if (trouble === 'before') throw new Problem(0, 'unreachable', '')
    if (trouble instanceof Problem) throw trouble
    const known = this.effects.find((e) => e.key === key && e.what === what)
    if (known && known.body !== text) throw new Problem(422, 'key_reused', '')
    const number = what.startsWith('report') ? known ? known.what : 'N' + (this.effects.length + 1) : what.split(' ')[0] as string
    if (!known) {
      const have = this.versions.get(number)
      if (version !== undefined && have !== undefined && have !== version) throw new Problem(409, 'conflict', '')
      this.versions.set(number, (have ?? 1) + 1)
      this.effects.push({what: what.startsWith('report') ? 'report' : what, key, body: text})
      this.numbers.set(key, number)
    }
    if (trouble === 'after') throw new Problem(0, 'unreachable', '')
    return {number: this.numbers.get(key) ?? number, version: this.versions.get(number) ?? 1}
  }
  private numbers = new Map<string, string>()
  photo(_: Blob, key: string): Promise<string> {
    if (this.trouble(this.calls++, 'photo') !== 'none') return Promise.reject(new Problem(0, 'unreachable', ''))
    this.uploads.push(key)
    return Promise.resolve('media' + this.uploads.length)
  }
  async report(body: Record<string, unknown>, key: string): Promise<{number: string; track: string}> {
    return Promise.resolve({...this.take('report', key, body), track: 'T'})
  }
  async act(number: string, action: string, body: Record<string, unknown>, key: string, version?: number): Promise<{number: string; version: number}> {
    return Promise.resolve(this.take(`${number} ${action}`, key, body, version))
  }
}

let db: Db, server: Server, n = 0
beforeEach(async () => {
  db = await openStore('test' + n++)
  server = new Server()
})
const report = (more: Partial<Draft> = {}): Draft => ({kind: 'report', title: 'r', about: 'a', fields: [], values: {}, extra: {text: 'x'}, ...more})
const act = (number: string, action: string, more: Partial<Draft> = {}): Draft => ({kind: 'act', title: action, about: 'a', number, action, fields: [NOTE], values: {note: 'seen'}, ...more})
const states = async (): Promise<string[]> => (await letters(db)).map((l) => l.state)
const find = async (id: string): Promise<Letter> => (await letters(db)).find((l) => l.id === id) as Letter
const run = (o = {}): ReturnType<typeof flush> => flush(db, ME, server, {force: true, ...o})

describe('a round', () => {
  const point = (code: string, route: string, stop: number, due: string | null, last: string | null = null): Point =>
    ({code, name: code, grid: null, lon: 119.5 + stop / 1000, lat: 31.7, every_hours: 24, last, due, route: {code: route, name: route}, stop})
  const now = Date.parse('2026-11-24T09:00:00+08:00'), late = '2026-11-24T08:00:00+08:00', fine = '2026-11-26T09:00:00+08:00'
  const points = [point('c', 'r1', 3, late), point('a', 'r1', 1, fine, '2026-11-23T09:00:00+08:00'), point('b', 'r1', 2, late), point('z', 'r2', 1, late)]

  it('goes by the stops of its route, past what was looked at', () => {
    expect(routesOf(points).map((r) => r.code)).toEqual(['r1', 'r2'])
    const r = roundOf(points, 'r1', () => false, null, now)
    expect([r.stops.map((p) => p.code), r.next?.code, r.left]).toEqual([['a', 'b', 'c'], 'b', 2])
    expect(r.gaps.map(Math.round)).toEqual([0, 95, 95])
    expect(roundOf(points, 'r1', (p) => p.code === 'b', null, now).next?.code).toBe('c')
    expect(roundOf(points, 'r1', () => true, null, now).next).toBeNull()
  })
})

describe('outbox', () => {
  it('sends in the order of writing and keeps what came back', async () => {
    await write(db, ME, act('A', 'sign'))
    await write(db, ME, act('A', 'done'))
    const pass = await run()
    expect(pass).toMatchObject({sent: 2, left: 0, line: 'open'})
    expect(server.effects.map((e) => e.what)).toEqual(['A sign', 'A done'])
    expect(await states()).toEqual(['sent', 'sent'])
  })
  it('an act written after a report gets its number, in the same pass', async () => {
    const id = await write(db, ME, report())
    await write(db, ME, act('', 'solve', {after: id}))
    await run()
    expect(server.effects.map((e) => e.what)).toEqual(['report', 'N1 solve'])
  })
  it('an act written when the report has already arrived gets its number too', async () => {
    const id = await write(db, ME, report())
    await run()
    await write(db, ME, act('', 'solve', {after: id}))
    await run()
    expect(server.effects.map((e) => e.what)).toEqual(['report', 'N1 solve'])
  })
  it('what was found on a patrol goes after it and says so, before or after the patrol has arrived', async () => {
    const patrol = await write(db, ME, report())
    await write(db, ME, act('', 'confirm', {after: patrol}))
    await write(db, ME, report({extra: {text: 'found'}, after: patrol}))
    await run()
    await write(db, ME, report({extra: {text: 'later'}, after: patrol}))
    await run()
    expect(server.effects.map((e) => [e.what, JSON.parse(e.body).found_at])).toEqual([['report', undefined], ['N1 confirm', undefined], ['report', 'N1'], ['report', 'N1']])
  })
  it('a finding is not held back, nor dropped, with a patrol that was refused', async () => {
    server.trouble = (call) => (call === 0 ? new Problem(422, 'unknown_point', '') : 'none')
    const patrol = await write(db, ME, report()), found = await write(db, ME, report({extra: {text: 'found'}, after: patrol}))
    await run()
    expect(server.effects.map((e) => JSON.parse(e.body).text)).toEqual(['found'])
    await drop(db, patrol)
    expect((await letters(db)).map((l) => l.id)).toEqual([found])
  })
  it('an answer that is lost does not count twice, and the content of the request never changes', async () => {
    server.trouble = (call) => (call === 0 ? 'after' : 'none')
    const id = await write(db, ME, report(), 1_000_000)
    await run({now: () => 1_000_500})
    expect(await states()).toEqual(['waiting'])
    expect(await find(id)).toMatchObject({doubt: true, tries: 1})
    expect(mayEdit(await find(id))).toBe(false)
    await run({now: () => 9_000_000}) // now it would say when it happened, if it were not frozen
    expect(server.effects).toHaveLength(1)
    expect(await states()).toEqual(['sent'])
  })
  it('a line that is down holds everything, a server that stumbles only the case', async () => {
    await write(db, ME, act('A', 'one'))
    await write(db, ME, act('A', 'two'))
    await write(db, ME, act('B', 'one'))
    server.trouble = (_, what) => (what === 'A one' ? new Problem(500, 'internal', '') : 'none')
    expect(await run()).toMatchObject({sent: 1, left: 2, line: 'open'})
    expect(server.effects.map((e) => e.what)).toEqual(['B one'])
    server.trouble = () => 'before'
    server.calls = 0
    expect(await run()).toMatchObject({sent: 0, left: 2, line: 'down'})
    expect(server.calls).toBe(1)
    server.trouble = () => 'none'
    await run()
    expect(server.effects.map((e) => e.what)).toEqual(['B one', 'A one', 'A two'])
  })
  it('waits longer after each failure, unless it is told to go', async () => {
    server.trouble = () => new Problem(503, 'busy', '')
    const id = await write(db, ME, act('A', 'one'), 0)
    await run({now: () => 0})
    const first = (await find(id)).next
    await flush(db, ME, server, {now: () => first - 1})
    expect((await find(id)).tries).toBe(1)
    await flush(db, ME, server, {now: () => first})
    expect((await find(id)).next - first).toBeGreaterThan(first)
  })
  it('parks what is refused with the reason; its case waits, others go on; it can be changed and sent', async () => {
    const id = await write(db, ME, act('A', 'one'))
    await write(db, ME, act('A', 'two'))
    await write(db, ME, act('B', 'one'))
    server.trouble = (_, what) => (what === 'A one' ? new Problem(422, 'missing_field', 'A photo is needed.', 'media') : 'none')
    await run()
    const parked = await find(id)
    expect(parked).toMatchObject({state: 'parked', doubt: false, failure: {status: 422, field: 'media', text: 'A photo is needed.'}})
    expect(server.effects.map((e) => e.what)).toEqual(['B one'])
    server.trouble = () => 'none'
    await run()
    expect(server.effects).toHaveLength(1) // nothing by itself
    await edit(db, id, {note: 'now right'})
    expect((await find(id)).key).not.toBe(parked.key)
    await run()
    expect(server.effects.map((e) => e.what)).toEqual(['B one', 'A one', 'A two'])
    expect(server.effects[1]?.body).toContain('now right')
  })
  it('a conflict is sent again against the version that was looked at', async () => {
    server.versions.set('A', 7)
    const id = await write(db, ME, act('A', 'done', {base: 5}))
    await run()
    expect((await find(id)).failure?.status).toBe(409)
    await retry(db, id, 7)
    await run()
    expect(await states()).toEqual(['sent'])
  })
  it('a chained act builds on the version that the one before it made', async () => {
    server.versions.set('A', 3)
    await write(db, ME, act('A', 'sign', {base: 3}))
    await write(db, ME, act('A', 'done', {chained: true}))
    await run()
    expect(await states()).toEqual(['sent', 'sent'])
    server.versions.set('B', 3)
    await write(db, ME, act('B', 'sign', {base: 3}))
    const second = await write(db, ME, act('B', 'done', {chained: true}))
    server.trouble = (_, what) => { if (what === 'B done') server.versions.set('B', 9); return 'none' } // somebody came in between
    await run()
    expect((await find(second)).failure?.status).toBe(409)
  })
  it('stops at a login that has ended and goes on after the next', async () => {
    server.trouble = () => new Problem(401, 'login_required', '')
    const id = await write(db, ME, act('A', 'one'))
    expect((await run()).line).toBe('login')
    expect(await find(id)).toMatchObject({state: 'waiting', tries: 0, doubt: false})
    server.trouble = () => 'none'
    await run()
    expect(server.effects).toHaveLength(1)
  })
  it('a report as a stranger is no report: what only staff may say shows that the login has gone', async () => {
    server.trouble = () => new Problem(422, 'staff_only', '', 'channel')
    const id = await write(db, ME, report())
    expect((await run()).line).toBe('login')
    expect((await find(id)).state).toBe('waiting')
  })
  it("never sends one person's letters under another login", async () => {
    await write(db, 'other', act('A', 'one'))
    await run()
    expect(server.effects).toHaveLength(0)
    await wipe(db, ME)
    expect(await states()).toEqual(['waiting'])
    await wipe(db, 'other')
    expect(await letters(db)).toEqual([])
  })
  it('uploads photos first, each once, and forgets them when they have arrived', async () => {
    const photo = new Blob([new Uint8Array([1, 2, 3])], {type: 'image/jpeg'})
    const id = await write(db, ME, act('A', 'one', {fields: [NOTE, MEDIA], values: {note: '', media: [photo, photo]}}))
    expect((await photosOf(db, id)).map((p) => p.bytes.byteLength)).toEqual([3, 3])
    server.trouble = (call) => (call === 1 ? 'before' : 'none')
    await run()
    expect(server.uploads).toHaveLength(1)
    await run()
    expect(server.uploads).toHaveLength(2)
    expect(JSON.parse(server.effects[0]?.body ?? '{}')).toMatchObject({media: ['media1', 'media2']})
    expect(await photosOf(db, id)).toEqual([])
  })
  it('a photo that the server has cleared away is uploaded once more', async () => {
    const photo = new Blob([new Uint8Array([1])], {type: 'image/jpeg'})
    await write(db, ME, act('A', 'one', {fields: [MEDIA], values: {media: [photo]}}))
    let refused = false
    server.trouble = (_, what) => { if (what !== 'A one' || refused) return 'none'; refused = true; return new Problem(422, 'unknown_media', '', 'media') }
    await run()
    expect(server.uploads).toHaveLength(2)
    expect(server.effects[0]?.body).toContain('media2')
  })
  it('a clock that is wrong does not stop an act', async () => {
    server.trouble = (call) => (call === 0 ? new Problem(422, 'bad_time', '', 'happened') : 'none')
    await write(db, ME, act('A', 'one'), 0)
    await run({now: () => 3_600_000})
    expect(server.effects).toHaveLength(1)
    expect(server.effects[0]?.body).not.toContain('happened')
  })
  it('says when it happened only when it is sent later', async () => {
    const id = await write(db, ME, act('A', 'one', {task: 4, extra: {lon: 1, lat: 2}}), 0)
    const l = await find(id)
    expect(contentOf(l, {}, 30_000)).toEqual({note: 'seen', task: 4, lon: 1, lat: 2})
    expect(contentOf(l, {}, 90_000)).toMatchObject({happened: '1970-01-01T00:00:00.000Z'})
  })
  it('out of sight after a lost answer is said to be doubtful, and is not made a second request', async () => {
    server.trouble = (call) => (call === 0 ? 'after' : new Problem(404, 'unknown_case', ''))
    const id = await write(db, ME, act('A', 'return'))
    await run()
    await run()
    const l = await find(id)
    expect(l).toMatchObject({state: 'parked', doubt: true})
    expect(mayEdit(l)).toBe(false)
    await retry(db, id)
    expect((await find(id)).key).toBe(l.key)
  })
  it('dropping a report drops what depends on it', async () => {
    const id = await write(db, ME, report())
    await write(db, ME, act('', 'solve', {after: id}))
    await write(db, ME, act('B', 'one'))
    await drop(db, id)
    expect((await letters(db)).map((l) => l.title)).toEqual(['one'])
  })
  it('keeps nothing personal of what has arrived', async () => {
    await write(db, ME, report({extra: {text: 'x', contact: {name: 'Li', phone: '1'}}}))
    await run()
    expect(JSON.stringify(await letters(db))).not.toContain('Li')
  })
  it('50 letters over a line that loses requests and answers: 50 effects, in order for each case', async () => {
    let seed = 7
    const random = (): number => { seed = (seed * 1103515245 + 12345) % 2147483648; return seed / 2147483648 }
    server.trouble = () => { const r = random(); return r < 0.2 ? 'before' : r < 0.4 ? 'after' : r < 0.5 ? new Problem(500, 'internal', '') : 'none' }
    for (let i = 0; i < 10; i++) {
      const id = await write(db, ME, report({extra: {text: 'r' + i}}))
      await write(db, ME, act('', 'solve', {after: id, values: {note: 's' + i}}))
      for (const step of ['a', 'b', 'c']) await write(db, ME, act('C' + i, step, {chained: step !== 'a'}))
    }
    for (let round = 0; round < 500 && (await states()).some((s) => s !== 'sent'); round++) {
      await Promise.all([1, 2].map(() => exclusively(db, async (mine) => { await run({mine}) })))
      expect(await states()).not.toContain('parked')
    }
    expect(server.effects).toHaveLength(50)
    for (let i = 0; i < 10; i++) expect(server.effects.filter((e) => e.what.startsWith(`C${i} `)).map((e) => e.what.split(' ')[1])).toEqual(['a', 'b', 'c'])
  })
})

describe('what is kept', () => {
  it('is for its login only', async () => {
    await keep(db, 'tasks', 'a', [1])
    expect((await kept(db, 'tasks', 'a'))?.value).toEqual([1])
    expect(await kept(db, 'tasks', 'b')).toBeNull()
    await wipe(db, 'a')
    expect(await kept(db, 'tasks', 'a')).toBeNull()
  })
  it('one holder of the lease at a time; it runs out', async () => {
    expect(await lease(db, 'one', 0)).toBe(true)
    expect(await lease(db, 'two', 10)).toBe(false)
    expect(await lease(db, 'one', 15_000)).toBe(true)
    expect(await lease(db, 'two', 30_000)).toBe(false)
    expect(await lease(db, 'two', 40_000)).toBe(true)
  })
})

describe('ways', () => {
  const start = {lon: 119.5, lat: 31.7}
  it('measures on the ground', () => {
    expect(metres({lon: 119.57, lat: 31.72}, {lon: 119.57, lat: 31.73})).toBeCloseTo(1112, 0)
    expect(metres(start, start)).toBe(0)
  })
  it('walks a street from one end to the other', () => {
    const stops = [3, 1, 4, 2].map((i) => ({lon: 119.5 + i / 100, lat: 31.7, i}))
    expect(route(start, stops).map((s) => s.i)).toEqual([1, 2, 3, 4])
  })
  it('keeps every stop, is never longer than nearest first, and near the best for few', () => {
    let seed = 3
    const random = (): number => { seed = (seed * 1103515245 + 12345) % 2147483648; return seed / 2147483648 }
    const all = <T>(list: T[]): T[][] => (list.length < 2 ? [list] : list.flatMap((x, i) => all([...list.slice(0, i), ...list.slice(i + 1)]).map((r) => [x, ...r])))
    for (let k = 0; k < 20; k++) {
      const stops = Array.from({length: 6}, (_, i) => ({lon: 119.5 + random() / 10, lat: 31.7 + random() / 10, i}))
      const way = route(start, stops)
      expect([...way].sort((a, b) => a.i - b.i)).toEqual(stops)
      const best = Math.min(...all(stops).map((w) => wayLength(start, w)))
      expect(wayLength(start, way)).toBeLessThanOrEqual(best * 1.3)
    }
  })
  it('undoes a crossing', () => {
    const at = (x: number, y: number): {lon: number; lat: number} => ({lon: 119.5 + x / 100, lat: 31.7 + y / 100})
    const way = route(at(0, 0), [at(1, 0), at(1.9, 1), at(2, 0), at(3, 0)])
    expect(wayLength(at(0, 0), way)).toBeLessThan(wayLength(at(0, 0), [at(1, 0), at(2, 0), at(3, 0), at(1.9, 1)]) + 1)
  })
  it('is quick with many', () => {
    const stops = Array.from({length: 300}, (_, i) => ({lon: 119.5 + (i * 7919 % 100) / 1000, lat: 31.7 + (i * 104729 % 97) / 1000}))
    const from = Date.now()
    expect(route(start, stops)).toHaveLength(300)
    expect(Date.now() - from).toBeLessThan(2000)
  })
})

describe('work', () => {
  const media: Field = {...MEDIA, required_by: 'condition'}
  const procedure: Procedure = {
    code: 'report', label: 'r', states: [{code: 'filed', label: '', owner: 'centre', end: null}, {code: 'handling', label: '', owner: 'unit', end: null}, {code: 'closed', label: '', owner: '', end: 'closed'}],
    tasks: [{code: 'handle', label: '', states: []}],
    actions: [
      {code: 'sign', label: 'Sign', from: [], to: null, task: 'handle', task_from: ['sent'], task_to: 'signed', by: ['unit'], fields: [], quick: true, confirm: null},
      {code: 'done', label: 'Done', from: ['handling'], to: null, task: 'handle', task_from: ['signed'], task_to: 'done', by: ['unit'], fields: [media], quick: true, confirm: null},
      {code: 'note', label: 'Note', from: ['*'], to: null, task: null, task_from: [], task_to: null, by: ['unit', 'grid'], fields: [], quick: false, confirm: null},
      {code: 'solve', label: 'Solve', from: ['filed'], to: 'closed', task: null, task_from: [], task_to: null, by: ['grid'], fields: [media], quick: true, confirm: null},
    ],
  }
  const row = {
    number: 'A', version: 4, procedure: 'report', state: 'handling', condition: {code: 'c', filing: '', closing: '', basis: '', photo: true},
    tasks: [{id: 1, kind: 'handle', label: '', state: 'sent', state_label: '', unit: null, area: null, opened: null, ended: null, over: false}],
    actions: [{action: 'sign', label: 'Sign', task: 1, quick: true, fields: []}, {action: 'note', label: 'Note', fields: []}], due: null, lon: 119.5, lat: 31.7,
  } as unknown as WorkRow
  const waiting = (action: string, task?: number): Letter => ({kind: 'act', state: 'waiting', action, task} as Letter)

  it('a note is no task', () => expect(steps(row.actions).map((o) => o.action)).toEqual(['sign']))
  it('foresees the next step while the one before it waits, with the photo that the condition wants', () => {
    expect(foresee(row, procedure, [], ['unit'])).toBe(row.actions)
    const next = foresee(row, procedure, [waiting('sign', 1)], ['unit'])
    expect(next).toMatchObject([{action: 'done', task: 1, fields: [{required: true}]}])
    expect(foresee(row, procedure, [waiting('sign', 1), waiting('done', 1)], ['unit'])).toEqual([])
    expect(foresee(row, procedure, [waiting('sign', 1)], ['grid'])).toEqual([])
  })
  it('knows what ends a fresh report at once', () => {
    expect(endsAtOnce(procedure, ['grid'], false)).toMatchObject({action: 'solve', fields: [{required: false}]})
    expect(endsAtOnce(procedure, ['unit'], true)).toBeUndefined()
    expect(firstSteps(procedure, ['grid'], true, [waiting('solve')])).toEqual([])
  })
  it('orders by time, by distance, as a way; without a place of one’s own by time', () => {
    const at = (number: string, lon: number | undefined, due: string | null): WorkRow => ({...row, number, due, ...(lon === undefined ? {lon: undefined, lat: undefined} : {lon})}) as WorkRow
    const rows = [at('far', 119.9, '2026-01-01T00:00:00Z'), at('near', 119.51, '2026-01-02T00:00:00Z'), at('nowhere', undefined, '2026-01-01T12:00:00Z')]
    const names = (r: WorkRow[]): string[] => r.map((x) => x.number)
    expect(names(ordered(rows, 'due', null))).toEqual(['far', 'nowhere', 'near'])
    expect(names(ordered(rows, 'near', null))).toEqual(['far', 'nowhere', 'near'])
    expect(names(ordered(rows, 'near', {lon: 119.5, lat: 31.7}))).toEqual(['near', 'far', 'nowhere'])
    expect(names(ordered(rows, 'way', {lon: 120, lat: 31.7}))).toEqual(['far', 'near', 'nowhere'])
  })
  it('own choices come before what is frequent around', () => {
    const cat = (code: string): never => ({code, name: code, parent: null, procedure: 'report', intake: code !== 'hidden', conditions: [{code: code + '.1'}]}) as never
    const rows = [...Array(5).fill({category: {code: 'a', name: ''}, condition: 'a.1'}), {category: {code: 'hidden', name: ''}, condition: null}, {category: {code: 'b', name: ''}, condition: null}]
    expect(frequent(rows, {'b|': 1}, cat, 3).map((x) => x.category.code)).toEqual(['b', 'a'])
  })
  it('tells what happened since a version', () => {
    expect(since({history: [{n: 1}, {n: 2}, {n: 3}]} as never, 1).map((h) => h.n)).toEqual([3, 2])
  })
})
