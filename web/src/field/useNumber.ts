import {computed, type ComputedRef} from 'vue'
import {useRoute} from 'vue-router'

/** The number of the case in the address. */
export function useNumber(): ComputedRef<string> {
  const route = useRoute()
  return computed(() => String(route.params.number ?? ''))
}
