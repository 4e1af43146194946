/** The frame of a map on a resident's page: areas below the whole, base map, buttons. Loaded only when a map is asked for. */
import './map.css'
import {get} from '@/shared/api'
import type {AreaCollection, City} from '@/shared/types'
import {CityMap, type MapEvents} from '@/ui/map'
import {button, isDark, make, word} from './dom'

const CLOSE_ZOOM = 13 // from here on the smaller areas are drawn, with their names

/** in: e holds data-centre, data-areas and the words. out: the map, in a box that stands in `into`. */
export function openMap(into: HTMLElement, e: HTMLElement, label: string, on: MapEvents, o: {pick: boolean; fit: boolean}): {map: CityMap; box: HTMLElement} {
  const [lon, lat] = (e.dataset.centre ?? '0,0').split(',').map(Number) as [number, number]
  const canvas = make('div', {class: 'canvas', tabindex: '0', role: 'application', 'aria-label': label})
  const box = make('div', {class: 'map-box'}, canvas)
  into.append(box)
  let levels: string[] = [], close = false
  const small = (): void => {
    if (close || levels.length < 2) return
    close = true
    void get<AreaCollection>('/areas', {level: levels[levels.length - 2]}).then((c) => map.setAreas(c.features), () => { close = false })
  }
  const map = new CityMap(canvas, [lon, lat], {...on, moved: (_, zoom) => { if (zoom >= CLOSE_ZOOM) small() }}, {pick: o.pick})
  map.setDark(isDark())
  const zoom = (sign: string, name: string, steps: number): HTMLElement => {
    const b = button(sign, () => map.zoomBy(steps))
    b.setAttribute('aria-label', word(e, name))
    return b
  }
  box.append(make('div', {class: 'zoom'}, zoom('+', 'zoomIn', 1), zoom('−', 'zoomOut', -1)))
  if (e.dataset.notice) into.append(make('p', {class: 'hint map-notice'}, e.dataset.notice))
  void get<AreaCollection>(e.dataset.areas ?? '/areas').then((c) => {
    if (close) return
    map.setAreas(c.features)
    if (o.fit) map.fitAreas()
  }, () => undefined)
  void get<City>('/city').then((c) => {
    levels = (c.layers?.[0]?.levels ?? []).map((l) => l.name)
    if (!o.fit) small()
    const service = c.map?.wmts[0]
    if (!c.map?.pmtiles && service?.notice) into.append(make('p', {class: 'hint map-notice'}, service.notice))
    return map.setBase(c.map?.pmtiles ? 'pmtiles' : service?.name ?? 'none', {zoomMin: service?.zoom_min, zoomMax: service?.zoom_max, bbox: c.bbox, version: c.map?.pmtiles_version})
  }).catch(() => undefined)
  return {map, box}
}
