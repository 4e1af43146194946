/** The procedures at hand for whoever draws: labels of states for clocks, and which action leads back. */
import {shallowRef} from 'vue'
import {language} from '@/shared/words'
import {procedures, type Procedure, type ProcedureAction} from './procedures'

export const law = shallowRef<Procedure[]>([])
let loaded = ''

/** Loads them if they are not there yet. A server without them leaves codes as they are. */
export async function loadLaw(): Promise<void> {
  if (loaded === language.value) return
  loaded = language.value
  try {
    law.value = await procedures()
  } catch {
    loaded = ''
  }
}

export const procedure = (code: string): Procedure | undefined => law.value.find((p) => p.code === code)

/** Label of a state of a procedure, or of one of its tasks. */
export function stateLabel(code: string, state: string): string {
  const p = procedure(code)
  return p?.states.find((s) => s.code === state)?.label ?? p?.tasks.flatMap((k) => k.states).find((s) => s.code === state)?.label ?? state
}

/** Actions that undo what an action did: offered now, lead back to the state before, and need nothing filled in.
 * in: states before and after; codes of what is offered now. */
export function opposites(p: Procedure | undefined, before: string, after: string, offered: string[]): ProcedureAction[] {
  if (!p || before === after) return []
  return p.actions.filter((a) => offered.includes(a.code) && a.from.includes(after) && (a.to === before || a.to === 'back') &&
    !a.fields.some((f) => f.required))
}
