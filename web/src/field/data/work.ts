/** What is to be done, from what the server says of cases and procedures. Pure; knows no action and no state by name. */
import type {Case, Category, Condition, Field, Named, Offer, Row, Task} from '@/shared/types'
import type {Letter} from './db'
import {metres, route, type Place} from './route'

export interface WorkRow extends Omit<Row, 'condition'> { condition: Case['condition']; actions: Offer[]; tasks: Task[] }

export interface Action {
  code: string; label: string; from: string[]; to: string | null; task: string | null; task_from: string[]; task_to: string | null
  by: string[]; fields: Field[]; quick: boolean; confirm: string | null
}
export interface State { code: string; label: string; owner: string; end: string | null }
export interface Procedure { code: string; label: string; matter?: string; files?: string[]; states: State[]; tasks: {code: string; label: string; states: State[]}[]; actions: Action[] }
export interface Point { code: string; name: string; grid: Named | null; lon: number; lat: number; every_hours: number; kind?: string | null; route?: Named | null; stop?: number; last: string | null; due: string | null }
export interface Template { code: string; label: string; actions: string[]; text: string }

/** Offers that carry the case on; a note can be written to anything and is no task. */
export const steps = (offers: Offer[]): Offer[] => offers.filter((o) => o.task !== undefined || o.quick)

/** The field with whose photo the closing condition is proved, required or not by that condition. */
function settle(f: Field, photo: boolean): Field {
  return f.required_by === 'condition' ? {...f, required: photo} : f
}

function offerOf(a: Action, photo: boolean, task?: number): Offer {
  return {
    action: a.code, label: a.label, fields: a.fields.map((f) => settle(f, photo)), quick: a.quick,
    ...(a.confirm ? {confirm: a.confirm} : {}), ...(task === undefined ? {} : {task}),
  }
}

const startsFrom = (a: Action, p: Procedure, state: string): boolean => {
  const s = p.states.find((x) => x.code === state)
  return !s?.end && (a.from.includes(state) || a.from.includes('*') || (a.from.length === 0 && !!a.task))
}

/** What the case will offer when the acts that still wait have arrived. What else the rules demand, the server knows:
 * it refuses what does not fit, and the outbox shows that. */
export function foresee(row: WorkRow, p: Procedure | undefined, waiting: Letter[], posts: string[]): Offer[] {
  const acts = waiting.filter((l) => l.kind === 'act' && l.state !== 'sent')
  if (acts.length === 0) return row.actions
  if (!p) return []
  const tasks = row.tasks.map((k) => ({...k})), mine = new Set(row.actions.map((o) => o.task).filter((n) => n !== undefined))
  let state = row.state
  for (const l of acts) {
    const a = p.actions.find((x) => x.code === l.action)
    if (!a || a.to === 'back') return []
    const task = tasks.find((k) => k.id === l.task)
    if (task && a.task_to) task.state = a.task_to
    if (a.to) state = a.to
  }
  return p.actions.filter((a) => a.task && a.by.some((b) => posts.includes(b)) && startsFrom(a, p, state))
    .flatMap((a) => tasks.filter((k) => mine.has(k.id) && k.kind === a.task && a.task_from.includes(k.state)).map((k) => offerOf(a, row.condition?.photo ?? false, k.id)))
}

/** What its reporter may do at once with a report that is still in the outbox: steps from the first state by own posts. */
export function firstSteps(p: Procedure | undefined, posts: string[], photo: boolean, waiting: Letter[]): Offer[] {
  const first = p?.states[0]?.code
  if (!p || !first || waiting.some((l) => l.kind === 'act' && l.state !== 'sent')) return []
  return p.actions.filter((a) => !a.task && a.quick && a.by.some((b) => posts.includes(b)) && a.from.includes(first)).map((a) => offerOf(a, photo))
}

/** The step that ends a fresh report at once: solved on the spot. */
export function endsAtOnce(p: Procedure | undefined, posts: string[], photo: boolean): Offer | undefined {
  const closed = new Set((p?.states ?? []).filter((s) => s.end === 'closed').map((s) => s.code))
  return firstSteps(p, posts, photo, []).find((o) => closed.has(p?.actions.find((a) => a.code === o.action)?.to ?? ''))
}

export type Order = 'due' | 'near' | 'way'

/** In the order wanted; without a place of one's own only the due time orders. Rows without a place come last. */
export function ordered(rows: WorkRow[], by: Order, here: Place | null): WorkRow[] {
  const due = (r: WorkRow): number => (r.due ? new Date(r.due).getTime() : Infinity)
  const sorted = [...rows].sort((a, b) => due(a) - due(b) || (a.number < b.number ? -1 : 1))
  if (by === 'due' || !here) return sorted
  const placed = sorted.filter(hasPlace), rest = sorted.filter((r) => !hasPlace(r))
  if (by === 'near') return [...placed.sort((a, b) => metres(here, a) - metres(here, b)), ...rest]
  return [...route(here, placed), ...rest]
}

export const hasPlace = (r: WorkRow): r is WorkRow & Place => r.lon !== undefined && r.lon !== null && r.lat !== undefined && r.lat !== null

/** What is reported most: pairs of category and condition, own choices first. in: rows of the last weeks, own counts. */
export function frequent(rows: {category: Named | null; condition: string | null}[], own: Record<string, number>, known: (code: string) => Category | undefined, n: number): {category: Category; condition: Condition | null}[] {
  const counts = new Map<string, number>(Object.entries(own).map(([k, v]) => [k, v * 20]))
  for (const r of rows) {
    const key = `${r.category?.code ?? ''}|${r.condition ?? ''}`
    counts.set(key, (counts.get(key) ?? 0) + 1)
  }
  const found: {category: Category; condition: Condition | null}[] = []
  for (const [key] of [...counts].sort((a, b) => b[1] - a[1] || (a[0] < b[0] ? -1 : 1))) {
    const [code, condition] = key.split('|') as [string, string], c = known(code)
    if (!c || !c.intake || found.length === n) continue
    const k = c.conditions.find((x) => x.code === condition) ?? null
    if (!condition || k) found.push({category: c, condition: k})
  }
  return found
}

/** Texts of a template with what is known of the case. */
export function fill(text: string, facts: Record<string, string>): string {
  return text.replace(/\{(\w+)\}/g, (_, name: string) => facts[name] ?? '')
}

/** What changed since a version was seen, newest first. */
export function since(c: Case, version: number): Case['history'] {
  return c.history.filter((h) => h.n > version).reverse()
}
