/** Days of the city as 2026-01-31. Pure but for the clock that is handed in. */
import {clockNow} from '@/shared/clock'
import {cityParts, daysBetween} from '@/shared/format'

const two = (n: number): string => String(n).padStart(2, '0')
export function dayOf(ms: number): string {
  const p = cityParts(ms)
  return `${p.year}-${two(p.month)}-${two(p.day)}`
}
/** Noon in UTC of a day: the same day in the zones of every city from America to East Asia. */
const noon = (day: string): number => Date.parse(day + 'T12:00:00Z')
export const dayBefore = (days: number, now = clockNow()): string => dayOf(noon(dayOf(now)) - days * 86_400_000)
export const daysAgo = (day: string, now = clockNow()): number => Math.max(0, daysBetween(noon(day), now))

/** The instant at which a day begins in the city. */
export function dayStart(day: string): number {
  let ms = Date.parse(day + 'T00:00:00Z')
  for (let i = 0; i < 2; i++) { // once for the zone, once more where summer time begins in between
    const p = cityParts(ms)
    ms -= Date.UTC(p.year, p.month - 1, p.day, p.hour, p.minute) - Date.parse(day + 'T00:00:00Z')
  }
  return ms
}
