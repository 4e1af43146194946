/** What would happen to the draft, asked while it is written: one question at a time, the last one counts. */
import {onBeforeUnmount, ref, shallowRef, watch, type Ref, type ShallowRef} from 'vue'
import {get, Problem} from '@/shared/api'
import {problemText} from '@/shared/problem'
import type {Preview} from '@/shared/types'
import type {Draft} from './draft'

const WAIT_MS = 350

export function usePreview(d: Draft): {said: ShallowRef<Preview | null>; failure: Ref<string>} {
  const said = shallowRef<Preview | null>(null), failure = ref('')
  let timer: ReturnType<typeof setTimeout> | undefined, abort: AbortController | null = null

  async function ask(): Promise<void> {
    abort?.abort()
    const text = d.text.trim()
    if ([...text].length < 2) { said.value = null; return }
    abort = new AbortController()
    try {
      said.value = await get<Preview>('/preview', {
        text: text.slice(0, 400), lon: d.lat === null ? null : d.lon, lat: d.lon === null ? null : d.lat, address: d.address.trim(), category: d.category, condition: d.condition,
      }, abort.signal)
      failure.value = ''
    } catch (e) {
      if (e instanceof Problem) failure.value = problemText(e)
    }
  }
  watch(() => [d.text, d.lon, d.lat, d.address, d.category, d.condition], () => {
    clearTimeout(timer)
    timer = setTimeout(() => void ask(), WAIT_MS)
  }, {immediate: true})
  onBeforeUnmount(() => { clearTimeout(timer); abort?.abort() })
  return {said, failure}
}
