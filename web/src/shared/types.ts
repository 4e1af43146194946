/** What the server says, as far as the faces use it: the schemas of /api/openapi.json. */

export interface Named { code: string; name: string }
export type Time = string | null

export interface Row {
  number: string; version: number; procedure: string; state: string; state_label: string
  category: Named | null; condition: string | null; area: Named | null; unit: Named | null; channel: string | null
  filed: Time; happened: Time; due: Time; due_provisional?: boolean; missed: boolean; ended: Time
  text: string | null; address: string | null; lon?: number; lat?: number; supporters?: number
  actions?: Offer[]; tasks?: Task[]
  /** The code of the thing of the city it is about, or is. */
  thing?: string
  /** Only practised: said wherever it is shown. */
  exercise?: true
}

export type FieldType = 'areas' | 'item' | 'text' | 'unit' | 'units' | 'area' | 'category' | 'condition' | 'number' | 'choice' | 'case' | 'materials'
  | 'media' | 'document' | 'time' | 'task' | 'bool' | 'channel' | 'cases'

/** One field of an action, as the procedure describes it. */
export interface Field {
  name: string; label: string; type: FieldType; required: boolean; public?: boolean; max?: number
  /** Required exactly when the closing condition of the case is proved by a photo. */
  required_by?: 'condition'
  /** Several values. */
  many?: boolean
  choices?: {value: string; label: string}[]
  /** Of areas: of every level; of categories: of every procedure. */
  any?: boolean
  /** The list of the package that the choices are from. */
  list?: string
}

/** One list of a sheet that the server makes: what is open now, or what was when it was taken down. */
export interface SheetPart { name: string; label: string; items: Row[]; more: number }

/** What the caller may do now. */
export interface Offer { action: string; label: string; confirm?: string; task?: number; quick?: boolean; use?: 'cite' | 'promise' | 'repeat'; fields: Field[] }

export interface Task {
  id: number; kind: string; item?: string; label: string; state: string; state_label: string; unit: Named | null; area: Named | null
  opened: Time; ended: Time; over: boolean; cancelled?: boolean
}

export interface Clock {
  id: number; name: string; task?: number; state: 'running' | 'paused' | 'met' | 'missed' | 'stopped'
  amount: number; unit: 'none' | 'wall_minutes' | 'work_minutes' | 'work_days' | 'calendar_days'
  started: Time; due: Time; provisional: boolean; missed: boolean; extensions: number; basis: string | null; stopped: Time
  held_by?: string
  /** What the city calls it; null for those of states and rungs. */
  label?: string | null
  /** It ends at a stated date: its length says nothing. */
  until?: boolean
}

/** A scan of a stamped paper. */
export interface Scan { id: string; type: string; sha256: string }

export interface HistoryLine {
  n: number; at: Time; happened?: Time; what: string; action: string | null; state: string | null; unit: Named | null
  by: {kind: 'reporter' | 'staff' | 'timer' | 'import' | 'system'; role: string | null; unit: Named | null}
  text: string | null; told?: {field: string; label: string; text: string}[]; internal: string | null; erased?: boolean; facts: Record<string, unknown>
  place?: {lon: number; lat: number}; media?: string[]; documents?: Scan[]
}

export interface Similar {
  number?: string; same_as?: string; state: string; state_label: string; filed: Time; metres: number
  category?: Named; supporters?: number
}

export interface Case extends Omit<Row, 'condition' | 'actions' | 'tasks' | 'thing'> {
  condition: {code: string; filing: string; closing: string; basis: string; photo: boolean} | null
  about?: 'service' | 'conduct'; about_unit?: Named | null; rating: number
  media: string[]; has_contact: boolean; links: {kind: string; number: string}[]; similar?: Similar[]
  /** What the procedure keeps under names of its own: a level, a plan. */
  attributes?: {name: string; label: string; value: string; value_label: string}[]
  /** Other servers that the case came from or is with, and its number there. */
  partners?: {direction: 'from' | 'at'; peer: Named; number: string}[]
  /** Of a task that was given out by this very act. */
  link?: string
  tasks: Task[]; clocks: Clock[]; history: HistoryLine[]; actions: Offer[]
}

export interface CaseList { items: Row[]; next: string | null; total?: number; total_more?: boolean }

export interface Session {
  csrf: string; login: string; label: string; roles: string[]; unit: Named | null; area: Named | null
  role?: Named; posts?: string[]; see?: string
  rights?: {contact: boolean; stats: boolean; admin: boolean; sealed: boolean; audit: boolean}
}

export interface Condition {
  code: string; filing: string; closing: string; basis: string; sample: boolean; photo?: boolean
  limit?: {amount: number; unit: Clock['unit']} | null
}
export interface Category {
  code: string; name: string; parent: string | null; kind?: string; procedure: string; intake: boolean; conditions: Condition[]
  service?: {materials: {code: string; name: string; held: boolean}[]}
}
export interface Unit extends Named { kind: string; phone: string; parent?: string | null; area?: string | null; top?: boolean }
export interface Channel extends Named { phone: string; advice: string }

/** GET /city: what forms and maps need, cached by its ETag. */
export interface City {
  name: string; label: string; zone: string; offsets: [number, number][]; schematic_notice: string; phone: string; emergency?: string; duty?: string
  sample_banner?: string; alert?: string | null; centre: [number, number]; bbox?: [number, number, number, number]; languages?: string[]; build?: string
  layers?: {name: string; label: string; levels: {name: string; label: string}[]}[]
  map?: {pmtiles: boolean; pmtiles_version?: string | null; wmts: {name: string; label: string; zoom_min: number; zoom_max: number; notice: string | null}[]}
  categories: Category[]; units: Unit[]; channels: Channel[]
}

export interface Stats { by: string[]; rows: (string | number | null)[][]; labels: string[][] }

export interface Preview {
  category: {code: string; name: string; confidence: number; words: string | null} | null
  candidates: {code: string; name: string; confidence: number}[]
  condition: {code: string; filing: string; closing: string; photo: boolean} | null
  conditions: {code: string; filing: string}[]
  area: Named | null; areas: (Named & {level: string})[]; unit: Named | null; why: {text: string} | null
  limit: {amount: number; unit: Clock['unit']; basis: string} | null; due: Time; due_provisional?: boolean
  channel: Channel | null; outside: boolean; similar: Similar[]
}

export interface Place { name: string; kind: 'area' | 'landmark' | 'address'; area: Named | null; lon: number; lat: number; metres?: number }

export interface AreaFeature {
  type: 'Feature'; id: string
  properties: {code: string; name: string; level: string; layer: string; schematic: boolean; parent?: string | null}
  geometry: {type: 'MultiPolygon'; coordinates: number[][][][]} | null // null: counted by name, not on any map
}
export interface AreaCollection { type: 'FeatureCollection'; notice: string; features: AreaFeature[] }
