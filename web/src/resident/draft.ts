/** What was written and not sent yet, kept in this browser: never contact data, never for longer than three days. */
import type {PhotoField} from './photos'
import {button, calm, keep, make, read, word} from './dom'

const KEPT_MS = 3 * 86_400_000, PHOTOS_MS = 20 * 3_600_000 // the server forgets photos that nobody cites after a day
const FIELDS = ['text', 'address', 'lon', 'lat'] as const

interface Draft { at: number; photos: string[]; fields: Record<string, string> }

const input = (form: HTMLFormElement, name: string): HTMLInputElement => form.elements.namedItem(name) as HTMLInputElement

export function forgetDraft(): void { keep('draft', null) }

function restore(form: HTMLFormElement, photos: PhotoField | null): boolean {
  const d = read<Draft | null>('draft', null), age = d ? Date.now() - d.at : 0
  if (!d || age > KEPT_MS || age < 0 || FIELDS.some((f) => input(form, f).value !== '')) return false
  for (const f of FIELDS) input(form, f).value = d.fields[f] ?? ''
  if (age < PHOTOS_MS) for (const id of d.photos) photos?.addKept(id)
  return FIELDS.some((f) => input(form, f).value !== '')
}

/** out: to be called when the photos have changed. */
export function startDraft(form: HTMLFormElement, photos: () => PhotoField | null, discarded: () => void): () => void {
  const save = (): void => {
    const fields = Object.fromEntries(FIELDS.map((f) => [f, input(form, f).value]))
    if (fields.text === '' && fields.address === '') forgetDraft()
    else keep('draft', {at: Date.now(), photos: photos()?.ids ?? [], fields} as Draft)
  }
  if (!document.querySelector('.error') && restore(form, photos())) {
    const said = make('p', {class: 'notice', role: 'status'}, word(form, 'restored'), ' ', button(word(form, 'discard'), () => {
      forgetDraft()
      discarded()
    }))
    form.prepend(said)
    input(form, 'lon').dispatchEvent(new Event('change', {bubbles: true}))
  }
  form.addEventListener('input', calm(400, save))
  return save
}
