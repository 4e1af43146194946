/** Columns of the list: which there are, what they show, which and in what order this reader wants them. */
import {category, unit} from '@/shared/city'
import {dateTime} from '@/shared/format'
import {kept} from '@/shared/kept'
import {channelName} from '../names'
import type {Row} from '@/shared/types'

/** kind: how the cell is drawn; text for most. sort: what the server can sort by when the head is pressed. */
export interface Column { name: string; kind: 'number' | 'state' | 'text' | 'due' | 'time' | 'count'; sort?: string; of: (r: Row) => string }

const time = (at: string | null): string => dateTime(at)

export const COLUMNS: Column[] = [
  {name: 'number', kind: 'number', of: (r) => r.number},
  {name: 'state', kind: 'state', of: (r) => r.state_label},
  {name: 'text', kind: 'text', of: (r) => r.text ?? ''},
  {name: 'category', kind: 'text', of: (r) => category(r.category?.code)?.name ?? r.category?.name ?? ''},
  {name: 'area', kind: 'text', of: (r) => r.area?.name ?? ''},
  {name: 'address', kind: 'text', of: (r) => r.address ?? ''},
  {name: 'unit', kind: 'text', of: (r) => unit(r.unit?.code)?.name ?? r.unit?.name ?? ''},
  {name: 'due', kind: 'due', sort: 'due', of: (r) => time(r.due)},
  {name: 'filed', kind: 'time', sort: 'filed', of: (r) => time(r.filed)},
  {name: 'happened', kind: 'time', of: (r) => time(r.happened)},
  {name: 'ended', kind: 'time', of: (r) => time(r.ended)},
  {name: 'channel', kind: 'text', of: (r) => channelName(r.channel)},
  {name: 'supporters', kind: 'count', of: (r) => String(r.supporters ?? 0)},
]
export const USUAL = ['number', 'state', 'text', 'category', 'area', 'unit', 'due', 'filed']

/** The names of the columns shown, in their order. */
export const chosenColumns = kept<string[]>('columns', USUAL)

export function columnsOf(names: string[]): Column[] {
  const found = names.map((n) => COLUMNS.find((c) => c.name === n)).filter((c): c is Column => !!c)
  return found.length > 0 ? found : columnsOf(USUAL)
}

/** The list with one name moved by so many places. */
export function moved(names: string[], name: string, by: number): string[] {
  const from = names.indexOf(name), to = from + by
  if (from < 0 || to < 0 || to >= names.length) return names
  const next = names.filter((n) => n !== name)
  next.splice(to, 0, name)
  return next
}

/** Sorts that the server knows. */
export const SORTS = ['filed', '-filed', 'due', 'updated']
