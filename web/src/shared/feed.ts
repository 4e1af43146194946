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
/** Who listens to a stream, and how far this page has heard it. */
interface Heard { whom: Set<FeedHandlers>; last: number }
let port: MessagePort | null = null
const listeners = new Map<string, Heard>()

function join(url: string, since: number): void {
  port?.postMessage({join: url, language: requestHeaders()['Accept-Language'], since})
}

function sharedPort(): MessagePort | null {
  if (port || typeof SharedWorker === 'undefined') return port
  try {
    port = new SharedWorker(new URL('./feed.worker.ts', import.meta.url)).port
  } catch {
    return null
  }
  port.onmessage = (m: MessageEvent<Message>) => {
    const heard = listeners.get(m.data.url)
    if (!heard) return
    heard.last = Math.max(heard.last, Number(m.data.event?.id ?? 0))
    for (const on of heard.whom) {
      if (m.data.event) hand(m.data.event, on)
      if (m.data.open !== undefined) on.state?.(m.data.open)
      if (m.data.refused !== undefined) on.state?.(false)
    }
  }
  addEventListener('pagehide', () => port?.postMessage({bye: true}))
  addEventListener('pageshow', (e) => {
    if ((e as PageTransitionEvent).persisted) listeners.forEach((heard, url) => join(url, heard.last))
  })
  return port
}

/** Subscribes. in: since, the sequence of the list that is shown (0: whatever comes from now on). out: a function that ends it. */
export function feed(q: string, on: FeedHandlers, since = 0): () => void {
  const headers = requestHeaders(), url = address('/api/v1/events', {q, lang: headers['Accept-Language'] ?? ''})
  const worker = headers.Authorization ? null : sharedPort()
  if (!worker) {
    return openStream(url, requestHeaders, {
      event: (e) => hand(e, on), state: (open) => on.state?.(open), refused: () => on.state?.(false),
    }, since)
  }
  const heard = listeners.get(url) ?? {whom: new Set(), last: since}
  heard.whom.add(on)
  listeners.set(url, heard)
  join(url, since)
  return () => {
    heard.whom.delete(on)
    if (heard.whom.size > 0) return
    listeners.delete(url)
    worker.postMessage({leave: url})
  }
}
