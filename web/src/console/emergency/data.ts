/** What the page of emergencies shows: scales, plans, the roll and the numbers in buildings, read out of what the API says. Pure
 * but for `emergencies`. */
import {get} from '@/shared/api'
import {language} from '@/shared/words'
import type {Case, Clock, HistoryLine, Named, Task, Time} from '@/shared/types'

export interface Step extends Named { note?: string | null }
export interface Scale { basis: string; steps: Step[] }
export interface PlanLine { unit: Named | null; text: string; amount?: number; phone?: string }
export interface Plan extends Named {
  basis: string; kind: string; categories: string[]; warnings: Record<string, number>; desk: string | null; lead: Named | null
  duties: PlanLine[]; prevention: string; handling: string; support: string; resources: PlanLine[]; contacts: PlanLine[]; recovery: string
  tasks: (Named & {unit: Named | null; level: number; limit: {amount: number; unit: Clock['unit']} | null; basis: string})[]
}
export interface Mechanism extends Named { as: 'response' | 'alert' | 'notice'; active: string[] }
export interface Emergencies {
  scales: Record<string, Scale>; kinds: (Named & {basis: string; figures: Named[]})[]; plans: Plan[]; procedures: Mechanism[]
}
export interface Published {
  id: string; as: 'alert' | 'notice'; headline: string; level?: Named; starts: Time; ends: Time; issued: Time; issuer?: Named | null
  areas: Named[]; text: string; measures?: string; exercise?: true
}
export interface Turn { desk: Named & {phone: string}; begins: string; ends: string; people: {label: string; part_label: string}[] }
export interface Proposal { grade: Named | null; figure?: Named; value?: number; from?: number; basis: string }

let kept: {of: string; what: Promise<Emergencies>} | null = null

/** Asked for once per language. */
export function emergencies(): Promise<Emergencies> {
  if (kept?.of !== language.value) {
    const what = get<Emergencies>('/emergencies')
    kept = {of: language.value, what}
    what.catch(() => { kept = null })
  }
  return kept.what
}

/** What the case keeps under a name of its procedure's own. */
export const attribute = (kase: Case, name: string): {value: string; label: string} | undefined => {
  const a = kase.attributes?.find((x) => x.name === name)
  return a && {value: a.value, label: a.value_label}
}

/** Tasks of the plan on one side, reports and orders on the other; what is done stands last. */
export function sorted(tasks: Task[]): {plan: Task[]; other: Task[]} {
  const order = (a: Task, b: Task): number => Number(a.over) - Number(b.over) || a.id - b.id
  return {plan: tasks.filter((k) => k.item).sort(order), other: tasks.filter((k) => !k.item).sort(order)}
}

const fieldsOf = (l: HistoryLine): Record<string, string> => (l.facts.fields as Record<string, string> | undefined) ?? {}

/** What was said when the response began or was changed last, field by field. */
export function lastTold(kase: Case, field: string): string {
  for (let i = kase.history.length - 1; i >= 0; i--) {
    const told = kase.history[i]?.told?.find((x) => x.field === field)
    if (told) return told.text
  }
  return ''
}

/** How many need help, by building: the number said last for each. */
export function buildings(kase: Case): {place: string; number: number; at: Time}[] {
  const last = new Map<string, {place: string; number: number; at: Time}>()
  for (const l of kase.history) {
    const n = fieldsOf(l).number
    const place = l.internal?.trim()
    if (n !== undefined && place) last.set(place, {place, number: Number(n), at: l.at})
  }
  return [...last.values()].sort((a, b) => b.number - a.number)
}

export interface RollLine { n: number; fields: Record<string, string>; status: string }

/** The roll with the state said last for each line: whoever corrects a line names it by its number. */
export function roll(kase: Case, lines: {n: number; fields: Record<string, string>}[]): RollLine[] {
  return lines.map((r) => {
    let status = ''
    for (const l of kase.history) {
      const f = fieldsOf(l)
      if (f.status && (l.n === r.n || Number(f.line) === r.n)) status = f.status
    }
    return {...r, status}
  }).filter((r) => r.status !== '')
}

/** The gravest of the warnings in force, of exercises or of the real thing. */
export function gravest(all: Published[], scale: Scale | undefined, exercise: boolean): Published | undefined {
  const rank = (p: Published): number => scale?.steps.findIndex((s) => s.code === p.level?.code) ?? -1
  return all.filter((p) => p.as === 'alert' && !!p.exercise === exercise && rank(p) >= 0).sort((a, b) => rank(a) - rank(b))[0]
}

export interface Draft { n: number; areas: string[]; told: {field: string; label: string; text: string}[] }

/** What was drafted last: the last line that names areas and until when. */
export function draftOf(kase: Case): Draft | null {
  const line = [...kase.history].reverse().find((l) => fieldsOf(l).areas && fieldsOf(l).ends)
  return line ? {n: line.n, areas: fieldsOf(line).areas!.split(','), told: line.told ?? []} : null
}

/** Whether what was drafted last is out: the case went on to another state after it, and has not ended. */
export function isOut(kase: Case): boolean {
  const draft = draftOf(kase), at = kase.history.find((l) => l.n === draft?.n)?.state
  return draft !== null && !kase.ended && kase.history.some((l) => l.n > draft.n && l.action !== null && l.state !== at)
}
