/** Distances on the ground and a short way through some places. Pure. */
export interface Place { lon: number; lat: number }

const EARTH_M = 6_371_008.8
const rad = (deg: number): number => deg * Math.PI / 180

/** Metres between two places, as the crow flies. */
export function metres(a: Place, b: Place): number {
  const u = Math.sin(rad(b.lat - a.lat) / 2), v = Math.sin(rad(b.lon - a.lon) / 2)
  return 2 * EARTH_M * Math.asin(Math.min(1, Math.sqrt(u * u + Math.cos(rad(a.lat)) * Math.cos(rad(b.lat)) * v * v)))
}

/** Length of the way from the start through the stops. */
export function wayLength(start: Place, stops: Place[]): number {
  let sum = 0, at = start
  for (const p of stops) {
    sum += metres(at, p)
    at = p
  }
  return sum
}

function nearestFirst<T extends Place>(start: Place, stops: T[]): T[] {
  const left = [...stops], way: T[] = []
  for (let at: Place = start; left.length > 0;) {
    let best = 0
    for (let i = 1; i < left.length; i++) if (metres(at, left[i] as T) < metres(at, left[best] as T)) best = i
    const next = left.splice(best, 1)[0] as T
    way.push(next)
    at = next
  }
  return way
}

/** Turns pieces of the way round as long as that makes it shorter (2-opt). The way is open: it does not return. */
function untangle<T extends Place>(start: Place, way: T[]): T[] {
  const at = (i: number): Place => (i < 0 ? start : way[i] as T)
  for (let rounds = 0, better = true; better && rounds < 50; rounds++) {
    better = false
    for (let i = 0; i < way.length - 1; i++) {
      for (let k = i + 1; k < way.length; k++) {
        const end = k + 1 < way.length
        const before = metres(at(i - 1), at(i)) + (end ? metres(at(k), at(k + 1)) : 0)
        const after = metres(at(i - 1), at(k)) + (end ? metres(at(i), at(k + 1)) : 0)
        if (after >= before - 0.01) continue
        way = [...way.slice(0, i), ...way.slice(i, k + 1).reverse(), ...way.slice(k + 1)]
        better = true
      }
    }
  }
  return way
}

/** An order to walk the stops in: nearest first, then without crossings. At most 60 are ordered, as a day holds no more. */
export function route<T extends Place>(start: Place, stops: T[]): T[] {
  const near = nearestFirst(start, stops), day = 60
  return [...untangle(start, near.slice(0, day)), ...near.slice(day)]
}
