/** What the duty room shows, as GET /api/v1/duty and its neighbours say it, and kept up to date by the feed. */
import {onBeforeUnmount, ref, shallowRef, watch, type Ref} from 'vue'
import {get} from '@/shared/api'
import {feed} from '@/shared/feed'
import {problemText} from '@/shared/problem'
import type {CaseList, Named, Offer, Row, SheetPart, Time} from '@/shared/types'

export interface Desk { code: string; name: string; phone: string; unit: Named | null }
export interface Turn { desk: Desk | null; begins: Time; ends: Time; people: {login: string; label: string; part: string; part_label: string}[] }
export interface Call {
  number: string; row: Row
  calls: {task: number; unit: Named | null; rung?: number; rungs?: number; whom?: string; phone?: string; basis?: string; due: Time; missed: boolean}
}
export interface Room {
  desk: Desk | null; desks: {desk: Desk | null}[]; turn: Turn | null; next: Turn | null; shift: Row | null; file: string | null
  calls: Call[]; calls_total: number; call_backs: Call[]; call_backs_total: number
}
export interface Sheet {
  number: string; state: string; state_label: string; filed: Time; ended: Time; desk: Desk | null; action: Named; taken: Time; remarks: string | null
  people: {name: string; part: string; label: string}[]; log: {at: Time; what: string; text: string | null}[]; parts: SheetPart[]
}
/** What is asked for beside the room: `q` is kept by the server, nothing here knows a procedure. */
export interface Beside { unsigned: Row[]; unsigned_total: number; shifts: Row[]; sheet: Sheet | null; turns: Turn[] }

const SHOWN = 50, DAYS = 7

/** The shifts that are late: not handed over in time, or not confirmed. */
export function lateShifts(shifts: Row[]): Row[] {
  return shifts.filter((s) => s.missed)
}

/** What may be done about a task of a row: its own offers, those that need nothing but a word first. */
export function offersOf(row: Row, task?: number): Offer[] {
  return (row.actions ?? []).filter((o) => o.task !== undefined && (task === undefined || o.task === task))
}

/** The turns of a roster by the day they begin on. in: day = the words for the day of an instant. */
export function byDay(turns: Turn[], day: (at: string) => string): {day: string; turns: Turn[]}[] {
  const days: {day: string; turns: Turn[]}[] = []
  for (const turn of turns) {
    const name = turn.begins ? day(turn.begins) : ''
    const last = days[days.length - 1]
    if (last?.day === name) last.turns.push(turn)
    else days.push({day: name, turns: [turn]})
  }
  return days
}

async function beside(room: Room): Promise<Beside> {
  const none: CaseList = {items: [], next: null}
  const [unsigned, shifts, sheet, roster] = await Promise.all([
    get<CaseList>('/cases', {q: 'status:open flag:unsigned', sort: 'due', with: 'actions,total', limit: SHOWN}),
    room.file ? get<CaseList>('/cases', {q: `status:open class:${room.file}`, sort: 'due', limit: SHOWN}) : none,
    room.shift ? get<Sheet>(`/cases/${encodeURIComponent(room.shift.number)}/sheet`) : null,
    room.desk ? get<{items: Turn[]}>('/duty/roster', {desk: room.desk.code, days: DAYS}) : {items: []},
  ])
  return {unsigned: unsigned.items, unsigned_total: unsigned.total ?? unsigned.items.length, shifts: shifts.items, sheet, turns: roster.items}
}

export function useRoom(desk: Ref<string>) {
  const room = shallowRef<Room | null>(null), more = shallowRef<Beside | null>(null), failure = ref(''), live = ref(true)
  let turn = 0, soon: ReturnType<typeof setTimeout> | undefined

  async function load(): Promise<void> {
    const mine = ++turn
    try {
      const r = await get<Room>('/duty', {desk: desk.value || undefined})
      const b = await beside(r)
      if (mine !== turn) return
      room.value = r
      more.value = b
      failure.value = ''
    } catch (e) {
      if (mine === turn) failure.value = problemText(e)
    }
  }
  const touch = (): void => { soon ??= setTimeout(() => { soon = undefined; void load() }, 400) }
  watch(desk, () => void load(), {immediate: true})
  const end = feed('status:open', {put: touch, gone: touch, reset: touch, state: (open) => { if (open && !live.value) touch(); live.value = open }})
  onBeforeUnmount(() => { end(); clearTimeout(soon) })
  return {room, more, failure, live, load}
}
