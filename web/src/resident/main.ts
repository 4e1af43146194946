/** The comfort of the resident's pages, which the server writes and which work without this. Nothing here is needed to
 * report or to follow; each part stands alone, so that one that fails takes no other along. */
import {configure} from '@/shared/api'
import {startAround, startFind, startPlaces} from './around'
import {button, make, word} from './dom'
import {forgetDraft, startDraft} from './draft'
import {startKeeping, startReceipts} from './keeping'
import {startKnown} from './known'
import {PhotoField} from './photos'
import {PlaceField} from './place'
import {enhanceForm} from './send'
import {startTrack} from './track'

function photosOf(form: HTMLElement, changed: () => void = () => undefined): PhotoField[] {
  return [...form.querySelectorAll<HTMLElement>('[data-photos]')].map((e) => new PhotoField(e, changed))
}

function startReport(form: HTMLFormElement): void {
  let save = (): void => undefined
  const photos = photosOf(form, () => save())
  const place = form.querySelector<HTMLElement>('.place'), box = form.querySelector<HTMLElement>('#known')
  if (place) new PlaceField(place, form.elements.namedItem('lon') as HTMLInputElement, form.elements.namedItem('lat') as HTMLInputElement)
  save = startDraft(form, () => photos[0] ?? null, () => location.assign('/resident/report'))
  if (box) startKnown(form, box)
  enhanceForm(form, {photos, sent: forgetDraft, back: start})
}

function startCase(e: HTMLElement): void {
  for (const form of e.querySelectorAll('form')) enhanceForm(form, {photos: photosOf(form), back: start})
}

function startMap(e: HTMLElement): void {
  let open: {close(): void} | null = null
  const into = make('div'), said = make('p', {class: 'hint', role: 'status'})
  const b = button(word(e, 'open'), () => {
    if (open) {
      open.close()
      open = null
      into.textContent = ''
      b.textContent = word(e, 'open')
      return
    }
    said.textContent = ''
    import('./figures').then((m) => m.openFigures(e, into)).then((o) => {
      open = o
      b.textContent = word(e, 'close')
    }, () => { said.textContent = word(e, 'mapFailed') })
  }, 'button quiet')
  e.append(make('p', {class: 'doors'}, b), said, into)
}

function each<E extends HTMLElement>(root: ParentNode, css: string, run: (e: E) => void): void {
  for (const e of root.querySelectorAll<E>(css)) {
    try { run(e) } catch (error) { console.error(error) }
  }
}

function start(root: ParentNode): void {
  each<HTMLFormElement>(root, '#report', startReport)
  each(root, '#track', (e) => {
    startCase(e)
    startTrack(e, startCase)
  })
  each(root, '#keeping', (e) => {
    forgetDraft()
    startKeeping(e)
  })
  each(root, '[data-kept=receipts]', startReceipts)
  each(root, '[data-kept=places]', startPlaces)
  each(root, '#around', startAround)
  each<HTMLFormElement>(root, '.find-place', startFind)
  each(root, '#map-door', startMap)
}

configure({language: document.documentElement.lang})
start(document)
