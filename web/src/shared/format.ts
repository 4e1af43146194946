/** Times, spans and numbers in the reader's language and the city's zone. Pure but for the language and zone that are set. */
import {language, t} from './words'

let zone = 'Asia/Shanghai'
export function setZone(name: string): void { zone = name }
export function cityZone(): string { return zone }

const locale = (): string => (language.value === 'zh' ? 'zh-CN' : language.value === 'en' ? 'en-GB' : language.value)
const made = new Map<string, Intl.DateTimeFormat>()

function formatter(options: Intl.DateTimeFormatOptions): Intl.DateTimeFormat {
  const key = locale() + zone + JSON.stringify(options)
  let f = made.get(key)
  if (!f) made.set(key, f = new Intl.DateTimeFormat(locale(), {timeZone: zone, hourCycle: 'h23', ...options}))
  return f
}

const QUARTER_MS = 900_000
const offsets = new Map<string, number>()

/** How far the city's clocks are ahead of UTC, in ms. Asked once a quarter of an hour: clocks change on whole ones, and asking
 * for each time that a list shows was a tenth of what opening it costs. */
function offsetAt(ms: number): number {
  const quarter = Math.floor(ms / QUARTER_MS), key = zone + quarter
  let offset = offsets.get(key)
  if (offset === undefined) {
    const f = made.get('parts' + zone) ?? new Intl.DateTimeFormat('en-US', {timeZone: zone, hourCycle: 'h23', year: 'numeric', month: 'numeric', day: 'numeric', hour: 'numeric', minute: 'numeric'})
    made.set('parts' + zone, f)
    const p = Object.fromEntries(f.formatToParts(quarter * QUARTER_MS).map((x) => [x.type, Number(x.value)])) as Record<string, number>
    offset = Date.UTC(p.year ?? 0, (p.month ?? 1) - 1, p.day ?? 1, (p.hour ?? 0) % 24, p.minute ?? 0) - quarter * QUARTER_MS
    if (offsets.size > 5000) offsets.clear()
    offsets.set(key, offset)
  }
  return offset
}

/** Year, month, day, hour, minute in the city. */
export function cityParts(ms: number): {year: number; month: number; day: number; hour: number; minute: number} {
  const d = new Date(ms + offsetAt(ms))
  return {year: d.getUTCFullYear(), month: d.getUTCMonth() + 1, day: d.getUTCDate(), hour: d.getUTCHours(), minute: d.getUTCMinutes()}
}

/** Days between two instants as calendar days of the city. */
export function daysBetween(from: number, to: number): number {
  const day = (ms: number): number => { const p = cityParts(ms); return Date.UTC(p.year, p.month - 1, p.day) / 86_400_000 }
  return day(to) - day(from)
}

export function dateTime(at: string | number | null): string {
  if (at === null) return ''
  return formatter({year: 'numeric', month: '2-digit', day: '2-digit', hour: '2-digit', minute: '2-digit'}).format(new Date(at))
}

export function date(at: string | number | null): string {
  return at === null ? '' : formatter({year: 'numeric', month: 'long', day: 'numeric'}).format(new Date(at))
}

/** 14:05 */
export function clockTime(at: string | number): string {
  const p = cityParts(new Date(at).getTime())
  return `${String(p.hour).padStart(2, '0')}:${String(p.minute).padStart(2, '0')}`
}

export function number(n: number, digits = 0): string {
  return new Intl.NumberFormat(locale(), {minimumFractionDigits: digits, maximumFractionDigits: digits}).format(n)
}

export function percent(share: number): string {
  return new Intl.NumberFormat(locale(), {style: 'percent', maximumFractionDigits: 1}).format(share)
}

/** "上午10点" or "10:00". */
function hourWords(ms: number): string {
  const p = cityParts(ms)
  if (language.value !== 'zh') return clockTime(ms)
  const part = p.hour < 6 ? 'dawn' : p.hour < 9 ? 'early' : p.hour < 12 ? 'morning' : p.hour === 12 ? 'noon' : p.hour < 18 ? 'afternoon' : 'evening'
  const hour = p.hour > 12 ? p.hour - 12 : p.hour
  return t('time.' + part) + (p.minute === 0 ? t('time.hour', {hour}) : t('time.hour_minute', {hour, minute: p.minute}))
}

/** The day, as people say it: today, tomorrow, Friday, 3 December. */
export function dayWords(ms: number, now: number): string {
  const days = daysBetween(now, ms)
  if (days >= -2 && days <= 2) return t('day.' + days)
  if (days > 0 && days < 7) return formatter({weekday: 'long'}).format(ms)
  const sameYear = cityParts(ms).year === cityParts(now).year
  return formatter(sameYear ? {month: 'long', day: 'numeric'} : {year: 'numeric', month: 'long', day: 'numeric'}).format(ms)
}

/** When something is due, in plain words: 明天上午10点前 / by 10:00 tomorrow. */
export function dueWords(due: string | number | null, now = Date.now()): string {
  if (due === null) return ''
  const ms = new Date(due).getTime()
  return t('due.by', {day: dayWords(ms, now), hour: hourWords(ms)})
}

/** When something happened: 昨天下午3点20分 / yesterday 15:20; within the hour, how long ago. */
export function whenWords(at: string | number | null, now = Date.now()): string {
  if (at === null) return ''
  const ms = new Date(at).getTime(), minutes = Math.floor((now - ms) / 60_000)
  if (minutes >= -2 && minutes < 1) return t('time.just_now') // clocks differ a little, and ours ticks twice a minute
  if (minutes > 0 && minutes < 60) return t('time.minutes_ago', {n: minutes})
  return t('time.at', {day: dayWords(ms, now), hour: hourWords(ms)})
}

/** A span in its largest fitting unit: 35 minutes, 4 hours, 3 days. */
export function spanWords(ms: number): string {
  const minutes = Math.round(Math.abs(ms) / 60_000)
  if (minutes < 90) return t('span.minutes', {n: Math.max(minutes, 1)})
  if (minutes < 48 * 60) return t('span.hours', {n: Math.round(minutes / 60)})
  return t('span.days', {n: Math.round(minutes / 1440)})
}

/** How much is left, or by how much it is late. */
export function leftWords(due: string | null, now = Date.now()): string {
  if (due === null) return ''
  const left = new Date(due).getTime() - now
  return t(left >= 0 ? 'due.left' : 'due.late', {span: spanWords(left)})
}

/** A limit as its source counts it: 2 working days, 4 hours. */
export function limitWords(amount: number, unit: string): string {
  if (unit.endsWith('minutes')) {
    const kind = unit === 'work_minutes' ? 'work' : 'wall'
    return amount % 60 === 0 ? t(`limit.${kind}_hours`, {n: amount / 60}) : t(`limit.${kind}_minutes`, {n: amount})
  }
  return unit === 'none' ? t('limit.none') : t('limit.' + unit, {n: amount})
}

/** The basis of a limit; what a city decided for itself has one name in every language. */
export function basisWords(basis: string): string {
  return basis === 'local rule' ? t('clock.local_rule') : basis
}

export type Urgency = 'late' | 'soon' | 'fine' | 'none'
/** How a due time should look: late, due within the hour or a tenth of its span, or neither. */
export function urgency(due: string | null, started: string | null, ended: string | null, now = Date.now()): Urgency {
  if (due === null || ended !== null) return 'none'
  const left = new Date(due).getTime() - now
  if (left < 0) return 'late'
  const span = started === null ? 0 : new Date(due).getTime() - new Date(started).getTime()
  return left < Math.max(3_600_000, Math.min(span / 5, 86_400_000)) ? 'soon' : 'fine'
}
