/** Sends a form without leaving the page before the answer is there: what was written is never lost. */
import {announce, make, word} from './dom'
import type {PhotoField} from './photos'

/** Puts the answer's main part in place of ours and goes to what it says first. out: false if it is no page of ours. */
function takePage(html: string, started: (main: HTMLElement) => void): boolean {
  const page = new DOMParser().parseFromString(html, 'text/html'), main = page.querySelector('main')
  const old = document.querySelector('main')
  if (!main || !old) return false
  const first = main.querySelector<HTMLElement>('[autofocus]') ?? main
  first.removeAttribute('autofocus') // that is for pages without script
  document.title = page.title
  old.replaceWith(document.adoptNode(main))
  started(main)
  first.focus()
  first.scrollIntoView()
  return true
}

export interface Sending {
  photos: PhotoField[]
  /** It has arrived. */
  sent?: () => void
  /** The page came back: a refusal, or a question. */
  back: (main: HTMLElement) => void
}

/** The element that holds the words of a form. */
const words = (form: HTMLFormElement): HTMLElement => form.closest<HTMLElement>('[data-offline]') ?? form

async function post(form: HTMLFormElement, o: Sending, said: HTMLElement): Promise<void> {
  if (o.photos.some((p) => p.busy)) said.textContent = word(words(form), 'waiting')
  for (const p of o.photos) {
    if (await p.ready()) continue
    said.textContent = word(words(form), 'unsent')
    announce(said.textContent)
    return
  }
  said.textContent = word(words(form), 'sending')
  const r = await fetch(form.action, {method: 'POST', body: new FormData(form), credentials: 'same-origin'})
  if (r.redirected) {
    o.sent?.()
    location.assign(r.url)
    return
  }
  const type = r.headers.get('Content-Type') ?? ''
  if (type.includes('json')) { // refused before a page was made: too much, too often
    said.textContent = (await r.json() as {detail?: string}).detail ?? word(words(form), 'offline')
    announce(said.textContent)
    return
  }
  if (!takePage(await r.text(), o.back)) throw new Error(String(r.status))
}

export function enhanceForm(form: HTMLFormElement, o: Sending): void {
  const said = make('p', {class: 'hint said', role: 'status'}), press = form.querySelector<HTMLButtonElement>('.send button')
  form.append(said)
  let busy = false
  form.addEventListener('submit', (e) => {
    e.preventDefault()
    if (busy) return
    busy = true
    press?.setAttribute('aria-disabled', 'true')
    post(form, o, said).catch(() => {
      said.textContent = word(words(form), 'offline')
      announce(said.textContent)
    }).then(() => {
      busy = false
      press?.removeAttribute('aria-disabled')
    }, () => undefined)
  })
}
