/** The map: areas, clustered cases, a place to choose, measuring. The only file that knows OpenLayers.
 * Coordinates are WGS 84 longitude, latitude outside; the projection of the picture stays in here. */
import './older'
import Feature from 'ol/Feature'
import OlMap from 'ol/Map'
import View from 'ol/View'
import ScaleLine from 'ol/control/ScaleLine'
import {boundingExtent, createEmpty, extend, isEmpty} from 'ol/extent'
import GeoJSON from 'ol/format/GeoJSON'
import {LineString, MultiPolygon, Point, type Geometry} from 'ol/geom'
import {defaults as interactions, Draw, Translate} from 'ol/interaction'
import TileLayer from 'ol/layer/Tile'
import VectorLayer from 'ol/layer/Vector'
import VectorImageLayer from 'ol/layer/VectorImage'
import VectorTileLayer from 'ol/layer/VectorTile'
import {fromLonLat, toLonLat, transformExtent} from 'ol/proj'
import VectorSource from 'ol/source/Vector'
import XYZ from 'ol/source/XYZ'
import {getLength} from 'ol/sphere'
import {Circle, Fill, Stroke, Style, Text} from 'ol/style'
import {unByKey} from 'ol/Observable'
import type {FeatureLike} from 'ol/Feature'
import {brief} from '@/shared/format'
import type {AreaFeature} from '@/shared/types'
import {baseLook, baseName, PAINT_DARK, PAINT_LIGHT} from './basestyle'
import {groupPoints, type Group, type Placed, type Tone} from './cluster'

export interface MapPoint { id: string; lon: number; lat: number; tone: Tone }
/** Tiles that the server passes on: how large their numbers may be, around which box it has any; which archive it is. */
export interface BaseLimits { zoomMin?: number; zoomMax?: number; bbox?: [number, number, number, number] | null; version?: string | null }
export interface MapEvents {
  /** Points under the pointer were chosen. */
  points?(ids: string[]): void
  area?(code: string): void
  /** A place was chosen or moved. */
  place?(lon: number, lat: number): void
  measured?(metres: number): void
  moved?(bbox: [number, number, number, number], zoom: number): void
}

interface Look { line: string; text: string; halo: string; fill: string; accent: string; tones: Record<Tone, string>; scale: string[] }
const LIGHT: Look = {
  line: '#8a94a3', text: '#1b2430', halo: '#ffffff', fill: 'rgba(255,255,255,.35)', accent: '#0b5cad',
  tones: {late: '#b3261e', soon: '#b86200', fine: '#0b5cad', none: '#6b7685'}, scale: ['#eef4fb', '#cfe1f5', '#9dc4ea', '#6aa3dc', '#3d80c6', '#1c5ca3'],
}
const DARK: Look = {
  line: '#51607a', text: '#e6ebf2', halo: '#12171e', fill: 'rgba(27,34,44,.35)', accent: '#7db8f5',
  tones: {late: '#ff8f86', soon: '#ffbd69', fine: '#7db8f5', none: '#8f9bab'}, scale: ['#1c2733', '#1d3347', '#20405f', '#254f7c', '#2b5f99', '#3371b8'],
}

/** The step 0…5 of a value in a scale that ends at max; by square root, because counts are skewed. */
export function scaleStep(value: number, max: number): number {
  if (value <= 0 || max <= 0) return 0
  return Math.min(5, 1 + Math.floor(Math.sqrt(value / max) * 4.999))
}

/** Colours of the steps 0…5 and of the points, for legends. */
export const legendColours = (dark: boolean): {scale: string[]; tones: Record<Tone, string>} => (dark ? DARK : LIGHT)

/** The box with what the server has tiles for around it. */
function extentAround([w, s, e, n]: [number, number, number, number]): number[] {
  const dx = (e - w) * BASE_MARGIN, dy = (n - s) * BASE_MARGIN
  return transformExtent([w - dx, s - dy, e + dx, n + dy], 'EPSG:4326', 'EPSG:3857')
}

const BASE_MARGIN = .25 // as the server's
const GROUP_PX = 42 // points nearer than this are drawn as one
const LABELS_MOVED = 60 // of more areas than these the names stay where they are
const NAME_SHIFTS = [[0, 0], [0, -18], [0, 18], [0, -32], [0, 32], [-32, 0], [32, 0], [-32, -20], [32, -20], [-32, 20], [32, 20]] as const
const LIVE_MS = 400 // changes that come in a stream are drawn together

export class CityMap {
  readonly map: OlMap
  private look: Look = LIGHT
  private scale = 1
  private paper = 1
  private readonly areas = new VectorSource<Feature<Geometry>>()
  private readonly points = new Map<string, Placed>()
  private readonly groups = new VectorSource<Feature<Point>>()
  private groupedAt = 0
  private readonly chosen = new VectorSource<Feature<Point>>()
  private readonly drawn = new VectorSource<Feature<Geometry>>()
  private readonly base = new TileLayer({visible: false})
  private readonly clusterLayer: VectorLayer
  private readonly areaLayer: VectorImageLayer
  private tiles: VectorTileLayer | null = null
  private under = false // something lies under the areas: they let it through
  private draw: Draw | null = null
  private baseKind = 'none'
  private values: Map<string, number> | null = null
  private max = 0
  private selected = ''
  private marked = new Set<string>()
  private readonly styles = new Map<string, Style>()
  private later: ReturnType<typeof setTimeout> | undefined

  constructor(target: HTMLElement, centre: [number, number], private readonly on: MapEvents, options: {pick?: boolean; still?: boolean} = {}) {
    // thousands of shapes are drawn once and then moved as a picture, which is what panning costs without a graphics card
    this.areaLayer = new VectorImageLayer({source: this.areas, style: (f, r) => this.areaStyle(f as Feature, r), declutter: true, imageRatio: 1.5})
    this.clusterLayer = new VectorLayer({source: this.groups, style: (f) => this.clusterStyle((f as Feature).get('group') as Group)})
    const chosenLayer = new VectorLayer({source: this.chosen, style: () => this.chosenStyle(), zIndex: 10})
    const drawnLayer = new VectorLayer({source: this.drawn, style: () => this.drawnStyle(), zIndex: 9})
    this.map = new OlMap({
      target,
      layers: [this.base, this.areaLayer, this.clusterLayer, drawnLayer, chosenLayer],
      view: new View({center: fromLonLat(centre), zoom: 11, minZoom: 7, maxZoom: 19, constrainResolution: false}),
      controls: options.still ? [] : [new ScaleLine()],
      interactions: options.still ? [] : interactions({altShiftDragRotate: false, pinchRotate: false}),
    })
    this.map.on('singleclick', (e) => this.click(e.pixel, e.coordinate, options.pick ?? false))
    this.map.on('moveend', () => {
      this.groupAnew()
      this.on.moved?.(this.bbox(), this.map.getView().getZoom() ?? 0)
    })
    if (options.pick) {
      const drag = new Translate({layers: [chosenLayer]})
      drag.on('translateend', (e) => this.tellPlace(e.coordinate))
      this.map.addInteraction(drag)
    }
  }

  close(): void {
    clearTimeout(this.later)
    this.map.setTarget(undefined)
    this.map.dispose()
  }

  // --- what is shown ---

  /** Larger text and lines, for screens seen from afar. */
  setScale(scale: number): void {
    this.scale = scale
    this.styles.clear()
    this.regroup()
    this.redraw()
  }

  setDark(dark: boolean): void {
    this.look = dark ? DARK : LIGHT
    this.styles.clear()
    this.redraw()
  }

  setAreas(features: AreaFeature[]): void {
    this.areas.clear(true)
    this.areas.addFeatures(new GeoJSON().readFeatures({type: 'FeatureCollection', features}, {featureProjection: 'EPSG:3857'}) as Feature<Geometry>[])
  }

  /** Colours areas by a number each. in: null = plain borders. */
  setValues(values: Map<string, number> | null): void {
    this.values = values
    this.max = values ? Math.max(0, ...values.values()) : 0
    this.styles.clear()
    this.areaLayer.changed()
  }

  select(code: string): void {
    this.selected = code
    this.styles.clear()
    this.areaLayer.changed()
  }

  /** A way from place to place, drawn under the points. */
  setWay(places: {lon: number; lat: number}[]): void {
    this.drawn.clear()
    if (places.length > 1) this.drawn.addFeature(new Feature<Geometry>(new LineString(places.map((p) => fromLonLat([p.lon, p.lat])))))
  }

  /** Rings around these points. */
  mark(ids: string[]): void {
    this.marked = new Set(ids)
    this.clusterLayer.changed()
  }

  setPoints(points: MapPoint[]): void {
    clearTimeout(this.later)
    this.later = undefined
    this.points.clear()
    for (const p of points) this.points.set(p.id, this.placed(p))
    this.regroup()
  }

  /** A case moved in, changed or left; many of them are drawn at once. in: null = it is gone. */
  putPoint(id: string, p: MapPoint | null): void {
    if (p) this.points.set(id, this.placed(p))
    else this.points.delete(id)
    this.later ??= setTimeout(() => { this.later = undefined; this.regroup() }, LIVE_MS)
  }

  setPlace(lon: number | null, lat: number | null, move = false): void {
    this.chosen.clear()
    if (lon === null || lat === null) return
    const at = fromLonLat([lon, lat])
    this.chosen.addFeature(new Feature(new Point(at)))
    if (move) this.map.getView().animate({center: at, zoom: Math.max(this.map.getView().getZoom() ?? 0, 15), duration: 250})
  }

  /** The base under everything: nothing but the areas, tiles of a server of pictures, or tiles of an archive. */
  async setBase(kind: 'none' | 'pmtiles' | string, limits: BaseLimits = {}): Promise<void> {
    this.base.setVisible(false)
    if (this.tiles) this.map.removeLayer(this.tiles)
    this.tiles = null
    this.under = kind !== 'none'
    this.styles.clear()
    this.areaLayer.changed()
    this.baseKind = kind
    if (kind === 'none') return
    if (kind === 'pmtiles') return this.setArchive(limits.version ?? '')
    this.base.setExtent(limits.bbox ? extentAround(limits.bbox) : undefined)
    this.base.setSource(new XYZ({url: `/api/v1/map/wmts/${encodeURIComponent(kind)}/{z}/{x}/{y}`, minZoom: limits.zoomMin ?? 0, maxZoom: limits.zoomMax ?? 18}))
    this.base.setVisible(true)
  }

  private async setArchive(version: string): Promise<void> {
    const {PMTilesRasterSource, PMTilesVectorSource} = await import('ol-pmtiles')
    const url = `${location.origin}/api/v1/map/base.pmtiles?v=${encodeURIComponent(version)}`
    const head = new Uint8Array(await (await fetch(url, {headers: {Range: 'bytes=0-127'}})).arrayBuffer())
    if (this.baseKind !== 'pmtiles') return // another one was chosen meanwhile
    this.base.setExtent(undefined)
    if (head[99] !== 1) { // type of tiles in the archive's header: 1 = vector
      /** Where the archive has no tile there is none, instead of an empty one that cannot be drawn. */
      class Pictures extends PMTilesRasterSource {
        override setLoader(load: Parameters<InstanceType<typeof PMTilesRasterSource>['setLoader']>[0]): void {
          super.setLoader(async (z, x, y, o) => {
            const data = await load(z, x, y, o)
            if (data instanceof Uint8Array) throw new Error('no tile')
            return data
          })
        }
      }
      this.base.setSource(new Pictures({url}) as unknown as XYZ)
      this.base.setVisible(true)
      return
    }
    this.tiles = new VectorTileLayer({source: new PMTilesVectorSource({url}), declutter: true, zIndex: -1, style: (f, r) => this.tileStyle(f, r)})
    this.map.addLayer(this.tiles)
  }

  // --- where one looks ---

  fitAreas(codes?: string[]): void {
    const box = createEmpty()
    for (const f of this.areas.getFeatures()) {
      const g = f.getGeometry()
      if (g && (!codes || codes.includes(String(f.getId())))) extend(box, g.getExtent())
    }
    if (!isEmpty(box)) this.map.getView().fit(box, {padding: [24, 24, 24, 24], maxZoom: 16, duration: codes ? 300 : 0})
    this.groupAnew()
  }

  fitPoints(): void {
    const all = [...this.points.values()].map((p) => [p.x, p.y])
    if (all.length > 0) this.map.getView().fit(boundingExtent(all), {padding: [48, 48, 48, 48], maxZoom: 16})
    this.groupAnew() // before the first frame no end of a move is told
  }

  goTo(lon: number, lat: number, zoom = 16): void {
    this.map.getView().animate({center: fromLonLat([lon, lat]), zoom, duration: 250})
  }

  zoomBy(steps: number): void {
    const v = this.map.getView()
    v.animate({zoom: (v.getZoom() ?? 11) + steps, duration: 200})
  }

  bbox(): [number, number, number, number] {
    const size = this.map.getSize()
    if (!size) return [0, 0, 0, 0]
    const [w, s, e, n] = this.map.getView().calculateExtent(size) as [number, number, number, number]
    const a = toLonLat([w, s]), b = toLonLat([e, n])
    return [a[0]!, a[1]!, b[0]!, b[1]!]
  }

  // --- tools ---

  /** Measures a way by clicks; a double click ends it. */
  measure(on: boolean): void {
    if (this.draw) this.map.removeInteraction(this.draw)
    this.draw = null
    this.drawn.clear()
    if (!on) return
    this.draw = new Draw({source: this.drawn, type: 'LineString', style: () => this.drawnStyle()})
    this.draw.on('drawstart', (e) => {
      this.drawn.clear()
      e.feature.getGeometry()?.on('change', (c) => this.on.measured?.(getLength(c.target as LineString)))
    })
    this.map.addInteraction(this.draw)
  }

  /** The next point of the way where the middle of the map is: measuring with the keyboard. */
  measureHere(): void {
    const at = this.map.getView().getCenter()
    if (at) this.draw?.appendCoordinates([at])
  }

  /** Takes the last point back. */
  measureBack(): void {
    this.draw?.removeLastPoint()
  }

  measureEnd(): void {
    this.draw?.finishDrawing()
  }

  /** The map as a picture of the given size in pixels, with text and lines as large as on paper. out: PNG as a data address. */
  async picture(width: number, height: number): Promise<string> {
    const size = this.map.getSize() as [number, number], view = this.map.getView(), resolution = view.getResolution() ?? 1
    const factor = Math.min(width / size[0], height / size[1])
    const look = this.look
    this.paper = factor
    this.look = LIGHT // paper is white
    this.styles.clear()
    this.map.setSize([width, height])
    view.setResolution(resolution / factor)
    this.regroup()
    this.redraw()
    await new Promise((done) => this.map.once('rendercomplete', done))
    const sheet = document.createElement('canvas')
    sheet.width = width
    sheet.height = height
    const c = sheet.getContext('2d') as CanvasRenderingContext2D
    c.fillStyle = '#ffffff'
    c.fillRect(0, 0, width, height)
    for (const layer of Array.from(this.map.getViewport()?.querySelectorAll<HTMLCanvasElement>('.ol-layer canvas') ?? [])) {
      if (layer.width > 0) c.drawImage(layer, 0, 0, width, height)
    }
    this.paper = 1
    this.look = look
    this.styles.clear()
    this.map.setSize(size)
    view.setResolution(resolution)
    this.regroup()
    this.redraw()
    return sheet.toDataURL('image/png')
  }

  /** Runs once when everything that is loaded is drawn. out: a function that forgets it. */
  whenDrawn(done: () => void): () => void {
    const key = this.map.once('rendercomplete', done)
    return () => unByKey(key)
  }

  // --- inside ---

  private redraw(): void {
    this.areaLayer.changed()
    this.tiles?.changed()
    this.clusterLayer.changed()
    this.chosen.changed()
  }

  private get font(): number { return this.scale * this.paper }

  private resolution(): number { return this.map.getView().getResolution() ?? 1 }

  private placed(p: MapPoint): Placed {
    const [x, y] = fromLonLat([p.lon, p.lat]) as [number, number]
    return {id: p.id, x, y, tone: p.tone}
  }

  private groupAnew(): void {
    if (Math.abs(this.resolution() / this.groupedAt - 1) <= .02) return
    this.regroup()
  }

  private regroup(): void {
    this.groupedAt = this.resolution()
    const groups = groupPoints(this.points.values(), GROUP_PX * this.font * this.groupedAt)
    this.groups.clear(true)
    // the largest are drawn last, above those they touch
    this.groups.addFeatures(groups.reverse().map((group) => new Feature({geometry: new Point([group.x, group.y]), group})))
    if (this.namesMove()) this.areaLayer.changed()
  }

  private tellPlace(at: number[]): void {
    const [lon, lat] = toLonLat(at) as [number, number]
    this.on.place?.(Math.round(lon * 1e6) / 1e6, Math.round(lat * 1e6) / 1e6)
  }

  private click(pixel: number[], at: number[], pick: boolean): void {
    if (this.draw) return
    if (pick) {
      this.chosen.clear()
      this.chosen.addFeature(new Feature(new Point(at)))
      this.tellPlace(at)
      return
    }
    const cluster = this.map.forEachFeatureAtPixel(pixel, (f) => f, {layerFilter: (l) => l === this.clusterLayer, hitTolerance: 4})
    const members = (cluster?.get('group') as Group | undefined)?.members
    if (members?.length) {
      const box = boundingExtent(members.map((m) => [m.x, m.y]))
      const apart = Math.max(box[2]! - box[0]!, box[3]! - box[1]!) > 20
      if (members.length > 12 && apart) this.map.getView().fit(box, {padding: [80, 80, 80, 80], duration: 300, maxZoom: 18})
      this.on.points?.(members.map((m) => m.id))
      return
    }
    const area = this.map.forEachFeatureAtPixel(pixel, (f) => f, {layerFilter: (l) => l === this.areaLayer})
    if (area) this.on.area?.(String(area.getId()))
  }

  private areaStyle(f: Feature, resolution: number): Style {
    const code = String(f.getId()), level = String(f.get('level')), value = this.values?.get(code)
    const step = this.values ? scaleStep(value ?? 0, this.max) : -1
    const name = resolution * this.font < (level === 'grid' ? 12 : level === 'community' ? 30 : 400) ? brief(String(f.get('name'))) : ''
    const label = name && value !== undefined ? `${name} ${value}` : name
    const [dx, dy] = label === '' ? [0, 0] : this.labelShift(f, label, resolution), key = `${step}|${label}|${code === this.selected}|${dx}|${dy}`
    let s = this.styles.get(key)
    if (s) return s
    s = new Style({
      fill: new Fill({color: this.areaFill(step)}),
      stroke: new Stroke({color: code === this.selected ? this.look.accent : this.look.line, width: (code === this.selected ? 3 : 1) * this.font}),
      text: label === '' ? undefined : new Text({
        text: label, font: `${13 * this.font}px sans-serif`, overflow: false, offsetX: dx, offsetY: dy,
        fill: new Fill({color: step >= 4 ? '#ffffff' : this.look.text}), stroke: new Stroke({color: step >= 4 ? '#10365f' : this.look.halo, width: 3 * this.font}),
      }),
    })
    this.styles.set(key, s)
    return s
  }

  /** How far a name is moved so that no group of cases lies on it, in pixels; where there is no such place, to where most of it is seen. */
  private labelShift(f: Feature, label: string, resolution: number): [number, number] {
    const g = f.getGeometry()
    if (!(g instanceof MultiPolygon) || !this.namesMove()) return [0, 0]
    const [x, y] = g.getInteriorPoints().getFirstCoordinate() as [number, number]
    const half = [...label].reduce((w, c) => w + (c > '\u2e80' ? 13 : 7.2), 0) / 2 * this.font, high = 8 * this.font
    const near = this.groups.getFeatures().flatMap((p) => {
      const group = p.get('group') as Group, at = {x: (group.x - x) / resolution, y: (y - group.y) / resolution, r: this.groupSize(group.members.length)}
      return Math.abs(at.x) < half * 2 + at.r && Math.abs(at.y) < 60 * this.font ? [at] : []
    })
    let best: [number, number] = [0, 0], most = -Infinity
    for (const [kx, ky] of NAME_SHIFTS) {
      const dx = kx * this.font, dy = ky * this.font
      const free = Math.min(0, ...near.map((n) => Math.max(Math.abs(n.x - dx) - half - n.r, Math.abs(n.y - dy) - high - n.r)))
      if (free > most) { best = [dx, dy]; most = free }
      if (free === 0) break
    }
    return best
  }

  private namesMove(): boolean { return this.areas.getFeatures().length <= LABELS_MOVED }

  private groupSize(n: number): number {
    return (n === 1 ? 6 : Math.min(20, 9 + Math.log2(n) * 1.4)) * this.font
  }

  private areaFill(step: number): string {
    const colour = step >= 0 ? this.look.scale[step] as string : this.look.fill
    if (!this.under) return colour
    return step >= 0 ? colour + '99' : 'rgba(127,127,127,.04)' // never nothing: it is also what a click finds
  }

  private tileStyle(f: FeatureLike, resolution: number): Style | undefined {
    const layer = String(f.get('layer')), kind = String(f.get('kind') ?? f.get('pmap:kind') ?? f.get('class') ?? ''), type = f.getGeometry()?.getType()
    const isArea = type === 'Polygon' || type === 'MultiPolygon', paint = this.look === DARK ? PAINT_DARK : PAINT_LIGHT
    const look = baseLook(layer, kind, isArea, paint)
    if (!look) return undefined
    const name = look.name && (!look.line || resolution < 6) ? baseName((k) => f.get(k), document.documentElement.lang.slice(0, 2)) : ''
    if (!look.fill && !look.line && !name) return undefined
    const key = `t${layer}|${kind}|${isArea}|${name}`
    let s = this.styles.get(key)
    if (s) return s
    if (this.styles.size > 4000) this.styles.clear()
    s = new Style({
      zIndex: look.rank,
      fill: look.fill ? new Fill({color: look.fill}) : undefined,
      stroke: look.line ? new Stroke({color: look.line, width: (look.width ?? 1) * this.font, lineDash: look.dash}) : undefined,
      text: name ? new Text({text: name, font: `${12 * this.font}px sans-serif`, placement: look.line ? 'line' : 'point', fill: new Fill({color: paint.text}), stroke: new Stroke({color: paint.halo, width: 3 * this.font})}) : undefined,
    })
    this.styles.set(key, s)
    return s
  }

  private drawnStyle(): Style {
    return new Style({
      stroke: new Stroke({color: this.look.accent, width: 3 * this.font, lineDash: [8, 6]}),
      image: new Circle({radius: 5 * this.font, fill: new Fill({color: this.look.accent}), stroke: new Stroke({color: this.look.halo, width: 2})}),
    })
  }

  private clusterStyle(g: Group): Style {
    const {tone, members} = g
    const marked = this.marked.size > 0 && members.some((m) => this.marked.has(m.id))
    const n = members.length
    const key = `c${tone}|${n}|${marked}`
    let s = this.styles.get(key)
    if (s) return s
    s = new Style({
      image: new Circle({radius: this.groupSize(n), fill: new Fill({color: this.look.tones[tone]}), stroke: new Stroke({color: marked ? this.look.text : this.look.halo, width: (marked ? 4 : 1.5) * this.font})}),
      text: n === 1 ? undefined : new Text({text: String(n), font: `bold ${12 * this.font}px sans-serif`, fill: new Fill({color: this.look.halo})}),
    })
    this.styles.set(key, s)
    return s
  }

  private chosenStyle(): Style {
    return new Style({image: new Circle({radius: 9 * this.font, fill: new Fill({color: this.look.tones.late}), stroke: new Stroke({color: this.look.halo, width: 3})})})
  }
}
