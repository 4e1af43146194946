/** Which photos a case has, and which show it before and after. Pure. */
import type {Case, HistoryLine} from '@/shared/types'

export const photoAddress = (number: string, id: string): string => `/api/v1/cases/${encodeURIComponent(number)}/media/${encodeURIComponent(id)}`

/** Ids of photos of a line. */
export const lineMedia = (l: HistoryLine): string[] => l.media ?? []

/** Ids of the photos that came with the report: what the first line has, or what no later line has. */
export function filedMedia(c: Case): string[] {
  const first = c.history[0], own = first ? lineMedia(first) : []
  if (own.length > 0) return own
  const later = new Set(c.history.slice(1).flatMap(lineMedia))
  return c.media.filter((id) => !later.has(id))
}

/** The photos taken last by those who worked on it, with the line they belong to. */
export function afterLine(c: Case): HistoryLine | null {
  const lines = c.history.slice(1).filter((l) => l.by.kind === 'staff' && lineMedia(l).length > 0)
  return lines[lines.length - 1] ?? null
}

/** First photo of the report and last of the work, where there are both. */
export function beforeAndAfter(c: Case): [string, string] | null {
  const before = filedMedia(c)[0], line = afterLine(c), after = line ? lineMedia(line)[0] : undefined
  return before && after ? [before, after] : null
}
