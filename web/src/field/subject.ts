import {dueWords} from '@/shared/format'
import type {Subject} from './ActSheet.vue'
import type {WorkRow} from './data/work'
import {unsent} from './mail'

/** What a form says about its case, and on which version the act builds. */
export function subjectOf(r: WorkRow): Subject {
  const chained = unsent.value.some((l) => l.number === r.number)
  return {
    about: [r.category?.name, r.address || r.area?.name, r.number].filter(Boolean).join(' · '), number: r.number, base: r.version, chained,
    category: r.category, condition: r.condition?.code ?? null,
    facts: {number: r.number, unit: r.unit?.name ?? '', area: r.area?.name ?? '', due: r.due ? dueWords(r.due) : '', category: r.category?.name ?? ''},
  }
}
