/** What the address of a wall sets: ?lang= &q= &compare=on &base= &seconds=. Everything has a default; nothing is stored. */
export interface WallSettings {
  /** Only cases that satisfy this; '' = reports. */
  q: string
  /** Areas side by side: a city switches it on knowingly. */
  compare: boolean
  /** '' = the city's own. */
  base: string
  /** How long one area stays. */
  seconds: number
}

export function readSettings(search: string): WallSettings {
  const p = new URLSearchParams(search), seconds = Number(p.get('seconds') ?? 15)
  return {
    q: p.get('q') ?? '', compare: p.get('compare') === 'on', base: p.get('base') ?? '',
    seconds: Number.isFinite(seconds) ? Math.min(300, Math.max(3, seconds)) : 15,
  }
}
