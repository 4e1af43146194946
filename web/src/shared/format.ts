/** Times, spans and numbers in the reader's language and by the city's clocks. Pure but for the language and clocks that are set. */
import {clockNow} from './clock'
import {language, t} from './words'

/** From when on (UTC ms) the city's clocks are ahead by how many minutes. */
export type Offsets = [from: number, minutes: number][]
let offsets: Offsets = []
export function setZone(o: Offsets): void { offsets = o }

// The city's clocks come from the server and how a language writes dates and numbers stands with its words: a first object
// of Intl costs a tenth of what opening a page does.
const two = (n: number): string => String(n).padStart(2, '0')

/** A day by one of the patterns of the language. */
function dayBy(pattern: 'date.full' | 'date.day' | 'date.numbers', ms: number): string {
  const p = cityParts(ms)
  return t(pattern, {year: p.year, mm: two(p.month), day: p.day, dd: two(p.day), name: t('date.months').split('|')[p.month - 1] ?? ''})
}

/** How far the city's clocks are ahead of UTC, in ms. */
function offsetAt(ms: number): number {
  let i = offsets.length - 1
  while (i > 0 && (offsets[i] as [number, number])[0] > ms) i--
  return (offsets[i]?.[1] ?? 0) * 60_000
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
  const ms = new Date(at).getTime()
  return t('date.time', {date: dayBy('date.numbers', ms), time: clockTime(ms)})
}

export function date(at: string | number | null): string {
  return at === null ? '' : dayBy('date.full', new Date(at).getTime())
}

/** 14:05 */
export function clockTime(at: string | number): string {
  const p = cityParts(new Date(at).getTime())
  return `${two(p.hour)}:${two(p.minute)}`
}

export function number(n: number, digits = 0): string {
  const [whole, rest] = Math.abs(n).toFixed(digits).split('.') as [string, string?]
  const grouped = whole.replace(/\B(?=(\d{3})+$)/g, t('number.group')) + (rest ? t('number.point') + rest : '')
  return n < 0 && /[1-9]/.test(grouped) ? '-' + grouped : grouped
}

/** As many digits as the number has, at most so many: "25", not "25.000". */
export function plain(n: number, digits: number): string {
  const rest = (Math.abs(n).toFixed(digits).split('.')[1] ?? '').replace(/0+$/, '')
  return number(n, rest.length)
}

/** A share with one digit after the point where it has one. */
export function percent(share: number): string {
  const tenths = Math.round(share * 1000)
  return t('number.percent', {number: number(tenths / 10, tenths % 10 === 0 ? 0 : 1)})
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
  if (days > 0 && days < 7) return t('date.weekdays').split('|')[new Date(ms + offsetAt(ms)).getUTCDay()] ?? ''
  return dayBy(cityParts(ms).year === cityParts(now).year ? 'date.day' : 'date.full', ms)
}

/** When something is due, in plain words: 明天上午10点前 / by 10:00 tomorrow. */
export function dueWords(due: string | number | null, now = clockNow()): string {
  if (due === null) return ''
  const ms = new Date(due).getTime()
  return t('due.by', {day: dayWords(ms, now), hour: hourWords(ms)})
}

/** When something happened: 昨天下午3点20分 / yesterday 15:20; within the hour, how long ago. */
export function whenWords(at: string | number | null, now = clockNow()): string {
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
export function leftWords(due: string | null, now = clockNow()): string {
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
export function urgency(due: string | null, started: string | null, ended: string | null, now = clockNow()): Urgency {
  if (due === null || ended !== null) return 'none'
  const left = new Date(due).getTime() - now
  if (left < 0) return 'late'
  const span = started === null ? 0 : new Date(due).getTime() - new Date(started).getTime()
  return left < Math.max(3_600_000, Math.min(span / 5, 86_400_000)) ? 'soon' : 'fine'
}

/** A name without the remark in brackets at its end, where there is little room; the whole of it stands in a title. */
export function brief(name: string): string {
  return name.replace(/\s*[（(][^（）()]*[）)]$/, '') || name
}

/** How another case belongs to this one; a kind without a word keeps its code. */
export function linkName(kind: string): string {
  const name = t('link.' + kind)
  return name === 'link.' + kind ? kind : name
}
