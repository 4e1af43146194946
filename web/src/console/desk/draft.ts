/** The report being taken down. It survives a reload of this tab and goes when it is filed; never into lasting storage,
 * because it holds how to reach somebody. */
import {reactive, shallowRef, watch} from 'vue'
import {get, type Sent} from '@/shared/api'
import type {Case, Field, Offer} from '@/shared/types'
import {act, type Values} from '@/ui/form'
import type {Article} from '../knowledge/data'

export interface Draft {
  text: string; address: string; lon: number | null; lat: number | null; name: string; phone: string; channel: string
  category: string; condition: string; same_as: string; same_label: string; about: '' | 'service' | 'conduct'; about_unit: string
  /** Number of the case that the caller asks about again. */
  earlier: string
  /** Promised on the telephone: when (as a datetime-local input has it) and what about. */
  call_at: string; call_note: string
  /** Answered at once: the article that is cited, what is said, and its basis. */
  article: string; answer: string; basis: string
}
const KEY = 'yiwang.call'
const empty = (): Draft => ({text: '', address: '', lon: null, lat: null, name: '', phone: '', channel: 'phone', category: '', condition: '', same_as: '', same_label: '', about: '', about_unit: '', earlier: '', call_at: '', call_note: '', article: '', answer: '', basis: ''})

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
  if (d.earlier.trim()) body.earlier = d.earlier.trim()
  if (d.name.trim() || d.phone.trim()) body.contact = {...(d.name.trim() && {name: d.name.trim()}), ...(d.phone.trim() && {phone: d.phone.trim()})}
  if (d.about && d.about_unit) body.about = {kind: d.about, unit: d.about_unit}
  if (media.length > 0) body.media = media
  return body
}

export interface Filed {
  number: string; track: string; category: {code: string; name: string; confidence: number}; area: {name: string} | null; unit: {name: string} | null
  state_label: string; due: string | null; due_provisional?: boolean; joined?: boolean
  /** Few people may read it: not even who filed it. */
  restricted?: boolean
  /** What was done in the same step, and what of it was not. */
  steps?: {use: Step['use']; failed: string}[]
  perhaps?: {name: string; phone: string; advice: string}
}
/** Takes an article as the answer; what is said may still be changed. A second time takes it back. */
export function answerWith(a: Article): void {
  const same = draft.article === a.number
  Object.assign(draft, same ? {article: '', answer: '', basis: ''} : {article: a.number, answer: a.body, basis: a.sources ?? ''})
}

/** What fills the fields of an offer: times, the case that is named, and texts in the order in which the form has them. */
function fill(offer: Offer, of: {type: Field['type']; value: string}[]): Values {
  const left = [...of], values: Values = {}
  for (const f of offer.fields) {
    const at = left.findIndex((x) => x.type === f.type)
    if (at >= 0) values[f.name] = (left.splice(at, 1)[0] as {value: string}).value
  }
  return values
}

/** What is done with the report in the same step, after it was filed: the promise first, because an answer closes it. */
export interface Step { use: 'promise' | 'cite'; of: {type: Field['type']; value: string}[] }
export function stepsOf(d: Draft): Step[] {
  const steps: Step[] = []
  if (d.call_at) steps.push({use: 'promise', of: [{type: 'time', value: d.call_at}, {type: 'text', value: d.call_note}]})
  if (d.article) steps.push({use: 'cite', of: [{type: 'case', value: d.article}, {type: 'text', value: d.answer}, {type: 'text', value: d.basis}]})
  return steps
}

/** in: number of the case just filed. out: the state it is in then. errors: Problem; a step that is not offered is left out and named. */
export async function take(number: string, step: Step, o: Sent): Promise<Case | null> {
  const kase = await get<Case>('/cases/' + number), offer = kase.actions.find((x) => x.use === step.use)
  return offer ? act<Case>(number, offer, fill(offer, step.of), {...o, version: kase.version}) : null
}

/** The last report filed here, for its receipt: the tracking code is known only now. */
export const lastFiled = shallowRef<Filed | null>(null)
/** The one whose result is on the screen; a way to the printer and back keeps it. */
export const filed = shallowRef<Filed | null>(null)
