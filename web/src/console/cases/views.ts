/** Views of the list: some that everybody has, made from who is logged in, and one's own, kept in this browser. */
import {computed, type ComputedRef} from 'vue'
import {kept} from '@/shared/kept'
import {session} from '@/shared/session'
import {t} from '@/shared/words'
import type {Session} from '@/shared/types'

export interface View { name: string; q: string; sort: string; columns?: string[]; own?: boolean }

/** What waits for this person: the centre's states, a unit's or an area's open cases. */
export function mineQuery(s: Session | null): string {
  if (!s) return ''
  if (s.posts?.includes('centre')) return 'state:filed,accepted,feedback,closing'
  if (s.posts?.includes('grid') && s.area) return `status:open area:${s.area.code}`
  if (s.posts?.includes('unit') && s.unit) return `status:open unit:${s.unit.code}`
  if (s.area) return `status:open area:${s.area.code}`
  return ''
}

export const ownViews = kept<View[]>('views', [])

export const views: ComputedRef<View[]> = computed(() => {
  const mine = mineQuery(session.value)
  const all: View[] = [
    {name: t('view.open'), q: 'status:open', sort: 'filed'},
    {name: t('view.late'), q: 'status:overdue', sort: 'due'},
    {name: t('view.soon'), q: 'status:soon', sort: 'due'},
    {name: t('view.unassigned'), q: 'status:open unit:none', sort: 'due'},
    {name: t('view.today'), q: 'filed:today', sort: 'filed'},
  ]
  if (mine) all.unshift({name: t('view.mine'), q: mine, sort: 'due'})
  return [...all, ...ownViews.value.map((v) => ({...v, own: true}))]
})
