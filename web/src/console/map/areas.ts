/** The areas of the map with a number for each, which follows what happens. */
import {computed, onBeforeUnmount, ref, shallowRef, watch, type Ref} from 'vue'
import {problemText} from '@/shared/problem'
import {mayCount} from '@/shared/session'
import type {AreaFeature} from '@/shared/types'
import {loadAreas, loadValues} from './load'
import {colourRequest, type MapState} from './state'

export interface AreaLine { code: string; name: string; value: number | null }
const FOLLOW_MS = 3000

export function useAreas(state: Ref<MapState>, level: Ref<string>, version: Ref<number>) {
  const features = shallowRef<AreaFeature[]>([]), values = shallowRef<Map<string, number> | null>(null), failure = ref(''), insideName = ref('')
  let shapes: AbortController | null = null, numbers: AbortController | null = null, later: ReturnType<typeof setTimeout> | undefined, counted = ''

  async function draw(): Promise<void> {
    shapes?.abort()
    const mine = shapes = new AbortController()
    failure.value = ''
    if (!level.value) return
    try {
      const {inside} = state.value
      const known = features.value.find((f) => f.id === inside)
      features.value = await loadAreas(level.value, inside, mine.signal)
      insideName.value = inside ? known?.properties.name ?? insideName.value ?? inside : ''
    } catch (e) {
      if (!mine.signal.aborted) failure.value = problemText(e)
    }
  }
  async function count(): Promise<void> {
    numbers?.abort()
    const mine = numbers = new AbortController(), request = mayCount.value && level.value ? colourRequest(state.value) : null
    if (!request || counted !== level.value) values.value = null // numbers of another level would be taken for zeros
    if (!request) return
    try {
      values.value = await loadValues(request.q, request.measure, counted = level.value, mine.signal)
    } catch (e) {
      if (!mine.signal.aborted) { values.value = null; failure.value = problemText(e) }
    }
  }
  watch(() => [level.value, state.value.inside], () => void draw(), {immediate: true})
  watch(() => JSON.stringify([level.value, colourRequest(state.value)]), () => void count(), {immediate: true})
  watch(version, () => { later ??= setTimeout(() => { later = undefined; void count() }, FOLLOW_MS) })
  onBeforeUnmount(() => { shapes?.abort(); numbers?.abort(); clearTimeout(later) })

  const list = computed<AreaLine[]>(() => features.value
    .map((f) => ({code: f.id, name: f.properties.name, value: values.value ? values.value.get(f.id) ?? 0 : null}))
    .sort((a, b) => (b.value ?? 0) - (a.value ?? 0)))
  const max = computed(() => Math.max(0, ...list.value.map((l) => l.value ?? 0)))
  return {features, values, failure, insideName, list, max}
}
