/** Holds the streams for all tabs of this browser: tabs that ask the same share one. */
import {openStream, type ServerEvent} from './sse'

/** recent: the last events; from: the sequence after which they are complete. */
interface Shared { ports: Set<MessagePort>; end: () => void; open: boolean; recent: ServerEvent[]; from: number }
interface Join { join: string; language: string; since: number }
const streams = new Map<string, Shared>()
const RECENT = 200

function keep(s: Shared, e: ServerEvent): void {
  s.recent.push(e)
  if (e.event === 'reset') s.recent = []
  else if (s.recent.length > RECENT) s.recent.shift()
  else return
  s.from = Math.max(s.from, Number(e.event === 'reset' ? e.id : s.recent[0]?.id))
}

/** What a newcomer has missed since it loaded its list: told one by one, or that it has to load again. */
function catchUp(port: MessagePort, url: string, s: Shared, since: number): void {
  if (since === 0) return
  const missed: ServerEvent[] = since < s.from ? [{id: '', event: 'reset', data: '{}'}] : s.recent.filter((e) => Number(e.id) >= since) // a batch may share one
  missed.forEach((event) => port.postMessage({url, event}))
}

function join(port: MessagePort, {join: url, language, since}: Join): void {
  let s = streams.get(url)
  if (!s) {
    s = {ports: new Set(), end: () => undefined, open: false, recent: [], from: since > 0 ? since : Infinity}
    streams.set(url, s)
    const shared = s
    const tell = (m: unknown): void => shared.ports.forEach((p) => p.postMessage(m))
    shared.end = openStream(url, () => ({'Accept-Language': language}), {
      event: (e) => { keep(shared, e); tell({url, event: e}) },
      state: (open) => { shared.open = open; tell({url, open}) },
      refused: (status) => { tell({url, refused: status}); streams.delete(url) },
    }, since)
  } else {
    if (s.open) port.postMessage({url, open: true})
    catchUp(port, url, s, since)
  }
  s.ports.add(port)
}

function leave(port: MessagePort, url: string): void {
  const s = streams.get(url)
  if (!s) return
  s.ports.delete(port)
  if (s.ports.size > 0) return
  s.end()
  streams.delete(url)
}

;(self as unknown as {onconnect: (e: MessageEvent) => void}).onconnect = (e) => {
  const port = e.ports[0] as MessagePort
  port.onmessage = (m: MessageEvent<Partial<Join> & {leave?: string; bye?: boolean}>) => {
    if (m.data.join) join(port, m.data as Join)
    if (m.data.leave) leave(port, m.data.leave)
    if (m.data.bye) for (const url of [...streams.keys()]) leave(port, url)
  }
}
