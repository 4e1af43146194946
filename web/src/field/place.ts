/** Where the phone is: asked for only when the worker presses for it, never watched. */
import {t} from '@/shared/words'

export interface Spot { lon: number; lat: number; accuracy: number }

/** in: the press of a button. out: the place. errors: an Error whose message is a sentence for the worker. */
export function whereAmI(): Promise<Spot> {
  return new Promise((ok, bad) => {
    if (!window.isSecureContext || !navigator.geolocation) { bad(new Error(t('field.place_insecure'))); return }
    navigator.geolocation.getCurrentPosition(
      (p) => ok({lon: Math.round(p.coords.longitude * 1e6) / 1e6, lat: Math.round(p.coords.latitude * 1e6) / 1e6, accuracy: Math.round(p.coords.accuracy)}),
      (e) => bad(new Error(t(e.code === e.PERMISSION_DENIED ? 'field.place_refused' : 'field.place_unknown'))),
      {enableHighAccuracy: true, timeout: 15_000, maximumAge: 30_000},
    )
  })
}
