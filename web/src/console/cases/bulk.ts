/** One action for many cases: which actions all of them offer, and doing it one by one with a result for each. */
import {get, Problem} from '@/shared/api'
import {problemText} from '@/shared/problem'
import {act, type Values} from '@/ui/form'
import type {Case, CaseList, Offer, Row} from '@/shared/types'

export interface Result { number: string; ok: boolean; text: string; before: string; after: string; offered: string[]; version: number; procedure: string }

/** The selected cases with what is offered for each now. */
export async function withOffers(numbers: string[]): Promise<Row[]> {
  const rows: Row[] = []
  for (let i = 0; i < numbers.length; i += 50) {
    const part = numbers.slice(i, i + 50)
    rows.push(...(await get<CaseList>('/cases', {q: 'number:' + part.join(','), with: 'actions', limit: part.length})).items)
  }
  return rows
}

const single = (r: Row, action: string): Offer[] => (r.actions ?? []).filter((o) => o.action === action)

/** Actions that every case offers, for one task each at most; with how many offer those that only some do. */
export function common(rows: Row[]): {all: Offer[]; some: {label: string; n: number}[]} {
  const seen = new Map<string, {offer: Offer; n: number}>()
  for (const r of rows) {
    for (const name of new Set((r.actions ?? []).map((o) => o.action))) {
      const offers = single(r, name)
      if (offers.length !== 1) continue
      const had = seen.get(name)
      // the form asks for what the strictest of them asks for
      const fields = (offers[0] as Offer).fields.map((f) => ({...f, required: f.required || (had?.offer.fields.some((g) => g.name === f.name && g.required) ?? false)}))
      seen.set(name, {offer: {...(offers[0] as Offer), fields}, n: (had?.n ?? 0) + 1})
    }
  }
  const every = [...seen.values()]
  return {all: every.filter((x) => x.n === rows.length).map((x) => x.offer), some: every.filter((x) => x.n < rows.length).map((x) => ({label: x.offer.label, n: x.n}))}
}

/** Does it for one case. */
export async function actOne(row: Row, action: string, values: Values): Promise<Result> {
  const r: Result = {number: row.number, ok: false, text: '', before: row.state, after: row.state, offered: [], version: row.version, procedure: row.procedure}
  const offer = single(row, action)[0]
  if (!offer) return r
  try {
    const c = await act<Case & {gone?: boolean}>(row.number, offer, values, {version: row.version})
    return {...r, ok: true, text: c.state_label ?? '', after: c.state ?? row.state, offered: (c.actions ?? []).map((o) => o.action), version: c.version ?? row.version}
  } catch (e) {
    return {...r, text: e instanceof Problem ? problemText(e) : String(e)}
  }
}
