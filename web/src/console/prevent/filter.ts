/** The filters of a page in its address, so that a link shows what its sender saw. */
import {reactive, watch} from 'vue'
import {useRoute, useRouter} from 'vue-router'

export function useFilter<K extends string>(names: readonly K[]): Record<K, string> {
  const route = useRoute(), router = useRouter()
  const asked = (n: K): string => (typeof route.query[n] === 'string' ? route.query[n] : '')
  const filter = reactive(Object.fromEntries(names.map((n) => [n, asked(n)]))) as Record<K, string>
  watch(filter, () => { void router.replace({query: Object.fromEntries(names.filter((n) => filter[n]).map((n) => [n, filter[n]]))}) })
  return filter
}
/** What somebody typed, as one quoted piece of a query. */
export function quoted(text: string): string {
  const plain = text.trim().replace(/["\\]/g, ' ')
  return plain ? ` "${plain}"` : ''
}
