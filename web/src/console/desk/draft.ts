/** The report being taken down. It survives a reload of this tab and goes when it is filed; never into lasting storage,
 * because it holds how to reach somebody. */
import {reactive, shallowRef, watch} from 'vue'

export interface Draft {
  text: string; address: string; lon: number | null; lat: number | null; name: string; phone: string; channel: string
  category: string; condition: string; same_as: string; same_label: string; about: '' | 'service' | 'conduct'; about_unit: string
}
const KEY = 'yiwang.call'
const empty = (): Draft => ({text: '', address: '', lon: null, lat: null, name: '', phone: '', channel: 'phone', category: '', condition: '', same_as: '', same_label: '', about: '', about_unit: ''})

function stored(): Partial<Draft> {
  try {
    return JSON.parse(sessionStorage.getItem(KEY) ?? '{}') as Partial<Draft>
  } catch {
    return {}
  }
}

export const draft = reactive<Draft>({...empty(), ...stored()})
watch(draft, (d) => { try { sessionStorage.setItem(KEY, JSON.stringify(d)) } catch { /* storage is off */ } })

export function clearDraft(): void { Object.assign(draft, empty()) }
export const isEmptyDraft = (d: Draft): boolean => !d.text && !d.address && !d.phone && !d.name

/** The body of POST /reports. in: ids of uploaded photos. */
export function reportOf(d: Draft, media: string[]): Record<string, unknown> {
  const body: Record<string, unknown> = {text: d.text.trim(), channel: d.channel}
  if (d.address.trim()) body.address = d.address.trim()
  if (d.lon !== null && d.lat !== null) Object.assign(body, {lon: d.lon, lat: d.lat})
  if (d.category) body.category = d.category
  if (d.condition) body.condition = d.condition
  if (d.same_as) body.same_as = d.same_as
  if (d.name.trim() || d.phone.trim()) body.contact = {...(d.name.trim() && {name: d.name.trim()}), ...(d.phone.trim() && {phone: d.phone.trim()})}
  if (d.about && d.about_unit) body.about = {kind: d.about, unit: d.about_unit}
  if (media.length > 0) body.media = media
  return body
}

export interface Filed {
  number: string; track: string; category: {code: string; name: string; confidence: number}; area: {name: string} | null; unit: {name: string} | null
  state_label: string; due: string | null; due_provisional?: boolean; joined?: boolean; perhaps?: {name: string; phone: string; advice: string}
}
/** The last report filed here, for its receipt: the tracking code is known only now. */
export const lastFiled = shallowRef<Filed | null>(null)
/** The one whose result is on the screen; a way to the printer and back keeps it. */
export const filed = shallowRef<Filed | null>(null)
