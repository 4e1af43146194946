/** A round: the points of one route in the order in which they are best walked. Pure. */
import {urgency} from '@/shared/format'
import type {Named} from '@/shared/types'
import {metres, type Place} from './route'
import type {Point} from './work'

/** The routes on which the points lie, by name. */
export function routesOf(points: Point[]): Named[] {
  const found = new Map<string, Named>()
  for (const p of points) if (p.route?.code) found.set(p.route.code, p.route)
  return [...found.values()].sort((a, b) => (a.name < b.name ? -1 : 1))
}

export const stopsOf = (points: Point[], route: string): Point[] =>
  points.filter((p) => p.route?.code === route).sort((a, b) => (a.stop ?? 0) - (b.stop ?? 0))

/** To be looked at now or soon. */
export const isDue = (p: Point, now: number): boolean => urgency(p.due, p.last, null, now) !== 'fine'

export interface Round { stops: Point[]; next: Point | null; left: number; gaps: number[] }

/** in: whether a point was confirmed on this phone. out: stops, the next one that is due, how many are left, and how far each
 * is from the one before (the first from where the worker stands, else 0). */
export function roundOf(points: Point[], route: string, confirmed: (p: Point) => boolean, here: Place | null, now: number): Round {
  const stops = stopsOf(points, route), due = stops.filter((p) => isDue(p, now) && !confirmed(p))
  const gaps = stops.map((p, i) => { const from = i > 0 ? stops[i - 1] as Place : here; return from ? metres(from, p) : 0 })
  return {stops, next: due[0] ?? null, left: due.length, gaps}
}
