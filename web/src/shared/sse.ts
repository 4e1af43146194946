/** Reads server-sent events from a fetch, because EventSource cannot carry a token. */

export interface ServerEvent { id: string; event: string; data: string }

/** Splits a growing text into events. in: rest of the last call and the new piece. out: whole events, what is left. */
export function splitEvents(text: string): {events: ServerEvent[]; rest: string} {
  const blocks = text.replace(/\r\n?/g, '\n').split('\n\n')
  const rest = blocks.pop() ?? ''
  const events: ServerEvent[] = []
  for (const block of blocks) {
    const e: ServerEvent = {id: '', event: 'message', data: ''}
    for (const line of block.split('\n')) {
      const colon = line.indexOf(':')
      if (colon <= 0) continue // a comment is a heartbeat
      const name = line.slice(0, colon), value = line.slice(colon + 1).replace(/^ /, '')
      if (name === 'data') e.data += (e.data ? '\n' : '') + value
      else if (name === 'id') e.id = value
      else if (name === 'event') e.event = value
    }
    if (e.data) events.push(e)
  }
  return {events, rest}
}

export interface StreamHandlers { event(e: ServerEvent): void; state(open: boolean): void; refused(status: number): void }

const SILENT_MS = 40_000 // two heartbeats and some; then the line is dead
const WAIT_MS = [500, 1000, 2000, 5000, 10_000, 20_000]

/** Keeps a stream open: reconnects with Last-Event-ID, notices silence. in: since, the sequence that is known already, or 0
 * for "from now". out: a function that ends it. */
export function openStream(url: string, headers: () => Record<string, string>, on: StreamHandlers, since = 0): () => void {
  let ended = false, hidden = false, last = since > 0 ? String(since) : '', failures = 0, abort: AbortController | null = null
  let timer: ReturnType<typeof setTimeout> | undefined, watch: ReturnType<typeof setTimeout> | undefined

  const again = (): void => {
    clearTimeout(watch)
    if (ended || hidden) return
    on.state(false)
    const wait = WAIT_MS[Math.min(failures++, WAIT_MS.length - 1)] as number
    timer = setTimeout(() => void run(), wait * (0.75 + Math.random() / 2))
  }
  const alive = (): void => {
    clearTimeout(watch)
    watch = setTimeout(() => abort?.abort(), SILENT_MS)
  }
  const run = async (): Promise<void> => {
    abort = new AbortController()
    try {
      alive()
      const r = await fetch(url, {headers: {...headers(), ...(last ? {'Last-Event-ID': last} : {})}, credentials: 'same-origin', signal: abort.signal, cache: 'no-store'})
      if (r.status >= 400 && r.status < 500 && r.status !== 429) {
        ended = true
        clearTimeout(watch)
        on.refused(r.status)
        return
      }
      if (!r.ok || !r.body) throw new Error(String(r.status))
      const reader = r.body.getReader(), decoder = new TextDecoder()
      failures = 0
      on.state(true)
      for (let rest = ''; ;) {
        const {done, value} = await reader.read()
        if (done) break
        alive()
        const split = splitEvents(rest + decoder.decode(value, {stream: true}))
        rest = split.rest
        for (const e of split.events) {
          if (e.id) last = e.id
          on.event(e)
        }
      }
    } catch { /* a broken line is the usual case: once more */ }
    again()
  }
  // a page that is kept for the way back would hold one of the browser's few connections
  const hide = (): void => {
    hidden = true
    clearTimeout(timer)
    abort?.abort()
  }
  const show = (): void => {
    if (!hidden || ended) return
    hidden = false
    void run()
  }
  addEventListener('pagehide', hide)
  addEventListener('pageshow', show)
  void run()
  return () => {
    ended = true
    removeEventListener('pagehide', hide)
    removeEventListener('pageshow', show)
    clearTimeout(timer)
    clearTimeout(watch)
    abort?.abort()
  }
}
