/** The list somebody came from, so that a case page can lead to the next and the one before. */
import {shallowRef} from 'vue'

export interface Trail { address: string; numbers: string[] }
export const trail = shallowRef<Trail>({address: '/cases', numbers: []})

export function neighbours(number: string): {before: string | null; after: string | null; at: number; of: number} {
  const all = trail.value.numbers, at = all.indexOf(number)
  return {before: all[at - 1] ?? null, after: at < 0 ? null : all[at + 1] ?? null, at: at + 1, of: all.length}
}
