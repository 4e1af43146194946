/** Places that this browser follows: what is new there since the last look. Nobody else knows of them. */
import {get} from '@/shared/api'
import type {Time} from '@/shared/types'
import {announce, button, keep, make, read, word} from './dom'
import {canLocate, locate} from './place'

interface Followed { place: string; name: string; seen: number }
const MAX = 10

const followed = (): Followed[] => read<Followed[]>('places', []).filter((p) => typeof p.place === 'string')

/** The page of one place: follow, and mark what is new. */
export function startAround(e: HTMLElement): void {
  const place = e.dataset.place as string, name = e.dataset.name ?? '', known = followed().find((p) => p.place === place)
  const put = (on: boolean): boolean => {
    const others = followed().filter((p) => p.place !== place)
    return keep('places', on ? [{place, name, seen: Date.now()}, ...others].slice(0, MAX) : others)
  }
  let on = known !== undefined
  const b = button(word(e, on ? 'leave' : 'keep'), () => {
    if (!put(!on)) return
    on = !on
    b.textContent = word(e, on ? 'leave' : 'keep')
    announce(on ? word(e, 'kept') : '')
  }, 'button quiet')
  e.querySelector('.doors')?.prepend(b)
  if (!known) return
  const fresh = [...e.querySelectorAll<HTMLElement>('.around li')].filter((l) => Number(l.dataset.at) > known.seen)
  for (const l of fresh) l.querySelector('.tag')?.after(' ', make('span', {class: 'tag new'}, word(e, 'new')))
  e.querySelector('h2')?.after(make('p', {class: 'notice', role: 'status'}, fresh.length > 0 ? word(e, 'news', {n: fresh.length}) : word(e, 'noNews')))
  put(true)
}

interface PublicCase { filed: Time; ended: Time }

/** How many were filed or settled there since the last look. */
async function newsOf(p: Followed): Promise<number> {
  const q = new URLSearchParams(p.place), area = q.get('area')
  const where = area ? {area} : {near: `${q.get('lon') ?? ''},${q.get('lat') ?? ''}~500m`}
  const {items} = await get<{items: PublicCase[]}>('/public/cases', {...where, limit: 100})
  const since = (t: Time): boolean => t !== null && Date.parse(t) > p.seen
  return items.filter((c) => since(c.filed) || since(c.ended)).length
}

export function startPlaces(e: HTMLElement): void {
  const list = make('ul')
  for (const p of followed()) {
    const said = make('span', {class: 'unit'})
    const line = make('li', {}, make('a', {class: 'more', href: '/resident/place?' + p.place}, p.name), said)
    line.append(button(word(e, 'forget'), () => {
      keep('places', followed().filter((x) => x.place !== p.place))
      line.remove()
      e.hidden = list.children.length === 0
    }))
    list.append(line)
    newsOf(p).then((n) => { said.textContent = n > 0 ? word(e, 'news', {n}) : word(e, 'noNews') }, () => undefined)
  }
  if (list.children.length === 0) return
  e.append(make('h2', {}, word(e, 'title')), list)
  e.hidden = false
}

/** "I am here" beside the search for a place. */
export function startFind(form: HTMLFormElement): void {
  if (!canLocate()) return
  const said = make('p', {class: 'hint said', role: 'status'})
  form.querySelector('.send')?.append(' ', button(word(form, 'here'), () => {
    said.textContent = word(form, 'locating')
    locate().then((c) => location.assign(`/resident/place?lon=${c.longitude.toFixed(3)}&lat=${c.latitude.toFixed(3)}`),
      () => { said.textContent = word(form, 'denied') })
  }, 'button quiet'))
  form.append(said)
}
