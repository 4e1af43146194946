/** What one does with a receipt: copy, print, keep on this device; and the list of those kept. */
import {announce, button, inApp, keep, make, read, word} from './dom'

interface Receipt { track: string; what: string; at: number }
const MAX = 20

const receipts = (): Receipt[] => read<Receipt[]>('receipts', []).filter((r) => typeof r.track === 'string')

/** On plain HTTP there is no clipboard: the older way still works. */
async function copy(text: string): Promise<boolean> {
  try {
    await navigator.clipboard.writeText(text)
    return true
  } catch {
    const area = make('textarea', {class: 'visually-hidden', 'aria-hidden': 'true', tabindex: '-1'})
    area.value = text
    document.body.append(area)
    area.select()
    const ok = document.execCommand('copy')
    area.remove()
    return ok
  }
}

export function startKeeping(e: HTMLElement): void {
  const track = e.dataset.track as string
  const tools = make('div', {class: 'tools screen-only'})
  tools.append(button(word(e, 'copy'), (b) => void copy(track).then((ok) => {
    if (!ok) return
    b.textContent = word(e, 'copied')
    announce(word(e, 'copied'))
  })))
  if (!inApp()) tools.append(button(word(e, 'print'), () => print()))
  const known = receipts().some((r) => r.track === track)
  tools.append(button(word(e, known ? 'remembered' : 'remember'), (b) => {
    const list = receipts().filter((r) => r.track !== track)
    if (!keep('receipts', [{track, what: e.dataset.what ?? '', at: Date.now()}, ...list].slice(0, MAX))) return
    b.textContent = word(e, 'remembered')
    announce(word(e, 'remembered'))
  }))
  e.before(tools)
}

export function startReceipts(e: HTMLElement): void {
  const list = make('ul')
  for (const r of receipts()) {
    const line = make('li', {}, make('a', {class: 'more', href: '/resident/track/' + encodeURIComponent(r.track)}, `${r.what} ${r.track.split('-')[0] as string}`))
    line.append(button(word(e, 'forget'), () => {
      keep('receipts', receipts().filter((x) => x.track !== r.track))
      line.remove()
      e.hidden = list.children.length === 0
    }))
    list.append(line)
  }
  if (list.children.length === 0) return
  e.append(make('h2', {}, word(e, 'title')), make('p', {class: 'hint'}, word(e, 'hint')), list)
  e.hidden = false
}
