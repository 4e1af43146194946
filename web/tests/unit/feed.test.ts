import {afterEach, beforeEach, expect, it, vi} from 'vitest'
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
