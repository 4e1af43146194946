/** Where it is: where one stands, a place of the list, a point of the map. Words alone are enough, too. */
import type {Place} from '@/shared/types'
import {announce, button, make, word} from './dom'
import {startSuggest} from './suggest'

/** Whether this browser may tell where it is: only over a secure connection. */
export const canLocate = (): boolean => 'geolocation' in navigator && isSecureContext

/** Asks the browser where it is. errors: when it is not allowed, or not known. */
export function locate(): Promise<GeolocationCoordinates> {
  return new Promise((ok, bad) => navigator.geolocation.getCurrentPosition((p) => ok(p.coords), bad, {enableHighAccuracy: true, timeout: 15_000, maximumAge: 60_000}))
}

export class PlaceField {
  private readonly address: HTMLInputElement
  private readonly said = make('span', {role: 'status'})
  private readonly clearing: HTMLButtonElement
  private readonly tools = make('div', {class: 'tools'})
  private picker: {close(): void} | null = null

  constructor(private readonly e: HTMLElement, private readonly lon: HTMLInputElement, private readonly lat: HTMLInputElement) {
    this.address = e.querySelector('input[name=address]') as HTMLInputElement
    startSuggest(this.address, word(e, 'options'), (p) => this.choose(p))
    if (canLocate()) this.tools.append(button(word(e, 'here'), () => void this.here()))
    const map = button(word(e, 'map'), () => void this.toggleMap(map))
    this.clearing = button(word(e, 'clear'), () => this.set(NaN, NaN, ''))
    this.tools.append(map, make('p', {class: 'said'}, this.said, ' ', this.clearing))
    e.append(this.tools)
    this.show('')
    for (const i of [lon, lat]) i.addEventListener('change', () => this.show(''))
  }

  /** Fills the point in; not a number takes it out. */
  set(lon: number, lat: number, text: string): void {
    const known = !isNaN(lon) && !isNaN(lat)
    this.lon.value = known ? lon.toFixed(6) : ''
    this.lat.value = known ? lat.toFixed(6) : ''
    this.show(text)
    this.lon.dispatchEvent(new Event('input', {bubbles: true}))
  }

  /** The middle of an area is not where something is: its name says enough. */
  private choose(p: Place): void {
    if (p.kind === 'area') this.address.dispatchEvent(new Event('change', {bubbles: true}))
    else this.set(p.lon, p.lat, '')
  }

  private show(text: string): void {
    const known = this.lon.value !== '' && this.lat.value !== ''
    this.clearing.hidden = !known
    this.said.textContent = text || (known ? word(this.e, 'set') : '')
  }

  private async here(): Promise<void> {
    this.said.textContent = word(this.e, 'locating')
    try {
      const c = await locate()
      this.set(c.longitude, c.latitude, word(this.e, 'found', {n: Math.max(5, Math.round(c.accuracy))}))
    } catch {
      this.show(word(this.e, 'denied'))
    }
    announce(this.said.textContent ?? '')
  }

  private async toggleMap(b: HTMLButtonElement): Promise<void> {
    const close = (): void => {
      this.picker?.close()
      this.picker = null
      b.textContent = word(this.e, 'map')
    }
    if (this.picker) return close()
    const box = make('div'), start = this.lon.value === '' ? null : {lon: Number(this.lon.value), lat: Number(this.lat.value)}
    b.textContent = word(this.e, 'close')
    this.tools.append(box)
    this.picker = {close: () => box.remove()}
    try {
      const {openPicker} = await import('./pick')
      if (!box.isConnected) return
      const picker = openPicker(box, this.e, start, (lon, lat) => this.set(lon, lat, ''))
      this.picker = {close: () => { picker.close(); box.remove() }}
    } catch {
      close()
      this.show(word(this.e, 'mapFailed'))
    }
  }
}
