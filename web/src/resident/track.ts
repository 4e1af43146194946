/** The tracking page stays true while it is open: it looks once a minute, and never takes away what is being written. */
import {announce, button, make, word} from './dom'

const EVERY_MS = 60_000

/** Whether the reader is in the middle of something. */
function isWriting(e: HTMLElement): boolean {
  if (e.contains(document.activeElement) && document.activeElement !== document.body) return true
  return [...e.querySelectorAll('form')].some((f) => [...f.elements].some((x) =>
    (x instanceof HTMLTextAreaElement && x.value !== x.defaultValue) || (x instanceof HTMLInputElement && x.type === 'radio' && x.checked && !x.defaultChecked))
    || f.querySelector('.photo-list li') !== null)
}

export function startTrack(first: HTMLElement, again: (e: HTMLElement) => void): void {
  let e = first, looked = Date.now(), bar: HTMLElement | null = null

  const take = (next: HTMLElement): void => {
    bar?.remove()
    bar = null
    e.replaceWith(next)
    e = next
    again(e)
    announce(word(e, 'news') + ' ' + (e.querySelector('.state-name')?.textContent ?? ''))
  }
  const tell = (next: HTMLElement): void => {
    bar?.remove()
    bar = make('div', {class: 'news-line', role: 'status'}, make('span', {}, word(e, 'news')), button(word(e, 'show'), () => take(next)))
    e.before(bar)
  }
  const look = async (): Promise<void> => {
    if (document.hidden || Date.now() - looked < EVERY_MS / 2 || !e.isConnected) return
    looked = Date.now()
    try {
      const r = await fetch(location.pathname, {credentials: 'same-origin', cache: 'no-store'})
      if (!r.ok) return
      const next = new DOMParser().parseFromString(await r.text(), 'text/html').getElementById('track')
      if (!next || next.dataset.version === e.dataset.version) return
      if (isWriting(e)) tell(document.adoptNode(next))
      else take(document.adoptNode(next))
    } catch { /* the next look may succeed */ }
  }
  const timer = setInterval(() => { if (e.isConnected) void look(); else clearInterval(timer) }, EVERY_MS)
  document.addEventListener('visibilitychange', () => void look())
}
