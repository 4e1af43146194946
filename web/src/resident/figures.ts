/** The public map: each dot one matter, roughly placed; what is tapped stands in a list below. */
import {get} from '@/shared/api'
import type {Named, Time} from '@/shared/types'
import type {MapPoint} from '@/ui/map'
import {empty, make, word} from './dom'
import {openMap} from './citymap'

interface PublicCase {
  id: string; category: Named | null; area: Named | null; unit: Named | null; state_label: string
  filed: Time; due: Time; ended: Time; lon: number | null; lat: number | null
}

const tone = (c: PublicCase): MapPoint['tone'] => (c.ended ? 'none' : c.due && Date.parse(c.due) < Date.now() ? 'late' : 'fine')

function line(e: HTMLElement, c: PublicCase): HTMLElement {
  const when = c.filed ? new Intl.DateTimeFormat(document.documentElement.lang, {dateStyle: 'medium'} as Intl.DateTimeFormatOptions).format(new Date(c.filed)) : ''
  return make('li', {}, make('strong', {}, c.category?.name ?? ''), ' ', make('span', {class: 'tag'}, c.state_label),
    make('span', {class: 'unit'}, [c.area?.name, c.unit?.name].filter(Boolean).join(' · ')), make('span', {class: 'when'}, word(e, 'filed', {when})))
}

function legend(e: HTMLElement): HTMLElement {
  const one = (name: string, kind: string): HTMLElement => make('li', {}, make('span', {class: 'dot ' + kind}), word(e, name))
  return make('ul', {class: 'map-legend'}, one('inTime', 'fine'), one('late', 'late'), one('done', 'done'))
}

export async function openFigures(e: HTMLElement, into: HTMLElement): Promise<{close(): void}> {
  const {items} = await get<{items: PublicCase[]}>('/public/cases', {limit: 500})
  const found = new Map(items.map((c) => [c.id, c])), list = make('ul', {class: 'around', 'aria-live': 'polite'})
  const {map} = openMap(into, e, word(e, 'label'), {
    points: (ids) => {
      empty(list)
      for (const id of ids.slice(0, 20)) {
        const c = found.get(id)
        if (c) list.append(line(e, c))
      }
      map.mark(ids)
    },
  }, {pick: false, fit: true})
  into.append(legend(e), make('p', {class: 'hint'}, word(e, 'hint')), list)
  map.setPoints(items.filter((c) => c.lon !== null && c.lat !== null).map((c) => ({id: c.id, lon: c.lon as number, lat: c.lat as number, tone: tone(c)})))
  return {close: () => map.close()}
}
