/** Which papers can be made of a case, and what stands on them. Pure. */
import type {Case, HistoryLine} from '@/shared/types'

export type Paper = 'order' | 'supervision' | 'return' | 'reply' | 'receipt'
export const PAPERS: Paper[] = ['order', 'supervision', 'return', 'reply', 'receipt']

/** Actions whose line a paper is made of. A city that names its own differently gets the order and the receipt. */
const LINES: Record<string, string[]> = {supervision: ['supervise', 'urge'], return: ['return', 'object', 'recuse']}

/** The line that a paper tells of: the last that fits. The reply is the last that ended the case with a text. */
export function lineOf(c: Case, paper: Paper): HistoryLine | null {
  const lines = paper === 'reply' ? c.history.filter((l) => c.ended !== null && l.text && l.by.kind !== 'reporter' && l.n > 1)
    : c.history.filter((l) => LINES[paper]?.includes(l.action ?? ''))
  return lines[lines.length - 1] ?? null
}

export function papersOf(c: Case): Paper[] {
  return PAPERS.filter((p) => p === 'receipt' || (p === 'order' ? c.unit !== null : lineOf(c, p) !== null))
}
