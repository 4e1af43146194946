/** What the pages of prevention read: the timetable of inspection plans, proposals, sensors. */
import type {Named} from '@/shared/types'

export const STATES = ['planned', 'waiting', 'open', 'late', 'done', 'dropped', 'missed'] as const
export type InspectionState = typeof STATES[number]
export interface Item {
  plan: string; thing: string; name: string; area: Named | null; unit: Named | null; day: string; begins: string; ends: string
  state: InspectionState; state_label: string; number: string | null
}
export type Day = {day: string} & Record<InspectionState, number>
export interface Plan { code: string; name: string; look: string; condition: string; every: number; step: 'days' | 'weeks' | 'months'; unit: Named | null; basis: string }
export interface Timetable { items: Item[]; total: number; from: string; to: string; today: string; days: Day[]; plans: Plan[] }
export interface Proposal { thing: string; name: string | null; area: Named | null; count: number; newest: string; numbers: string[] }
export interface Proposals { items: Proposal[]; total: number; rule: {at_least: number; days: number; condition: string; category: string} | null }

export interface SensorRule { code: string; name: string; test: 'above' | 'below' | 'silent'; limit?: number; seconds: number; on: boolean; number: string | null }
export interface Sensor { code: string; name: string; unit: string | null; thing: string | null; area: Named | null; state: string; last: string | null; value: number | null; rules: SensorRule[] }
export interface Sensors { items: Sensor[]; total: number; all: number; silent: number; alarmed: number; filed: number; added: number; taken: number; mqtt?: boolean; refused: Record<string, number> }

/** A day so many days later, both as 2026-11-24. */
export function plusDays(day: string, n: number): string {
  const d = new Date(day + 'T00:00:00Z')
  d.setUTCDate(d.getUTCDate() + n)
  return d.toISOString().slice(0, 10)
}
/** How the colour of a state reads in a list. */
export function tagOf(state: InspectionState): string {
  return state === 'late' || state === 'missed' ? 'late' : state === 'open' || state === 'waiting' ? 'soon' : state === 'done' ? 'fine' : ''
}
/** What is still to be done of a day, and what should have been. */
export function sums(days: Day[]): {due: number; done: number; late: number; open: number} {
  const all = {due: 0, done: 0, late: 0, open: 0}
  for (const d of days) {
    all.due += STATES.reduce((n, s) => n + d[s], 0)
    all.done += d.done
    all.late += d.late + d.missed
    all.open += d.open + d.waiting
  }
  return all
}
