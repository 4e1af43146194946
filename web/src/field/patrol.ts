/** Points that are looked at: what waits on this phone about each, and the patrol that a finding belongs to. */
import {computed} from 'vue'
import {city} from '@/shared/city'
import {clockNow} from '@/shared/clock'
import {session} from '@/shared/session'
import {t} from '@/shared/words'
import type {Offer} from '@/shared/types'
import type {Letter} from './data/db'
import {firstSteps, type Point} from './data/work'
import {enqueue, mine, unsent} from './mail'
import {pointsAt, procedureOf} from './state'

const SAME_VISIT_MS = 2 * 3_600_000 // what is found within this time belongs to the visit before
const FOUND = 'reported' // the answer of a patrol that found something; where a package has none the worker confirms himself
const category = computed(() => city.value?.categories.find((k) => k.procedure === 'patrol'))
export const offer = computed(() => firstSteps(procedureOf('patrol'), session.value?.posts ?? [], false, [])[0])

const isOf = (l: Letter, code: string): boolean => (l.extra.attributes as {point?: string} | undefined)?.point === code

/** On its way, or arrived after the list was read. */
export const confirmed = (p: Point): boolean => mine.value.some((l) => isOf(l, p.code) &&
  (l.state !== 'sent' || l.sent > pointsAt.value || unsent.value.some((x) => x.kind === 'act' && x.after === l.id)))

/** What was found there on the last visits, as letters. */
export const findings = (p: Point): Letter[] => mine.value.filter((l) => l.kind === 'report' && l.after !== '' && mine.value.some((x) => x.id === l.after && isOf(x, p.code)))

export function answerField(o: Offer | undefined): Offer['fields'][number] | undefined {
  return o?.fields.find((x) => x.type === 'choice' && x.required)
}

interface Spot { code: string; name: string; grid?: {name: string} | null }
const aboutOf = (p: Spot): string => [p.name, p.grid?.name].filter(Boolean).join(' · ')

/** A visit of a point, which the act that follows confirms. out: its id in the outbox. */
export function visit(p: Spot): Promise<string> {
  return enqueue({
    kind: 'report', title: t('field.patrol_title'), about: aboutOf(p), fields: [], values: {},
    extra: {text: t('field.patrol_text', {name: p.name}), category: category.value?.code, channel: 'field', attributes: {point: p.code}},
  })
}

/** The visit that a finding belongs to: the one of the last hours, else a new one, confirmed as one that found something.
 * out: its id in the outbox, '' where no visit can be filed. */
export async function visitOf(p: Spot): Promise<string> {
  const before = mine.value.filter((l) => isOf(l, p.code) && l.made > clockNow() - SAME_VISIT_MS).pop()
  if (before || !category.value) return before?.id ?? ''
  const id = await visit(p), f = answerField(offer.value), about = aboutOf(p)
  if (offer.value && f?.choices?.some((c) => c.value === FOUND)) {
    await enqueue({kind: 'act', title: offer.value.label, about, action: offer.value.action, fields: offer.value.fields, values: {[f.name]: FOUND}, after: id})
  }
  return id
}
