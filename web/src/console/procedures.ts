/** The procedures of the city, loaded once for each language: labels of states, diagrams. */
import {get} from '@/shared/api'
import {language} from '@/shared/words'
import type {Field} from '@/shared/types'

export interface ProcedureState {
  code: string; label: string; public: string; owner: string; end: string | null; pauses: boolean; no_clock?: string | null; x: number
  clock: {limit: {amount: number; unit: string} | null; from_condition?: boolean; basis: string} | null
}
export interface ProcedureAction {
  code: string; label: string; from: string[]; to: string | null; task: string | null; task_from: string[]; task_to: string | null
  by: string[]; fields: Field[]; quick: boolean; confirm: string | null; basis: string | null
}
export interface Procedure {
  code: string; label: string; matter: string; person: string; basis: string; private?: boolean; restricted?: boolean; articles?: string[]
  states: ProcedureState[]; tasks: {code: string; label: string; states: ProcedureState[]}[]; actions: ProcedureAction[]; joins: {from: string; to: string}[]
}

const loaded = new Map<string, Promise<Procedure[]>>()

/** errors: Problem, and the next call asks again. */
export function procedures(): Promise<Procedure[]> {
  const lang = language.value
  let p = loaded.get(lang)
  if (!p) {
    p = get<{items: Procedure[]}>('/procedures', {lang}).then((r) => r.items)
    p.catch(() => loaded.delete(lang))
    loaded.set(lang, p)
  }
  return p
}
