/** The report that is being written. Kept on the phone while it is: many phones throw the page away while the camera is open. */
import {reactive, toRaw, watch} from 'vue'
import {session} from '@/shared/session'
import {t} from '@/shared/words'
import {category as categoryOf, condition as conditionOf} from '@/shared/city'
import type {Field} from '@/shared/types'
import {keep, kept} from './data/db'
import type {Draft as LetterDraft} from './data/outbox'
import {outbox} from './mail'

export interface ReportDraft {
  step: number; text: string; address: string; category: string; condition: string; photos: Blob[]
  lon: number | null; lat: number | null; accuracy: number; agent: boolean; name: string; phone: string; sameAs: string
  procedure: string // what kind of matter, where it is no report
  point: string; pointName: string // the patrol point where it was found
}
const empty = (): ReportDraft => ({
  step: 0, text: '', address: '', category: '', condition: '', photos: [], lon: null, lat: null, accuracy: 0, agent: false, name: '', phone: '', sameAs: '', procedure: '', point: '', pointName: '',
})
export const draft = reactive<ReportDraft>(empty())

export const isEmpty = (): boolean => !draft.text && !draft.category && draft.photos.length === 0 && !draft.point

export function clear(): void {
  Object.assign(draft, empty())
}

interface Stored extends Omit<ReportDraft, 'photos'> { photos: {type: string; bytes: ArrayBuffer}[] }
let timer: ReturnType<typeof setTimeout> | undefined, watching = false

async function save(): Promise<void> {
  const db = outbox(), who = session.value?.login
  if (!db || !who) return
  const photos = await Promise.all(toRaw(draft).photos.map(async (b) => ({type: b.type, bytes: await b.arrayBuffer()})))
  await keep(db, 'draft', who, {...toRaw(draft), photos} as Stored)
}

/** Takes up what was being written when the page went away. */
export async function resumeDraft(): Promise<void> {
  const db = outbox(), who = session.value?.login
  if (db && who && isEmpty()) {
    const old = await kept<Stored>(db, 'draft', who)
    if (old && isEmpty()) Object.assign(draft, {...old.value, photos: old.value.photos.map((p) => new Blob([p.bytes], {type: p.type}))})
  }
  if (watching) return
  watching = true
  watch(draft, () => { clearTimeout(timer); timer = setTimeout(() => void save(), 400) }, {deep: true})
}

/** Begins a report of what was found at a point; its place is the point's. */
export function beginAt(p: {code: string; name: string; lon: number; lat: number}): void {
  clear()
  Object.assign(draft, {point: p.code, pointName: p.name, lon: p.lon, lat: p.lat, address: p.name})
}

/** What a report says when only a button was pressed. */
export function wordsOf(d: ReportDraft): string {
  const c = categoryOf(d.category), k = conditionOf(d.condition)
  return d.text.trim() || [c?.name, k?.filing].filter(Boolean).join(t('field.colon'))
}

/** The draft as a letter. */
export function letterOf(d: ReportDraft): LetterDraft {
  const fields: Field[] = [
    {name: 'text', label: t('field.what'), type: 'text', required: true, max: 2000}, {name: 'address', label: t('field.where'), type: 'text', required: false, max: 200},
    {name: 'media', label: t('field.photos'), type: 'media', required: false},
  ]
  const contact = d.agent && (d.name.trim() || d.phone.trim()) ? {contact: {...(d.name.trim() ? {name: d.name.trim()} : {}), ...(d.phone.trim() ? {phone: d.phone.trim()} : {})}} : {}
  return {
    kind: 'report', title: t(d.point ? 'field.finding' : d.agent ? 'field.report_for' : 'field.report'), fields,
    about: [categoryOf(d.category)?.name, d.address || d.text.trim().slice(0, 40) || conditionOf(d.condition)?.filing].filter(Boolean).join(' · '),
    values: {text: wordsOf(d), address: d.address, media: toRaw(d).photos.map(toRaw)},
    extra: {
      channel: d.agent ? 'agent' : 'field', ...(d.category ? {category: d.category} : {}), ...(d.condition ? {condition: d.condition} : {}),
      ...(d.lon !== null && d.lat !== null ? {lon: d.lon, lat: d.lat} : {}), ...(d.sameAs ? {same_as: d.sameAs} : {}), ...contact,
    },
  }
}
