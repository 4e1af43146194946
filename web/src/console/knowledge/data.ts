/** Articles of the knowledge base as the server tells of them. */
import {clockNow} from '@/shared/clock'
import type {Case, HistoryLine, Named, Offer, Time} from '@/shared/types'
import {isList, type Values} from '@/ui/form'
import type {Procedure} from '../procedures'

export interface Article {
  number: string; state: string; title: string; body: string; sources: string | null; unit: Named | null
  changed: Time; review: Time; categories: string[]; open: boolean
}

/** Whether somebody should have looked at it again by now. It still answers, but the reader is warned. */
export function isDue(a: Pick<Article, 'review'>, now = clockNow()): boolean {
  return a.review !== null && Date.parse(a.review) < now
}

/** A line of the list. due: somebody is late with it. */
export interface Line { number: string; title: string; note: string; due: boolean }

/** The lists of the page: what is in use is found by its text, the others are queries over states. */
export function listsOf(p: Procedure): {key: 'use' | 'due' | 'draft' | 'out'; q: string}[] {
  const of = `procedure:${p.code}`, articles = p.articles ?? [], late = articles.filter((s) => s !== articles[0])
  return [
    {key: 'use', q: ''},
    {key: 'due', q: `${of} status:open ${late.length > 0 ? 'state:' + late.join(',') : 'due:<0m'}`},
    {key: 'draft', q: `${of} status:open ${articles.map((s) => '-state:' + s).join(' ')}`},
    {key: 'out', q: `${of} -status:open`},
  ]
}

export interface Text { at: Time; told: {field: string; label: string; text: string}[]; fields: Record<string, string> }

const fieldsOf = (l: HistoryLine): Record<string, string> => (l.facts.fields as Record<string, string> | undefined) ?? {}

/** What was written last: the longest form that was filled in with several texts. Null before anything was written. */
export function textOf(c: Pick<Case, 'history'>): Text | null {
  const line = [...c.history].reverse().find((l) => (l.told?.length ?? 0) > 1)
  return line ? {at: line.at, told: line.told ?? [], fields: fieldsOf(line)} : null
}

/** What a form begins with: what this action said the last time, so that a correction loses nothing. */
export function saidBefore(c: Pick<Case, 'history' | 'text'>, o: Offer): Values {
  const line = [...c.history].reverse().find((l) => l.action === o.action && (l.told?.length ?? 0) > 1), values: Values = {}
  if (!line) return c.text && o.fields.length > 2 && o.fields[0]?.type === 'text' ? {[o.fields[0].name]: c.text} : {}
  const told = new Map((line.told ?? []).map((x) => [x.field, x.text])), codes = fieldsOf(line)
  for (const f of o.fields) {
    const text = told.get(f.name) ?? codes[f.name]
    if (text === undefined) continue
    values[f.name] = f.type === 'bool' ? text === 'true' : isList(f) ? text.split(',') : text
  }
  return values
}
