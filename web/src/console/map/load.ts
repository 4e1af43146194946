/** Loads what the map shows. */
import {get} from '@/shared/api'
import type {AreaCollection, AreaFeature, CaseList, Row, Stats} from '@/shared/types'

export const CASES_MAX = 20_000
const PAGE = 500

/** Cases by pages, newest first. in: called after each page with what there is. out: whether there are more than are loaded. */
export async function loadCases(q: string, signal: AbortSignal, page: (rows: Row[]) => void, max = CASES_MAX): Promise<boolean> {
  let cursor: string | null = null
  for (let n = 0; n < max;) {
    const list: CaseList = await get<CaseList>('/cases', {q, limit: PAGE, cursor}, signal)
    page(list.items)
    n += list.items.length
    if (!list.next) return false
    cursor = list.next
  }
  return true
}

export async function loadAreas(level: string, parent: string, signal: AbortSignal): Promise<AreaFeature[]> {
  return (await get<AreaCollection>('/areas', {level, parent}, signal)).features
}

/** A number for each area of a level. */
export async function loadValues(q: string, measure: string, level: string, signal: AbortSignal): Promise<Map<string, number>> {
  const s = await get<Stats>('/stats', {q, by: 'area:' + level, measure}, signal)
  return new Map(s.rows.filter((r) => r[0] !== '').map((r) => [String(r[0]), Number(r[1])]))
}

/** How many cases satisfy a query; needs the right to see statistics. */
export async function countCases(q: string, signal?: AbortSignal): Promise<number> {
  const s = await get<Stats>('/stats', {q}, signal)
  return Number(s.rows[0]?.[0] ?? 0)
}
