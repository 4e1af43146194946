/** Points that lie close together as one group each. Pure; 20,000 points take a few milliseconds, so that it can be done
 * anew after each zoom and each batch of changes. */

export type Tone = 'late' | 'soon' | 'fine' | 'none'
export interface Placed { id: string; x: number; y: number; tone: Tone }
export interface Group { x: number; y: number; tone: Tone; members: Placed[] }

const WEIGHT: Record<Tone, number> = {late: 3, soon: 2, fine: 1, none: 0}

interface Cell { cx: number; cy: number; sx: number; sy: number; members: Placed[]; taken: boolean }

/** Cells of a grid as wide as the distance. */
function cellsOf(points: Iterable<Placed>, distance: number): Map<number, Cell> {
  const cells = new Map<number, Cell>()
  for (const p of points) {
    const cx = Math.floor(p.x / distance), cy = Math.floor(p.y / distance), key = cellKey(cx, cy)
    let c = cells.get(key)
    if (!c) cells.set(key, c = {cx, cy, sx: 0, sy: 0, members: [], taken: false})
    c.sx += p.x
    c.sy += p.y
    c.members.push(p)
  }
  return cells
}

const cellKey = (cx: number, cy: number): number => cx * 67_108_864 + cy // both stay below 2^25 at any useful zoom

/** Takes in the neighbours whose middle is nearer than the distance: a crowd on the border of cells stays one group. */
function takeNear(c: Cell, cells: Map<number, Cell>, distance: number): void {
  const x = c.sx / c.members.length, y = c.sy / c.members.length
  for (let dx = -1; dx <= 1; dx++) for (let dy = -1; dy <= 1; dy++) {
    const o = cells.get(cellKey(c.cx + dx, c.cy + dy))
    if (!o || o === c || o.taken) continue
    const ox = o.sx / o.members.length - x, oy = o.sy / o.members.length - y
    if (ox * ox + oy * oy > distance * distance) continue
    o.taken = true
    c.sx += o.sx
    c.sy += o.sy
    for (const m of o.members) c.members.push(m)
  }
}

/** in: points in one plane, distance in its unit. out: groups, the largest first; every point is in exactly one. */
export function groupPoints(points: Iterable<Placed>, distance: number): Group[] {
  const cells = cellsOf(points, distance), groups: Group[] = []
  for (const c of [...cells.values()].sort((a, b) => b.members.length - a.members.length)) {
    if (c.taken) continue
    c.taken = true
    takeNear(c, cells, distance)
    let tone: Tone = 'none'
    for (const m of c.members) if (WEIGHT[m.tone] > WEIGHT[tone]) tone = m.tone
    groups.push({x: c.sx / c.members.length, y: c.sy / c.members.length, tone, members: c.members})
  }
  return groups
}
