/** A small layered layout for state machines: boxes in rows from top to bottom, arrows with room for their words.
 *
 * Pure. Sizes: some tens of boxes and arrows. Invariants: 1. An arrow between two boxes always crosses at least one row
 * between them, where its words have a place of their own: words overlap neither boxes nor each other. 2. The order of the
 * boxes that is handed in is the order of the work: an arrow to an earlier box goes up. 3. The same input gives the same
 * picture. After: Sugiyama, Tagawa, Toda 1981; places in a row by isotonic regression (pool adjacent violators). */

export interface BoxIn { id: string; w: number; h: number }
export interface ArrowIn { from: string; to: string; w: number; h: number }
export interface BoxOut extends BoxIn { x: number; y: number }
/** points: from the edge of one box to the edge of the other; label: the middle of its words. */
export interface ArrowOut extends ArrowIn { points: [number, number][]; label: {x: number; y: number} }
export interface Picture { width: number; height: number; boxes: BoxOut[]; arrows: ArrowOut[] }

/** Something that has a place in a row: a box, the words of an arrow, or where an arrow passes. */
interface Spot { w: number; h: number; rank: number; x: number; up: Spot[]; down: Spot[]; box?: string }
interface Chain { arrow: ArrowIn; spots: Spot[]; isUp: boolean }

const GAP_X = 18, GAP_Y = 16, PASS_W = 10, SWEEPS = 16, MARGIN = 8

/** Rows: every arrow leads at least two rows on, so that a row for its words lies between. */
function rankOf(boxes: BoxIn[], arrows: ArrowIn[]): Map<string, number> {
  const order = new Map(boxes.map((b, i) => [b.id, i])), rank = new Map(boxes.map((b) => [b.id, 0]))
  for (const b of boxes) {
    for (const a of arrows) {
      const i = order.get(a.from) ?? 0, k = order.get(a.to) ?? 0
      const low = i < k ? a.from : a.to, high = i < k ? a.to : a.from
      if (high === b.id) rank.set(high, Math.max(rank.get(high) ?? 0, (rank.get(low) ?? 0) + 2))
    }
  }
  return rank
}

const join = (a: Spot, b: Spot): void => { a.down.push(b); b.up.push(a) }

function chainOf(arrow: ArrowIn, spots: Map<string, Spot>): Chain {
  const from = spots.get(arrow.from) as Spot, to = spots.get(arrow.to) as Spot, isUp = from.rank > to.rank
  const top = isUp ? to : from, bottom = isUp ? from : to, middle = Math.floor((top.rank + bottom.rank) / 2)
  const all = [top]
  for (let rank = top.rank + 1; rank < bottom.rank; rank++) {
    all.push({w: rank === middle ? Math.max(arrow.w, PASS_W) : PASS_W, h: rank === middle ? arrow.h : 0, rank, x: 0, up: [], down: []})
  }
  all.push(bottom)
  for (let i = 1; i < all.length; i++) join(all[i - 1] as Spot, all[i] as Spot)
  return {arrow, spots: all, isUp}
}

function crossings(rows: Spot[][]): number {
  let n = 0
  for (const row of rows) {
    const at = new Map<Spot, number>()
    for (const next of rows[(row[0]?.rank ?? 0) + 1] ?? []) at.set(next, at.size)
    const ends: number[] = []
    for (const s of row) {
      const mine = s.down.map((d) => at.get(d) ?? 0)
      for (const m of mine) for (const e of ends) if (e > m) n++
      ends.push(...mine)
    }
  }
  return n
}

/** Each row in the order of the middle of what it is joined to; the best of some sweeps up and down. */
function order(rows: Spot[][]): Spot[][] {
  let best = rows.map((r) => [...r]), least = crossings(best)
  const now = rows.map((r) => [...r])
  for (let sweep = 0; sweep < SWEEPS && least > 0; sweep++) {
    const down = sweep % 2 === 0
    for (let i = 0; i < now.length; i++) {
      const r = down ? i : now.length - 1 - i, other = now[down ? r - 1 : r + 1]
      if (!other) continue
      const at = new Map(other.map((s, k) => [s, k])), row = now[r] as Spot[]
      const middle = new Map(row.map((s, k) => {
        const near = (down ? s.up : s.down).map((o) => at.get(o) ?? 0)
        return [s, near.length ? near.reduce((a, b) => a + b, 0) / near.length : k]
      }))
      row.sort((a, b) => (middle.get(a) ?? 0) - (middle.get(b) ?? 0))
    }
    const n = crossings(now)
    if (n < least) { least = n; best = now.map((r) => [...r]) }
  }
  return best
}

/** Places nearest to the wanted ones (least squares) that keep order and distance. */
export function spread(wanted: number[], weights: number[], gaps: number[]): number[] {
  const offset = [0]
  for (let i = 1; i < wanted.length; i++) offset.push((offset[i - 1] as number) + (gaps[i - 1] as number))
  const pools: {sum: number; weight: number; n: number}[] = []
  wanted.forEach((w, i) => {
    const weight = weights[i] as number
    let pool = {sum: (w - (offset[i] as number)) * weight, weight, n: 1}
    for (let last = pools[pools.length - 1]; last && last.sum / last.weight >= pool.sum / pool.weight; last = pools[pools.length - 1]) {
      pool = {sum: pool.sum + last.sum, weight: pool.weight + last.weight, n: pool.n + last.n}
      pools.pop()
    }
    pools.push(pool)
  })
  return pools.flatMap((p) => Array.from({length: p.n}, () => p.sum / p.weight)).map((v, i) => v + (offset[i] as number))
}

function place(rows: Spot[][]): void {
  for (const row of rows) {
    let x = 0
    for (const s of row) { s.x = x + s.w / 2; x += s.w + GAP_X }
  }
  for (let round = 0; round < 24; round++) {
    for (let i = 0; i < rows.length; i++) {
      const row = rows[round % 2 === 0 ? i : rows.length - 1 - i] as Spot[]
      const near = (s: Spot): Spot[] => [...s.up, ...s.down]
      const wanted = row.map((s) => (near(s).length ? near(s).reduce((a, b) => a + b.x, 0) / near(s).length : s.x))
      const gaps = row.slice(1).map((s, k) => ((row[k] as Spot).w + s.w) / 2 + GAP_X)
      const weights = row.map((s) => (s.box ? 1 : 3)) // arrows want to be straight more than boxes want to be in the middle
      spread(wanted, weights, gaps).forEach((x, k) => { (row[k] as Spot).x = x })
    }
  }
}

/** Where along the edge of a box its arrows begin and end, in the order in which they go on. */
function port(box: Spot, other: Spot, side: Spot[]): number {
  const sorted = [...side].sort((a, b) => a.x - b.x), i = sorted.indexOf(other)
  return box.x + (i - (sorted.length - 1) / 2) * Math.min(24, (box.w - 20) / Math.max(1, sorted.length))
}

function wayOf(c: Chain, tops: number[], heights: number[]): [number, number][] {
  const points: [number, number][] = []
  c.spots.forEach((s, i) => {
    const top = tops[s.rank] as number, height = heights[s.rank] as number, next = c.spots[i + 1], last = c.spots[i - 1]
    if (i === 0 && next) points.push([port(s, next, s.down), top + (height + s.h) / 2])
    else if (!next && last) points.push([port(s, last, s.up), top + (height - s.h) / 2])
    else points.push([s.x, top], [s.x, top + height])
  })
  return c.isUp ? points.reverse() : points
}

export function layout(boxes: BoxIn[], arrows: ArrowIn[]): Picture {
  const rank = rankOf(boxes, arrows), spots = new Map<string, Spot>(boxes.map((b) => [b.id, {w: b.w, h: b.h, rank: rank.get(b.id) ?? 0, x: 0, up: [], down: [], box: b.id}]))
  const chains = arrows.filter((a) => a.from !== a.to && spots.has(a.from) && spots.has(a.to)).map((a) => chainOf(a, spots))
  const rows: Spot[][] = []
  for (const s of [...spots.values(), ...chains.flatMap((c) => c.spots.slice(1, -1))]) (rows[s.rank] ??= []).push(s)
  for (let i = 0; i < rows.length; i++) rows[i] ??= []
  const ordered = order(rows)
  place(ordered)
  const left = Math.min(0, ...ordered.flat().map((s) => s.x - s.w / 2)) - MARGIN
  for (const s of ordered.flat()) s.x -= left
  const heights = ordered.map((row) => Math.max(0, ...row.map((s) => s.h))), tops: number[] = []
  let y = MARGIN
  heights.forEach((h) => { tops.push(y); y += h + GAP_Y })
  const middle = (s: Spot): number => (tops[s.rank] as number) + (heights[s.rank] as number) / 2
  return {
    width: Math.max(0, ...ordered.flat().map((s) => s.x + s.w / 2)) + MARGIN, height: y - GAP_Y + MARGIN,
    boxes: boxes.map((b) => { const s = spots.get(b.id) as Spot; return {...b, x: s.x, y: middle(s)} }),
    arrows: chains.map((c) => {
      const words = c.spots[Math.floor((c.spots.length - 1) / 2)] as Spot
      return {...c.arrow, points: wayOf(c, tops, heights), label: {x: words.x, y: middle(words)}}
    }),
  }
}

/** A smooth line through the points, upright where it passes them: the d of an SVG path. */
export function curve(points: [number, number][]): string {
  const r = (n: number): number => Math.round(n * 10) / 10
  return points.map(([x, y], i) => {
    const last = points[i - 1]
    if (!last) return `M${r(x)} ${r(y)}`
    if (last[0] === x) return `V${r(y)}`
    const half = r((last[1] + y) / 2)
    return `C${r(last[0])} ${half} ${r(x)} ${half} ${r(x)} ${r(y)}`
  }).join('')
}

/** About how wide a text is drawn: CJK is square, other scripts about half. */
export function textWidth(text: string, size: number): number {
  let w = 0
  for (const c of text) w += /[\u2e80-\u9fff\uff00-\uffef\u3000-\u303f]/.test(c) ? size : size * 0.58
  return Math.ceil(w)
}
