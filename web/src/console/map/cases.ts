/** The cases of the map: loaded by pages, then kept up to date by the live feed, without drawing everything anew. */
import {onBeforeUnmount, ref, watch, type Ref} from 'vue'
import {feed} from '@/shared/feed'
import {problemText} from '@/shared/problem'
import {learnRows} from '@/shared/rows'
import {mayCount} from '@/shared/session'
import type {Row} from '@/shared/types'
import {countCases, loadCases} from './load'

export interface Move { at: number; number: string; row: Row | null; isNew: boolean }
const MOVES_MAX = 30, MARKED_MS = 8000, TOLD_MS = 1000

export function useCases(query: Ref<string>, still: Ref<boolean>, put: (id: string, row: Row | null) => void, mark: (ids: string[]) => void) {
  const rows = new Map<string, Row>()
  const loaded = ref(0), loading = ref(false), more = ref(false), failure = ref(''), live = ref(true)
  const total = ref<number | null>(null), moves = ref<Move[]>([]), version = ref(0)
  let abort: AbortController | null = null, end: (() => void) | null = null
  let telling: ReturnType<typeof setTimeout> | undefined, unmarking: ReturnType<typeof setTimeout> | undefined

  /** Lists follow at most once a second: they are read by people. */
  const tell = (): void => {
    telling ??= setTimeout(() => { telling = undefined; version.value++ }, TOLD_MS)
  }
  const moved = (number: string, row: Row | null): void => {
    const isNew = !rows.has(number)
    if (row) rows.set(number, row)
    else if (!rows.delete(number)) return
    put(number, row)
    moves.value = [{at: Date.now(), number, row, isNew}, ...moves.value].slice(0, MOVES_MAX)
    mark(moves.value.filter((m) => Date.now() - m.at < MARKED_MS).map((m) => m.number))
    clearTimeout(unmarking)
    unmarking = setTimeout(() => mark([]), MARKED_MS)
    tell()
  }
  const follow = (): void => {
    end?.()
    end = null
    if (still.value) return
    end = feed(query.value, {
      put: (r) => moved(r.number, r),
      gone: (number) => moved(number, null), reset: () => void load(), state: (open) => { live.value = open },
    })
  }

  async function load(): Promise<void> {
    abort?.abort()
    const mine = abort = new AbortController()
    loading.value = true
    failure.value = ''
    total.value = null
    loaded.value = 0
    rows.clear()
    if (mayCount.value) countCases(query.value, mine.signal).then((n) => { total.value = n }, () => undefined)
    try {
      more.value = await loadCases(query.value, mine.signal, (page) => {
        learnRows(page)
        for (const r of page) rows.set(r.number, r)
        loaded.value = rows.size
        version.value++
      })
    } catch (e) {
      if (!mine.signal.aborted) failure.value = problemText(e)
    } finally {
      if (abort === mine) loading.value = false
    }
  }

  watch(query, () => { moves.value = []; void load().then(follow) }, {immediate: true})
  onBeforeUnmount(() => {
    abort?.abort()
    end?.()
    clearTimeout(telling)
    clearTimeout(unmarking)
  })
  return {rows, loaded, loading, more, failure, total, moves, live, version}
}
