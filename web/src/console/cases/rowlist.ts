/** A sorted list of rows that events change. Pure: what is shown, in which order, and what just changed. */
import type {Row} from '@/shared/types'

export type Mark = 'new' | 'changed' | 'gone'
export interface RowList { rows: Row[]; marks: Map<string, Mark>; added: number; dropped: number }

const at = (x: string | null): number => (x === null ? Number.MAX_SAFE_INTEGER : new Date(x).getTime())

/** Whether a stands before b in the order of the server. */
export function before(a: Row, b: Row, sort: string): boolean {
  if (sort === 'due') return at(a.due) !== at(b.due) ? at(a.due) < at(b.due) : a.number < b.number
  if (sort === '-filed') return at(a.filed) < at(b.filed)
  if (sort === 'updated') return true // what has just changed is the newest
  return at(a.filed) !== at(b.filed) ? at(a.filed) > at(b.filed) : a.number > b.number
}

function place(rows: Row[], row: Row, sort: string): number {
  const found = rows.findIndex((r) => before(row, r, sort))
  return found < 0 ? rows.length : found
}

/** Applies changes. in: whole = the list holds every row of the query, so that one at the end belongs to it too.
 * out: new rows and marks; counts of rows that came and went. */
export function applied(rows: Row[], puts: Row[], gone: string[], sort: string, whole: boolean): RowList {
  const next = [...rows], marks = new Map<string, Mark>()
  let added = 0, dropped = 0
  for (const row of puts) {
    const have = next.findIndex((r) => r.number === row.number), old = next[have]
    if (old && old.version > row.version) continue
    const stays = old && sort !== 'updated' && (sort !== 'due' || old.due === row.due)
    if (old && stays) next[have] = row
    else {
      if (old) next.splice(have, 1)
      const to = place(next, row, sort)
      const shown = to < next.length || whole
      if (shown) next.splice(to, 0, row)
      if (shown && !old) {
        added++
        marks.set(row.number, 'new')
      }
    }
    if (old && old.version !== row.version) marks.set(row.number, 'changed')
  }
  for (const number of gone) {
    if (!next.some((r) => r.number === number)) continue
    marks.set(number, 'gone')
    dropped++
  }
  return {rows: next, marks, added, dropped}
}
