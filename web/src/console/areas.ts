/** Areas above the grids, with names for choosing and shapes for small maps; loaded once per language. */
import {computed, shallowRef, type ComputedRef, type ShallowRef} from 'vue'
import {get} from '@/shared/api'
import {city} from '@/shared/city'
import {language} from '@/shared/words'
import type {AreaCollection, AreaFeature, Named} from '@/shared/types'

const shapes = shallowRef<AreaFeature[]>([])
let loaded = ''

/** Names of the levels above the lowest, from the largest. */
function upperLevels(): string[] {
  const levels = (city.value?.layers?.[0]?.levels ?? []) as unknown as {name?: string; code?: string}[]
  const names = levels.map((l) => l.name ?? l.code ?? '').filter(Boolean)
  return names.length > 1 ? names.slice(0, -1) : ['town', 'community']
}

async function load(): Promise<void> {
  if (loaded === language.value) return
  loaded = language.value
  try {
    const all = await Promise.all(upperLevels().map((level) => get<AreaCollection>('/areas', {level})))
    shapes.value = all.flatMap((c) => c.features)
  } catch {
    loaded = ''
  }
}

const options: ComputedRef<Named[]> = computed(() => {
  const names = new Map(shapes.value.map((f) => [f.properties.code, f.properties.name]))
  return shapes.value.map((f) => {
    const above = f.properties.level === 'community' && f.properties.parent ? names.get(f.properties.parent) : undefined
    return {code: f.properties.code, name: above ? `${above} › ${f.properties.name}` : f.properties.name}
  })
})

export function useAreas(): {shapes: ShallowRef<AreaFeature[]>; options: ComputedRef<Named[]>} {
  void load()
  return {shapes, options}
}

const grids = shallowRef<Named[]>([])
let gridsLoaded = ''

/** The smallest areas with their names; loaded once per language, when a form asks for them. */
export function useGrids(): ShallowRef<Named[]> {
  const levels = city.value?.layers?.[0]?.levels ?? [], level = levels[levels.length - 1]?.name
  if (gridsLoaded !== language.value && level) {
    gridsLoaded = language.value
    get<AreaCollection>('/areas', {level}).then((c) => { grids.value = c.features.map((f) => ({code: f.properties.code, name: f.properties.name})) }).catch(() => { gridsLoaded = '' })
  }
  return grids
}
