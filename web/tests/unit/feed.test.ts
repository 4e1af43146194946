import {afterEach, beforeEach, describe, expect, it, vi} from 'vitest'
import {feed} from '@/shared/feed'
import type {FeedRow} from '@/shared/rows'
import type {Row} from '@/shared/types'

const feedRow = (number: string, state: string): FeedRow => ({
  number, version: 1, procedure: 'patrol', state, category: '', condition: '', area: '', unit: '', channel: 'field', filed: '2026-11-24T10:00:00+08:00',
  happened: null, updated: null, ended: null, due: null, flags: [], rating: null, lon: null, lat: null,
})
const block = (id: number, event: string, data: unknown): string => `id: ${id}\nevent: ${event}\ndata: ${JSON.stringify(data)}\n\n`

let line: ReadableStreamDefaultController<Uint8Array>, names: ((r: Response) => void) | null
beforeEach(() => {
  vi.useFakeTimers()
  names = null
  vi.stubGlobal('fetch', (url: string) => (url.includes('/events')
    ? Promise.resolve(new Response(new ReadableStream({start: (c) => { line = c as typeof line }})))
    : new Promise<Response>((answer) => { names = answer })))
})
afterEach(() => { vi.useRealTimers(); vi.unstubAllGlobals() })

const say = async (text: string): Promise<void> => { line.enqueue(new TextEncoder().encode(text)); await vi.advanceTimersByTimeAsync(1) }
const listed = (row: Partial<Row>): Response => new Response(JSON.stringify({items: [row], next: null}))

it('a case that left while its names were asked for does not come back', async () => {
  const shown = new Map<string, Row>()
  const end = feed('status:open', {put: (r) => shown.set(r.number, r), gone: (n) => shown.delete(n), reset: () => undefined})
  await vi.advanceTimersByTimeAsync(1)
  await say(block(1, 'put', feedRow('A', 'open')))
  expect(shown.get('A')?.state_label).toBe('…') // not the code
  await vi.advanceTimersByTimeAsync(150)
  expect(names).not.toBeNull()
  await say(block(2, 'gone', {number: 'A'}))
  names?.(listed({number: 'A', procedure: 'patrol', state: 'confirmed', state_label: '已巡查'}))
  await vi.advanceTimersByTimeAsync(10)
  expect([...shown.keys()]).toEqual([])
  end()
})

it('a row that stays gets its name', async () => {
  const shown = new Map<string, Row>()
  const end = feed('status:open', {put: (r) => shown.set(r.number, r), gone: (n) => shown.delete(n), reset: () => undefined})
  await vi.advanceTimersByTimeAsync(1)
  await say(block(1, 'put', feedRow('B', 'asked')))
  await vi.advanceTimersByTimeAsync(150)
  names?.(listed({number: 'B', procedure: 'patrol', state: 'asked', state_label: '待核实'}))
  await vi.advanceTimersByTimeAsync(10)
  expect(shown.get('B')?.state_label).toBe('待核实')
  end()
})

describe('a stream that tabs share', () => {
  interface Port { said: {event?: {event: string; id: string}; open?: boolean}[]; onmessage?: (m: unknown) => void }
  /** A tab: says what it wants, keeps what it is told. */
  async function tab(): Promise<Port & {join(since: number): Promise<void>}> {
    await import('@/shared/feed.worker')
    const port: Port & {postMessage(m: Port['said'][0]): void} = {said: [], postMessage(m) { this.said.push(m) }}
    ;(self as unknown as {onconnect(e: unknown): void}).onconnect({ports: [port]})
    const send = async (m: unknown): Promise<void> => { port.onmessage?.({data: m}); await vi.advanceTimersByTimeAsync(1) }
    return Object.assign(port, {join: (since: number) => send({join: '/api/v1/events?q=' + name, language: 'zh', since})})
  }
  const events = (p: Port): string[] => p.said.flatMap((m) => (m.event ? [m.event.event + m.event.id] : []))
  let name = ''

  it('tells a newcomer what happened since its list was read', async () => {
    name = 'known'
    const first = await tab(), second = await tab()
    await first.join(10)
    await say(block(12, 'put', {}) + block(15, 'gone', {}))
    await second.join(13)
    expect(events(first)).toEqual(['put12', 'gone15'])
    expect(events(second)).toEqual(['gone15'])
    await say(block(16, 'put', {}))
    expect(events(second)).toEqual(['gone15', 'put16'])
  })

  it('tells it to load again where that is not known any more', async () => {
    name = 'unknown'
    const first = await tab(), early = await tab(), late = await tab()
    await first.join(10)
    await say(Array.from({length: 250}, (_, i) => block(20 + i, 'put', {})).join(''))
    await early.join(15)
    expect(events(early)).toEqual(['reset'])
    await late.join(267)
    expect(events(late)).toEqual(['put267', 'put268', 'put269'])
  })

  it('goes on from the list that the first tab has read', async () => {
    name = 'since'
    const asked: string[] = []
    vi.stubGlobal('fetch', (_: string, init: {headers: Record<string, string>}) => { asked.push(init.headers['Last-Event-ID'] ?? ''); return new Promise(() => undefined) })
    await (await tab()).join(42)
    expect(asked).toEqual(['42'])
  })
})
