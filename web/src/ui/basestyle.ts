/** How the things of a vector base map look. Layers are called as Protomaps and OpenMapTiles call them; what is unknown is
 * drawn as thin lines, so that every archive shows something. Pure: the map turns this into its own styles. */

export interface Paint { water: string; green: string; built: string; road: string; thin: string; text: string; halo: string }
export const PAINT_LIGHT: Paint = {water: '#c4dcee', green: '#dcebd3', built: '#dddbd6', road: '#ffffff', thin: '#b3bac4', text: '#4a5563', halo: '#ffffff'}
export const PAINT_DARK: Paint = {water: '#1d3448', green: '#1e2e25', built: '#2c333c', road: '#4b5665', thin: '#3a4350', text: '#b3bdca', halo: '#12171e'}

export interface BaseLook { fill?: string; line?: string; width?: number; dash?: number[]; name?: boolean; rank: number }

const NAMES = new Set(['places', 'place', 'pois', 'poi', 'mountain_peak', 'water_name', 'transportation_name', 'road_names', 'aerodrome_label', 'housenumber'])
const WATER = new Set(['water', 'waterway', 'ocean', 'physical_line'])
const LAND = new Set(['landuse', 'landcover', 'park', 'natural', 'globallandcover'])
const GREEN = /park|forest|wood|grass|garden|cemetery|reserve|pitch|meadow|scrub|recreation|golf|wetland|farm|green/
const GREAT = /highway|motorway|trunk/, LARGE = /major|primary|secondary|tertiary/, RAIL = /rail|ferry|transit|aerialway/

/** in: the layer, the kind of the thing, whether it is an area. out: null = not drawn. */
export function baseLook(layer: string, kind: string, isArea: boolean, p: Paint): BaseLook | null {
  if (NAMES.has(layer)) return layer === 'housenumber' ? null : {name: true, rank: 9}
  if (WATER.has(layer)) return isArea ? {fill: p.water, rank: 2} : {line: p.water, width: 1.5, rank: 2}
  if (LAND.has(layer)) return layer === 'park' || GREEN.test(kind) ? {fill: p.green, rank: 1} : null
  if (layer === 'earth' || layer === 'background') return null
  if (layer === 'building' || layer === 'buildings') return {fill: p.built, rank: 3}
  if (layer === 'boundary' || layer === 'boundaries') return {line: p.thin, width: 1, dash: [4, 4], rank: 6}
  if (layer === 'roads' || layer === 'transportation' || layer === 'transit') {
    if (isArea) return null
    if (RAIL.test(kind)) return {line: p.thin, width: 1, dash: [6, 3], rank: 4}
    return {line: p.road, width: GREAT.test(kind) ? 4 : LARGE.test(kind) ? 2.5 : 1.2, name: true, rank: GREAT.test(kind) ? 6 : 5}
  }
  return {line: p.thin, width: 1, rank: 3}
}

/** The name in the reader's language, if it has one in it. */
export function baseName(get: (key: string) => unknown, lang: string): string {
  for (const key of [`name:${lang}`, `name_${lang}`, 'name']) {
    const v = get(key)
    if (typeof v === 'string' && v !== '') return v
  }
  return ''
}
