/** A point of the map: by a tap, by dragging the mark, or, with the keyboard, the middle of what is shown. */
import {button, make, word} from './dom'
import {openMap} from './citymap'

export function openPicker(box: HTMLElement, e: HTMLElement, start: {lon: number; lat: number} | null, pick: (lon: number, lat: number) => void): {close(): void} {
  const hint = make('p', {class: 'hint'}, word(e, 'pick'))
  box.append(hint)
  const {map, box: frame} = openMap(box, e, word(e, 'map'), {place: pick}, {pick: true, fit: start === null})
  frame.append(make('div', {class: 'middle'}))
  if (start) map.whenDrawn(() => map.setPlace(start.lon, start.lat, true))
  box.append(button(word(e, 'middle'), () => {
    const [w, s, east, n] = map.bbox(), lon = (w + east) / 2, lat = (s + n) / 2
    map.setPlace(lon, lat)
    pick(lon, lat)
  }))
  return {close: () => map.close()}
}
