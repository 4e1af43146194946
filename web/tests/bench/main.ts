/** A map with 2,000 grids and 20,000 cases for tests/browser/measure_map.py: made up, but as many as a large district has. */
import 'ol/ol.css'
import './bench.css'
import type {AreaFeature} from '@/shared/types'
import {CityMap, type MapPoint} from '@/ui/map'

const COLUMNS = 50, ROWS = 40, CASES = 20_000, WEST = 119.3, SOUTH = 31.5, STEP_X = 0.012, STEP_Y = 0.01
let seed = 42
const random = (): number => {
  seed = (seed * 1_103_515_245 + 12_345) & 0x7fffffff
  return seed / 0x7fffffff
}
/** Corners of the net, moved a little, so that borders are no straight lines. */
const corners = Array.from({length: (COLUMNS + 1) * (ROWS + 1)}, () => [random() - 0.5, random() - 0.5] as const)
function corner(c: number, r: number): number[] {
  const move = corners[r * (COLUMNS + 1) + c] as readonly [number, number]
  return [WEST + (c + move[0] * 0.4) * STEP_X, SOUTH + (r + move[1] * 0.4) * STEP_Y]
}
function area(i: number): AreaFeature {
  const c = i % COLUMNS, r = Math.floor(i / COLUMNS)
  const ring = [corner(c, r), corner(c + 1, r), corner(c + 1, r + 1), corner(c, r + 1), corner(c, r)]
  return {type: 'Feature', id: 'g' + i, properties: {code: 'g' + i, name: `第${i}网格`, level: 'grid', layer: 'governance', schematic: true}, geometry: {type: 'MultiPolygon', coordinates: [[ring]]}}
}
const TONES: MapPoint['tone'][] = ['late', 'soon', 'fine', 'fine', 'fine', 'none']
const point = (i: number): MapPoint => ({id: 'c' + i, lon: WEST + random() * COLUMNS * STEP_X, lat: SOUTH + random() * ROWS * STEP_Y, tone: TONES[i % TONES.length] as MapPoint['tone']})

const started = performance.now()
const bench = {ready: 0, renders: 0, frames: [] as number[], live: 0}
const map = new CityMap(document.getElementById('map') as HTMLElement, [WEST + COLUMNS * STEP_X / 2, SOUTH + ROWS * STEP_Y / 2], {})
const areas = Array.from({length: COLUMNS * ROWS}, (_, i) => area(i))
map.setAreas(areas)
map.setValues(new Map(areas.map((a, i) => [a.id, i % 37])))
map.setPoints(Array.from({length: CASES}, (_, i) => point(i)))
map.fitAreas()
map.whenDrawn(() => { bench.ready = performance.now() - started })
map.map.on('postrender', () => { bench.renders++ })
const tick = (at: number): void => {
  bench.frames.push(at)
  requestAnimationFrame(tick)
}
requestAnimationFrame(tick)
/** Cases that move, as the live feed brings them: some each second. */
setInterval(() => { for (let i = 0; i < bench.live; i++) map.putPoint('c' + Math.floor(random() * CASES), point(i)) }, 1000)
Object.assign(window, {bench, city: map})
