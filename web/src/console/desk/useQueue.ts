/** One queue of the desk, oldest due time first, with the counts of all of them; follows what happens. */
import {onBeforeUnmount, ref, shallowRef, watch, type Ref} from 'vue'
import {get} from '@/shared/api'
import {feed} from '@/shared/feed'
import {problemText} from '@/shared/problem'
import {learnRows} from '@/shared/rows'
import type {CaseList, Row} from '@/shared/types'
import {countOf, totalWords} from '../cases/useList'
import type {Tab} from './tabs'

const PAGE = 50

export interface Queue { rows: Ref<Row[]>; counts: Ref<Record<string, string>>; failure: Ref<string>; loaded: Ref<boolean>; live: Ref<boolean>; load(): Promise<void>; drop(number: string): void }

export function useQueue(tabs: Ref<Tab[]>, tab: Ref<Tab | undefined>): Queue {
  const rows = shallowRef<Row[]>([]), counts = ref<Record<string, string>>({}), failure = ref(''), loaded = ref(false), live = ref(true)
  let turn = 0, soon: ReturnType<typeof setTimeout> | undefined, later: ReturnType<typeof setTimeout> | undefined

  async function load(): Promise<void> {
    const mine = ++turn, q = tab.value?.q
    if (!q) return
    try {
      const list = await get<CaseList>('/cases', {q, sort: 'due', limit: PAGE})
      if (mine !== turn) return
      learnRows(list.items)
      rows.value = list.items
      failure.value = ''
    } catch (e) {
      if (mine === turn) failure.value = problemText(e)
    }
    loaded.value = true
  }
  async function count(): Promise<void> {
    const all = tabs.value
    const n = await Promise.all(all.map((x) => countOf(x.q)))
    counts.value = Object.fromEntries(all.flatMap((x, i) => { const c = n[i]; return c ? [[x.key, totalWords(c)]] : [] }))
  }
  const touch = (): void => {
    soon ??= setTimeout(() => { soon = undefined; void load() }, 300)
    later ??= setTimeout(() => { later = undefined; void count() }, 1500)
  }
  watch(() => tab.value?.q, () => { loaded.value = false; rows.value = []; void load() }, {immediate: true})
  watch(tabs, () => void count(), {immediate: true})
  const end = feed('status:open', {put: touch, gone: touch, reset: touch, state: (open) => { if (open && !live.value) touch(); live.value = open }})
  onBeforeUnmount(() => { end(); clearTimeout(soon); clearTimeout(later) })
  return {rows, counts, failure, loaded, live, load, drop: (n) => { rows.value = rows.value.filter((r) => r.number !== n); touch() }}
}
