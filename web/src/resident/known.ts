/** What is already known and what will happen, while the report is written. The server writes the sentences. */
import {announce, calm, empty} from './dom'

const TEXT_ASKED = 400 // characters: enough to tell the kind, short enough for an address

function field(form: HTMLFormElement, name: string): string {
  const e = form.elements.namedItem(name)
  return e instanceof HTMLInputElement || e instanceof HTMLTextAreaElement || e instanceof RadioNodeList ? e.value.trim() : ''
}

export function startKnown(form: HTMLFormElement, box: HTMLElement): void {
  let last = '', shown = '', asked: AbortController | null = null

  const show = (html: string): void => {
    const chosen = field(form, 'same_as')
    if (html === shown || box.contains(document.activeElement)) return
    shown = html
    empty(box)
    const piece = new DOMParser().parseFromString(html, 'text/html').body
    while (piece.firstChild) box.append(piece.firstChild)
    for (const r of box.querySelectorAll<HTMLInputElement>('input[name=same_as]')) if (r.value === chosen) r.checked = true
    announce([...box.querySelectorAll('.will, .notice p, legend')].map((e) => e.textContent).join(' '))
  }
  const ask = async (): Promise<void> => {
    const text = field(form, 'text').slice(0, TEXT_ASKED)
    const q = new URLSearchParams({text, lon: field(form, 'lon'), lat: field(form, 'lat'), about: field(form, 'about')}).toString()
    if (q === last) return
    last = q
    asked?.abort()
    asked = new AbortController()
    try {
      const r = text.length < 2 ? null : await fetch('/resident/preview?' + q, {signal: asked.signal, credentials: 'same-origin'})
      if (!r || r.ok) show(r ? await r.text() : '')
    } catch { /* no connection, or asked anew: what stands there stays */ }
  }
  const soon = calm(500, () => void ask())
  form.addEventListener('input', soon)
  form.addEventListener('change', soon)
  if (!box.firstElementChild) soon()
}
