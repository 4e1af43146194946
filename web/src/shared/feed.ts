/** The live feed of a query. One stream is shared among the tabs of a browser; where that is not possible, or with a
 * token, each page has its own. */
import {address, get, requestHeaders} from './api'
import {learnRows, rowOf, type FeedRow} from './rows'
import {openStream, type ServerEvent} from './sse'
import type {CaseList, Row} from './types'

export interface FeedHandlers {
  /** A case is new in the query, or has changed. */
  put(row: Row): void
  /** A case has left the query or the reader's rights. */
  gone(number: string): void
  /** Too much happened to tell: load again. */
  reset(): void
  /** Whether the line is open; while it is not, what is shown may be stale. */
  state?(open: boolean): void
}

const unnamed = new Map<string, Set<FeedHandlers>>()
let asking: ReturnType<typeof setTimeout> | undefined

/** Asks for the rows whose names are not known here, many at once, and hands them over again. */
async function askNames(): Promise<void> {
  asking = undefined
  if (unnamed.size === 0) return
  const numbers = [...unnamed.keys()].slice(0, 100), whom = numbers.map((n) => unnamed.get(n) as Set<FeedHandlers>)
  numbers.forEach((n) => unnamed.delete(n))
  try {
    const list = await get<CaseList>('/cases', {q: 'number:' + numbers.join(','), limit: 100})
    learnRows(list.items)
    for (const row of list.items) whom[numbers.indexOf(row.number)]?.forEach((on) => on.put(row))
  } catch { /* the row stays with its codes until the next change */ }
  if (unnamed.size > 0) asking ??= setTimeout(() => void askNames(), 100)
}

function handRow(f: FeedRow, on: FeedHandlers): void {
  const {row, incomplete} = rowOf(f)
  on.put(row)
  if (!incomplete) return
  unnamed.set(f.number, (unnamed.get(f.number) ?? new Set<FeedHandlers>()).add(on))
  asking ??= setTimeout(() => void askNames(), 100)
}

function hand(e: ServerEvent, on: FeedHandlers): void {
  performance.clearMarks('yiwang-event')
  performance.mark('yiwang-event') // the benchmark measures from here to the frame that shows it
  if (e.event === 'put') handRow(JSON.parse(e.data) as FeedRow, on)
  else if (e.event === 'gone') on.gone((JSON.parse(e.data) as {number: string}).number)
  else if (e.event === 'reset') on.reset()
}

type Message = {url: string; event?: ServerEvent; open?: boolean; refused?: number}
let port: MessagePort | null = null
const listeners = new Map<string, Set<FeedHandlers>>()

function sharedPort(): MessagePort | null {
  if (port || typeof SharedWorker === 'undefined') return port
  try {
    port = new SharedWorker(new URL('./feed.worker.ts', import.meta.url)).port
  } catch {
    return null
  }
  port.onmessage = (m: MessageEvent<Message>) => {
    for (const on of listeners.get(m.data.url) ?? []) {
      if (m.data.event) hand(m.data.event, on)
      if (m.data.open !== undefined) on.state?.(m.data.open)
      if (m.data.refused !== undefined) on.state?.(false)
    }
  }
  addEventListener('pagehide', () => port?.postMessage({bye: true}))
  addEventListener('pageshow', (e) => {
    if ((e as PageTransitionEvent).persisted) for (const url of listeners.keys()) port?.postMessage({join: url, language: requestHeaders()['Accept-Language']})
  })
  return port
}

/** Subscribes. out: a function that ends it. */
export function feed(q: string, on: FeedHandlers): () => void {
  const headers = requestHeaders(), url = address('/api/v1/events', {q, lang: headers['Accept-Language'] ?? ''})
  const worker = headers.Authorization ? null : sharedPort()
  if (!worker) {
    return openStream(url, requestHeaders, {
      event: (e) => hand(e, on), state: (open) => on.state?.(open), refused: () => on.state?.(false),
    })
  }
  const set = listeners.get(url) ?? new Set()
  listeners.set(url, set.add(on))
  worker.postMessage({join: url, language: headers['Accept-Language']})
  return () => {
    set.delete(on)
    if (set.size > 0) return
    listeners.delete(url)
    worker.postMessage({leave: url})
  }
}
