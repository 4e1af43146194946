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

/** Rows with a name that is not known here yet, and who is shown them. Whoever is told meanwhile that the case is gone leaves. */
const unnamed = new Map<string, {row: FeedRow; whom: Set<FeedHandlers>}>()
let asking: ReturnType<typeof setTimeout> | undefined

/** Learns names from the rows of lists, many at once, and hands the same rows over again. */
async function askNames(): Promise<void> {
  asking = undefined
  if (unnamed.size === 0) return
  const numbers = [...unnamed.keys()].slice(0, 100)
  try {
    learnRows((await get<CaseList>('/cases', {q: 'number:' + numbers.join(','), limit: 100})).items)
  } catch { /* the rows stay without their names until their next change */ }
  for (const n of numbers) {
    const waits = unnamed.get(n)
    unnamed.delete(n)
    waits?.whom.forEach((on) => on.put(rowOf(waits.row).row))
  }
  if (unnamed.size > 0) asking ??= setTimeout(() => void askNames(), 100)
}

function handRow(f: FeedRow, on: FeedHandlers): void {
  const {row, incomplete} = rowOf(f)
  on.put(row)
  if (!incomplete) return
  const whom = unnamed.get(f.number)?.whom ?? new Set<FeedHandlers>()
  unnamed.set(f.number, {row: f, whom: whom.add(on)})
  asking ??= setTimeout(() => void askNames(), 100)
}

function handGone(number: string, on: FeedHandlers): void {
  unnamed.get(number)?.whom.delete(on)
  on.gone(number)
}

function hand(e: ServerEvent, on: FeedHandlers): void {
  performance.clearMarks('yiwang-event')
  performance.mark('yiwang-event') // the benchmark measures from here to the frame that shows it
  if (e.event === 'put') handRow(JSON.parse(e.data) as FeedRow, on)
  else if (e.event === 'gone') handGone((JSON.parse(e.data) as {number: string}).number, on)
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
