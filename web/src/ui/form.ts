/** What a form holds while it is filled in, and how that becomes the body of an action. The procedure describes the fields;
 * nothing here knows an action by name. */
import {newKey, post, upload, type Sent} from '@/shared/api'
import {t} from '@/shared/words'
import type {Field, Offer} from '@/shared/types'

export type Value = string | string[] | Blob[] | boolean
export type Values = Record<string, Value>

/** Empty values for the fields. in: what is proposed for some of them. */
export function emptyValues(fields: Field[], proposed: Values = {}): Values {
  const v: Values = {}
  for (const f of fields) v[f.name] = proposed[f.name] ?? (isList(f) ? [] : f.type === 'bool' ? false : '')
  return v
}

/** Fields whose value is a list of codes or pictures. */
export function isList(f: Field): boolean {
  return f.many === true || ['unit', 'units', 'area', 'areas', 'category', 'condition', 'channel', 'media', 'materials', 'document'].includes(f.type)
}

/** Fields with several codes: sent as a list, also where it holds one. */
export function isMany(f: Field): boolean {
  return f.many === true || f.type === 'units' || f.type === 'areas' || f.type === 'materials'
}

/** Fields that the server fills in when the form is sent: what is sent for them would count for nothing. */
export function isTakenDown(f: Field): boolean {
  return f.type === 'cases'
}

/** Fields whose value are files, to be uploaded before the form is sent. */
function isFiles(f: Field): boolean {
  return f.type === 'media' || f.type === 'document'
}

/** What is missing or too long, by field; empty when all is well. */
export function findings(fields: Field[], values: Values): Record<string, string> {
  const bad: Record<string, string> = {}
  for (const f of fields) {
    if (isTakenDown(f)) continue
    const v = values[f.name]
    const empty = v === undefined || v === false || (Array.isArray(v) ? v.length === 0 : String(v).trim() === '')
    if (f.required && empty && f.type !== 'bool') bad[f.name] = f.type === 'media' ? t('form.photo_needed') : t('form.missing', {label: f.label})
    else if (f.type === 'text' && f.max && [...String(v ?? '')].length > f.max) bad[f.name] = t('form.too_long', {n: f.max, have: [...String(v)].length})
  }
  return bad
}

/** The body of the action. in: ids of the uploaded photos by field. Empty fields are left out. */
export function bodyOf(fields: Field[], values: Values, media: Record<string, string[]>): Record<string, unknown> {
  const body: Record<string, unknown> = {}
  for (const f of fields) {
    const v = values[f.name]
    if (isTakenDown(f)) continue
    if (isFiles(f)) {
      if (media[f.name]?.length) body[f.name] = media[f.name]
    } else if (isMany(f)) {
      if ((v as string[] | undefined)?.length) body[f.name] = v
    } else if (isList(f)) {
      if ((v as string[] | undefined)?.length) body[f.name] = (v as string[])[0]
    } else if (f.type === 'bool') {
      if (v) body[f.name] = true
    } else if (String(v ?? '').trim() !== '') {
      body[f.name] = f.type === 'number' || f.type === 'task' ? Number(v) : f.type === 'time' ? new Date(String(v)).toISOString() : String(v).trim()
    }
  }
  return body
}

/** Photos that are uploaded already: a second attempt names them again instead of sending them again. */
const uploaded = new WeakMap<Blob, string>()

/** Uploads the photos of a form, then acts. The key makes a second attempt after a broken line count once. */
export async function act<T>(number: string, offer: Offer, values: Values, o: Sent = {}): Promise<T> {
  const media: Record<string, string[]> = {}
  for (const f of offer.fields) {
    if (!isFiles(f)) continue
    media[f.name] = []
    for (const blob of (values[f.name] ?? []) as Blob[]) {
      const id = uploaded.get(blob) ?? await upload(blob)
      uploaded.set(blob, id)
      media[f.name]?.push(id)
    }
  }
  const body = bodyOf(offer.fields, values, media)
  if (offer.task !== undefined) body.task = offer.task
  return await post<T>(`/cases/${number}/actions/${offer.action}`, body, {key: newKey(), ...o})
}
