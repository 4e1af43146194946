/** Holds the streams for all tabs of this browser: tabs that ask the same share one. */
import {openStream} from './sse'

interface Shared { ports: Set<MessagePort>; end: () => void; open: boolean }
const streams = new Map<string, Shared>()

function join(port: MessagePort, url: string, language: string): void {
  let s = streams.get(url)
  if (!s) {
    s = {ports: new Set(), end: () => undefined, open: false}
    streams.set(url, s)
    const shared = s
    const tell = (m: unknown): void => shared.ports.forEach((p) => p.postMessage(m))
    shared.end = openStream(url, () => ({'Accept-Language': language}), {
      event: (e) => tell({url, event: e}),
      state: (open) => { shared.open = open; tell({url, open}) },
      refused: (status) => { tell({url, refused: status}); streams.delete(url) },
    })
  } else {
    // what went before is not known to the newcomer: it loads its list by itself
    port.postMessage({url, open: s.open})
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
  port.onmessage = (m: MessageEvent<{join?: string; leave?: string; language?: string; bye?: boolean}>) => {
    if (m.data.join) join(port, m.data.join, m.data.language ?? 'zh')
    if (m.data.leave) leave(port, m.data.leave)
    if (m.data.bye) for (const url of [...streams.keys()]) leave(port, url)
  }
}
