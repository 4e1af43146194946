/** The cases closed last, with the photo taken afterwards where there is one. */
import {shallowRef} from 'vue'
import {get, photoUrl} from '@/shared/api'
import {allOf} from '@/shared/query'
import type {Case, CaseList, Row} from '@/shared/types'
import {baseQuery} from './data'

export interface Closed { row: Row; photo: string | null }
export const lastClosed = shallowRef<Closed[]>([])
const READ = 12, SHOWN = 4
const photos = new Map<string, string | null>() // number → address of its picture, null = it has none

async function photoOf(number: string): Promise<string | null> {
  const known = photos.get(number)
  if (known !== undefined) return known
  const media = (await get<Case>(`/cases/${number}`)).media
  const last = media[media.length - 1]
  const url = last ? await photoUrl(`/cases/${number}/media/${last}?variant=thumb`) : null
  photos.set(number, url)
  return url
}

/** Those with photos first; errors leave what is shown. */
export async function readClosed(asked: string): Promise<void> {
  try {
    const rows = (await get<CaseList>('/cases', {q: allOf(baseQuery(asked), 'status:closed'), sort: 'updated', limit: READ})).items
    const all: Closed[] = []
    for (const row of rows) all.push({row, photo: await photoOf(row.number).catch(() => null)})
    lastClosed.value = [...all.filter((c) => c.photo), ...all.filter((c) => !c.photo)].slice(0, SHOWN)
    const wanted = new Set(rows.map((r) => r.number))
    for (const [number, url] of photos) {
      if (wanted.has(number)) continue
      if (url) URL.revokeObjectURL(url)
      photos.delete(number)
    }
  } catch { /* the line is down: the banner says so */ }
}
