/** The frame of a map on a resident's page: areas below the whole, base map, buttons. Loaded only when a map is asked for. */
import './map.css'
import {get} from '@/shared/api'
import type {AreaCollection, City} from '@/shared/types'
import {CityMap, type MapEvents} from '@/ui/map'
import {button, isDark, make, word} from './dom'

/** in: e holds data-centre, data-areas and the words. out: the map, in a box that stands in `into`. */
export function openMap(into: HTMLElement, e: HTMLElement, label: string, on: MapEvents, pick: boolean): {map: CityMap; box: HTMLElement} {
  const [lon, lat] = (e.dataset.centre ?? '0,0').split(',').map(Number) as [number, number]
  const canvas = make('div', {class: 'canvas', tabindex: '0', role: 'application', 'aria-label': label})
  const box = make('div', {class: 'map-box'}, canvas)
  into.append(box)
  const map = new CityMap(canvas, [lon, lat], on, {pick})
  map.setDark(isDark())
  const zoom = (sign: string, name: string, steps: number): HTMLElement => {
    const b = button(sign, () => map.zoomBy(steps))
    b.setAttribute('aria-label', word(e, name))
    return b
  }
  box.append(make('div', {class: 'zoom'}, zoom('+', 'zoomIn', 1), zoom('−', 'zoomOut', -1)))
  if (e.dataset.notice) into.append(make('p', {class: 'hint map-notice'}, e.dataset.notice))
  void get<AreaCollection>(e.dataset.areas ?? '/areas').then((c) => {
    map.setAreas(c.features)
    map.fitAreas()
  }, () => undefined)
  void get<City>('/city').then((c) => map.setBase(c.map?.pmtiles ? 'pmtiles' : c.map?.wmts[0]?.name ?? 'none'), () => undefined)
  return {map, box}
}
